"""When care may end, and what has to be said of it (domain.md 8A.5: reasons and groups of TEDS-D)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from openiop import catalog
from openiop.domain.discharge import Discharge, Fault, faults_of, read_discharges

REASONS = read_discharges(catalog.load("discharges", "discharge").body)
TODAY = date(2026, 3, 20)
DONE = Discharge(reason="completed", on=TODAY)


def faults(said: Discharge, attended_on: date | None = None) -> list[tuple[str, Fault]]:
    found = faults_of(said, REASONS, admitted_on=date(2026, 2, 2), today=TODAY, attended_on=attended_on)
    return [(row.field, row.fault) for row in found]


def test_completing_the_program_needs_no_more_words() -> None:
    assert faults(DONE) == []
    assert faults(replace(DONE, on=date(2026, 2, 2)), attended_on=date(2026, 2, 2)) == []


@pytest.mark.parametrize("key", ["step_down", "step_up", "transferred"])
def test_who_goes_on_elsewhere_has_a_destination(key: str) -> None:
    said = Discharge(key, TODAY, words="Needs more hours than we give.")
    assert faults(said) == [("destination", Fault.NO_DESTINATION)]
    assert faults(replace(said, destination="Harbor Hospital, PHP")) == []


@pytest.mark.parametrize("key", ["against_advice", "no_contact", "administrative", "payer_denial", "death"])
def test_an_end_nobody_planned_is_told_in_words(key: str) -> None:
    assert faults(Discharge(key, TODAY, words="   no ")) == [("words", Fault.NO_WORDS)]
    assert faults(Discharge(key, TODAY, words="Called on three days, wrote twice.")) == []


def test_what_can_be_appealed_says_so() -> None:
    assert {row.key for row in REASONS.reasons if row.appeal} == {"administrative", "payer_denial"}


def test_care_ends_between_admission_and_today() -> None:
    assert faults(replace(DONE, on=date(2026, 2, 1))) == [("on", Fault.BEFORE_ADMISSION)]
    assert faults(replace(DONE, on=TODAY + timedelta(days=1))) == [("on", Fault.AHEAD)]


def test_care_that_took_place_does_not_lie_after_its_end() -> None:
    said = replace(DONE, on=date(2026, 3, 10))
    assert faults(said, attended_on=date(2026, 3, 11)) == [("on", Fault.ATTENDED_AFTER)]
    assert faults(said, attended_on=date(2026, 3, 10)) == []


def test_a_reason_is_one_of_the_list() -> None:
    assert faults(replace(DONE, reason="bored")) == [("reason", Fault.UNKNOWN_REASON)]


def test_every_reason_has_its_group_of_teds() -> None:
    groups = {"completed", "transferred", "dropped_out", "terminated", "other"}
    assert {row.group for row in REASONS.reasons} == groups
