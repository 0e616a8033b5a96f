"""What an order may say (floors: SAMHSA Advisory PEP20-02-01-021, through the catalogue)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from openiop import catalog
from openiop.domain.orders import Fault, faults_of, first_phases, proposed_dose

MONDAY = date(2026, 3, 2)
ADULT = catalog.program("depression")
TEEN = catalog.program("adolescent")


def faults(dose, program=ADULT, level="iop"):
    found = faults_of(dose, program, level=level, admitted_on=MONDAY)
    return [(finding.field, finding.fault) for finding in found]


def test_the_usual_dose_of_every_program_has_no_fault():
    for program in catalog.programs():
        assert faults(proposed_dose(program, MONDAY), program) == []


@pytest.mark.parametrize(("program", "minutes", "allowed"), [
    (ADULT, 540, True), (ADULT, 539, False), (TEEN, 360, True), (TEEN, 359, False),
])  # fmt: skip
def test_adults_need_nine_hours_and_adolescents_six(program, minutes, allowed):
    dose = replace(proposed_dose(program, MONDAY), weekly_minutes=minutes)
    wrong = [("weekly_minutes", Fault.BELOW_FLOOR_MINUTES)]
    assert faults(dose, program) == ([] if allowed else wrong)


def test_adults_need_three_days():
    dose = replace(proposed_dose(ADULT, MONDAY), weekly_days=2)
    assert faults(dose) == [("weekly_days", Fault.BELOW_FLOOR_DAYS)]


def test_a_taper_below_the_floor_is_outpatient_care():
    dose = replace(proposed_dose(ADULT, MONDAY), weekly_days=1, weekly_minutes=120)
    assert faults(dose, level="outpatient") == []


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"max_weekly_minutes": 500}, ("max_weekly_minutes", Fault.ABOVE_CEILING)),
        ({"weekly_days": 8}, ("weekly_days", Fault.IMPOSSIBLE_DAYS)),
        ({"review_on": MONDAY}, ("review_on", Fault.REVIEW_BEFORE_START)),
        ({"review_on": MONDAY + timedelta(days=31)}, ("review_on", Fault.REVIEW_TOO_LATE)),
        ({"mix": {"skills": (3, 1)}}, ("service_mix", Fault.MIX_TURNED)),
    ],
)
def test_each_fault_names_its_field(change, wrong):
    assert wrong in faults(replace(proposed_dose(ADULT, MONDAY), **change))


def test_an_order_cannot_begin_before_admission():
    dose = proposed_dose(ADULT, MONDAY - timedelta(days=1))
    assert ("starts_on", Fault.STARTS_BEFORE_ADMISSION) in faults(dose)


def test_an_episode_opens_with_orientation_and_an_open_ended_core():
    orientation, core = first_phases(ADULT, MONDAY)
    assert (orientation.key, orientation.starts_on) == ("orientation", MONDAY)
    assert (core.key, core.ends_on) == ("core", None)
    assert core.starts_on == orientation.ends_on + timedelta(days=1)
