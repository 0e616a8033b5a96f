"""Planned absences in rows: recorded ahead, corrected and taken back with the former value kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction

from openiop.apps.audit.models import Event
from openiop.apps.schedule.models import Absence, AbsenceRevision, Appointment, SessionGuest
from openiop.apps.schedule.services import book_guest
from openiop.apps.schedule.services.absences import (
    AbsencePlan,
    cancel_absence,
    change_absence,
    record_absence,
)
from openiop.apps.schedule.services.appointments import book_appointment
from openiop.domain.errors import Conflict, DomainError, InvalidInput
from tests.apps.groups.clinic import MONDAY, open_clinic
from tests.factories import AT, make_series, make_session, make_slot

pytestmark = pytest.mark.django_db
LA = ZoneInfo("America/Los_Angeles")
WEDNESDAY, FRIDAY = MONDAY + timedelta(days=2), MONDAY + timedelta(days=4)


def instant(day, hour=0, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LA)


def plan(first=WEDNESDAY, last=FRIDAY, **more):
    base = {"starts_at": instant(first), "ends_at": instant(last + timedelta(days=1)), "reason": "court"}
    return AbsencePlan(**(base | more))


@pytest.fixture
def clinic():
    with open_clinic() as made:
        made.ana = made.episodes[0]
        yield made


def record(clinic, **more):
    return record_absence(by=clinic.by, episode=clinic.ana, plan=plan(**more), at=AT)


def events():
    return list(Event.objects.order_by("sequence").values_list("action", flat=True))


def test_an_absence_is_recorded_with_its_words_and_its_event(clinic):
    absence = record(clinic, barrier="court", words="  Hearing   in Larkmoor ")
    assert (absence.reason, absence.barrier, absence.words) == ("court", "court", "Hearing in Larkmoor")
    assert (absence.client, absence.version) == (clinic.ana.client, 1)
    assert events() == ["absence.recorded"]
    data = Event.objects.get().data
    assert (data["from"], data["to"]) == ("2026-03-04", "2026-03-06")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends_at": instant(WEDNESDAY)}, "last"),
        ({"ends_at": instant(WEDNESDAY + timedelta(days=100))}, "last"),
        ({"starts_at": instant(MONDAY - timedelta(days=3)), "ends_at": instant(MONDAY)}, "last"),
        ({"reason": ""}, "reason"),
        ({"reason": "because"}, "reason"),
        ({"barrier": "nothing"}, "barrier"),
        ({"words": "x" * 301}, "words"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_changes_nothing(clinic, change, field):
    with pytest.raises(InvalidInput) as caught:
        record(clinic, **change)
    assert caught.value.field == field
    assert not Absence.objects.exists()
    assert events() == []


def test_two_absences_at_one_time_are_one_too_many(clinic):
    record(clinic)
    with pytest.raises(Conflict, match="already") as caught:
        record(clinic, first=FRIDAY, last=FRIDAY)
    assert caught.value.field == "first"
    assert record(clinic, first=FRIDAY + timedelta(days=1), last=FRIDAY + timedelta(days=2)).version == 1


def test_nobody_is_recorded_away_after_discharge(clinic):
    type(clinic.ana).objects.filter(pk=clinic.ana.pk).update(discharged_at=AT)
    with pytest.raises(DomainError, match="closed"):
        record(clinic)


def test_a_correction_keeps_the_former_value_and_says_why(clinic):
    absence = record(clinic, words="Hearing")
    changed = change_absence(
        by=clinic.by, absence=absence, plan=plan(last=WEDNESDAY), version=1, why="Only one day", at=AT
    )
    assert (changed.version, changed.ends_at) == (2, instant(WEDNESDAY + timedelta(days=1)))
    former = AbsenceRevision.objects.get()
    assert (former.version, former.why) == (1, "Only one day")
    assert (former.former["words"], former.former["reason"]) == ("Hearing", "court")
    assert events() == ["absence.recorded", "absence.changed"]


def test_the_same_again_is_no_change(clinic):
    absence = record(clinic)
    change_absence(by=clinic.by, absence=absence, plan=plan(), version=1, why="nothing", at=AT)
    assert not AbsenceRevision.objects.exists()
    assert events() == ["absence.recorded"]


def test_a_correction_without_a_reason_or_over_a_newer_value_changes_nothing(clinic):
    absence = record(clinic)
    with pytest.raises(InvalidInput) as caught:
        change_absence(by=clinic.by, absence=absence, plan=plan(last=WEDNESDAY), version=1, why=" ", at=AT)
    assert caught.value.field == "why"
    change_absence(by=clinic.by, absence=absence, plan=plan(last=WEDNESDAY), version=1, why="one day", at=AT)
    with pytest.raises(Conflict, match="meanwhile"):
        change_absence(by=clinic.by, absence=absence, plan=plan(), version=1, why="no, three", at=AT)
    assert Absence.objects.get().ends_at == instant(WEDNESDAY + timedelta(days=1))
    assert AbsenceRevision.objects.count() == 1


def test_one_taken_back_keeps_its_value_and_cannot_be_changed(clinic):
    absence = record(clinic)
    cancel_absence(by=clinic.by, absence=absence, version=1, why="Hearing moved", at=AT)
    row = Absence.objects.get()
    assert (row.cancelled_at, row.reason, row.version) == (AT, "court", 2)
    assert AbsenceRevision.objects.get().why == "Hearing moved"
    with pytest.raises(Conflict):
        cancel_absence(by=clinic.by, absence=absence, version=2, why="again", at=AT)
    assert record(clinic).version == 1


def test_the_database_itself_keeps_former_values_as_written(clinic):
    absence = record(clinic)
    cancel_absence(by=clinic.by, absence=absence, version=1, why="Hearing moved", at=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        AbsenceRevision.objects.update(why="other")


def test_no_make_up_and_no_appointment_is_booked_into_an_absence(clinic):
    record(clinic)
    slot = make_slot(make_series(clinic.site, "Thursday"), weekday=3)
    session = make_session(slot, WEDNESDAY + timedelta(days=1))
    with pytest.raises(Conflict, match=r"away then \(Wed, Mar 4 – Fri, Mar 6\)") as caught:
        book_guest(by=clinic.by, session=session, episode=clinic.ana, at=AT)
    assert caught.value.code == "client-away"
    with pytest.raises(Conflict, match="away then"):
        book_appointment(
            by=clinic.by, client=clinic.ana.client, site=clinic.site, kind="individual", staff=clinic.lead,
            starts_at=instant(WEDNESDAY, 15), minutes=50, modality="telehealth", at=AT,
        )  # fmt: skip
    assert (SessionGuest.objects.count(), Appointment.objects.count()) == (0, 0)


def test_an_absence_of_some_hours_leaves_the_rest_of_the_day(clinic):
    record_absence(
        by=clinic.by, episode=clinic.ana, at=AT,
        plan=plan(starts_at=instant(WEDNESDAY, 13), ends_at=instant(WEDNESDAY, 14, 30)),
    )  # fmt: skip
    visit = {
        "by": clinic.by, "client": clinic.ana.client, "site": clinic.site, "kind": "individual",
        "staff": clinic.lead, "minutes": 50, "modality": "telehealth", "at": AT,
    }  # fmt: skip
    with pytest.raises(Conflict, match=r"away then \(Wed, Mar 4, 1:00–2:30"):
        book_appointment(starts_at=instant(WEDNESDAY, 14), **visit)
    assert book_appointment(starts_at=instant(WEDNESDAY, 14, 30), **visit).kind == "individual"
