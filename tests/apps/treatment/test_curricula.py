"""Curricula: taught in a session to those who took part, practised at home; a slip is struck out and stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from openiop import catalog
from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from openiop.apps.treatment.models import TaughtUnit, UnitPractice
from openiop.apps.treatment.selectors.curricula import coverage_of, curricula_for, taught_to
from openiop.apps.treatment.services.curricula import note_practised, note_taught
from openiop.domain.curricula import Practised, coverage, next_unit
from openiop.domain.errors import InvalidInput, NotAllowed
from tests.apps.treatment.clinic import open_clinic
from tests.factories import AT, make_attendance, make_series, make_session, make_slot

pytestmark = pytest.mark.django_db
LOG, STEPS = ("mood-skills", "mood-log"), ("mood-skills", "small-steps")
AFTER = AT + timedelta(days=2)


@pytest.fixture
def clinic():
    found = open_clinic()
    with tenant(found.licensed.organization_id):
        yield found


@pytest.fixture
def session(clinic):
    """A depression group on Monday in which the client took part."""
    series = make_series(clinic.episode.site, "Activation", programs=["depression"], starts_on=AT.date())
    row = make_session(make_slot(series, weekday=0), AT.date())
    make_attendance(row, clinic.episode)
    return row


def teach(clinic, session, *units, at=AFTER, before=None):
    rows = TaughtUnit.objects.filter(session=session, struck_at__isnull=True)
    seen = frozenset(rows.values_list("curriculum_id", "unit")) if before is None else frozenset(before)
    return note_taught(by=clinic.licensed, session=session, units=frozenset(units), before=seen, at=at)


def test_who_took_part_was_taught_and_who_was_away_was_not(clinic, session):
    assert teach(clinic, session, LOG, STEPS) == {LOG, STEPS}
    assert taught_to(clinic.client) == {LOG: session.day, STEPS: session.day}
    clinic.client.attendance.update(state="no_show")
    assert taught_to(clinic.client) == {}


def test_a_slip_is_struck_out_and_the_line_stays(clinic, session):
    teach(clinic, session, LOG)
    assert teach(clinic, session, STEPS) == {STEPS}
    assert set(taught_to(clinic.client)) == {STEPS}
    struck = TaughtUnit.objects.get(struck_at__isnull=False)
    assert (struck.unit, struck.struck_by_id) == ("mood-log", clinic.licensed.user_id)
    with pytest.raises(DatabaseError), transaction.atomic():
        TaughtUnit.objects.filter(pk=struck.pk).delete()
    assert teach(clinic, session, STEPS) == frozenset()


def test_what_somebody_else_noted_meanwhile_is_not_struck_out(clinic, session):
    teach(clinic, session, LOG)
    assert teach(clinic, session, STEPS, before=()) == {STEPS}
    assert set(taught_to(clinic.client)) == {LOG, STEPS}


def test_a_unit_that_is_not_there_and_a_session_to_come_are_refused(clinic, session):
    with pytest.raises(InvalidInput):
        teach(clinic, session, ("mood-skills", "nonsense"))
    with pytest.raises(InvalidInput):
        teach(clinic, session, ("nonsense", "mood-log"))
    with pytest.raises(NotAllowed):
        teach(clinic, session, LOG, at=session.starts_at - timedelta(minutes=1))
    assert not TaughtUnit.objects.exists()
    assert not Event.objects.exists()


def test_a_group_is_offered_the_curricula_of_its_tracks(session):
    assert [one.id for one in curricula_for(session)] == ["mood-skills", "family-education"]


def test_homework_counts_as_it_was_noted_last_and_former_lines_stay(clinic, session):
    teach(clinic, session, LOG)
    for state in ("partly", "partly", "done"):
        note_practised(by=clinic.licensed, client=clinic.client, states={LOG: state}, at=AFTER)
    assert [row.state for row in UnitPractice.objects.order_by("id")] == ["partly", "done"]
    found = next(one for one in coverage_of(clinic.client) if one.curriculum.id == "mood-skills")
    assert (found.taught, found.practised, found.next.key) == (1, 1, "small-steps")
    with pytest.raises(InvalidInput):
        note_practised(by=clinic.licensed, client=clinic.client, states={LOG: "maybe"}, at=AFTER)


def test_coverage_is_counted_module_by_module():
    found = catalog.curriculum("mood-skills")
    activity, thoughts = coverage(
        found, {"mood-log": AT.date(), "ladder": AT.date()}, {"ladder": Practised.NOT_YET}
    )
    assert (activity.module.en, activity.taught, activity.practised, len(activity.units)) == (
        "Activity",
        1,
        0,
        4,
    )
    assert (thoughts.taught, thoughts.practised) == (1, 0)
    assert next_unit(found, {unit.key: AT.date() for unit in found.units}) is None


def test_every_track_has_a_curriculum_with_handouts_in_both_languages():
    for program in catalog.programs():
        own = [one for one in catalog.curricula(program.id) if one.id != "family-education"]
        assert own, program.id
        for unit in (unit for one in own for unit in one.units):
            assert unit.handout.en != unit.handout.es
            assert unit.homework.en
            assert unit.outline
