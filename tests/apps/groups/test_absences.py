"""What a planned absence does to the week: excused ahead, counted in the forecast, made up for at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openiop.apps.groups.selectors.hours import hours_of, week_at
from openiop.apps.groups.selectors.makeups import offers_for
from openiop.apps.groups.selectors.sheet import sheet_of
from openiop.apps.groups.selectors.today import read_today
from openiop.apps.schedule.services.absences import AbsencePlan, cancel_absence, record_absence
from openiop.domain.dosage import Standing
from openiop.domain.outlook import Outlook
from openiop.domain.schedule.series import on_the_clock
from tests.apps.groups.clinic import MONDAY, open_clinic
from tests.factories import (
    AT,
    make_appointment,
    make_attendance,
    make_no_contact,
    make_series,
    make_session,
    make_slot,
)

pytestmark = pytest.mark.django_db
WEDNESDAY = MONDAY + timedelta(days=2)


@pytest.fixture
def clinic():
    """Ana is in court on Wednesday; Tuesday and Thursday have one more group each."""
    with open_clinic() as made:
        made.ana = made.episodes[0]
        zone = made.site.time_zone
        made.extra = {
            day: make_session(
                make_slot(make_series(made.site, f"Extra {day}", lead=made.lead), weekday=day),
                MONDAY + timedelta(days=day),
            )
            for day in (1, 3)
        }
        made.plan = AbsencePlan(
            on_the_clock(WEDNESDAY, 0, zone), on_the_clock(WEDNESDAY, 1440, zone), "court", "ride"
        )
        made.absence = record_absence(by=made.by, episode=made.ana, plan=made.plan, at=AT)
        yield made


def row_of(clinic, at=AT):
    week = week_at(clinic.site, MONDAY)
    return hours_of([clinic.ana], [week], at=at)[clinic.ana.pk][0], week


def test_the_session_is_excused_ahead_and_the_forecast_counts_it(clinic):
    row, _week = row_of(clinic)
    standings = [item.entry.standing for item in row.items]
    assert standings == [Standing.PLANNED, Standing.EXCUSED, Standing.PLANNED]
    assert [item.is_ahead for item in row.items] == [False, True, False]
    assert (row.dosage.scheduled.minutes, row.dosage.forecast.minutes, row.dosage.forecast.days) == (
        540,
        360,
        2,
    )
    assert row.outlook is Outlook.BELOW_FLOOR
    [why] = row.dosage.reasons
    assert (why.code, why.get("minutes"), why.get("why")) == ("excused", 180, "ride")


def test_an_appointment_in_that_time_is_excused_too(clinic):
    make_appointment(
        clinic.ana.client, clinic.lead, clinic.site, on_the_clock(WEDNESDAY, 840, clinic.site.time_zone),
        episode=clinic.ana,
    )  # fmt: skip
    row, _week = row_of(clinic)
    assert [item.is_ahead for item in row.items] == [False, True, True, False]


def test_what_was_marked_is_what_happened(clinic):
    make_attendance(clinic.sessions[1], clinic.ana)
    row, _week = row_of(clinic)
    assert [item.entry.standing for item in row.items][1] is Standing.ATTENDED
    assert row.dosage.forecast.minutes == 540


def test_a_session_over_and_not_marked_stays_excused_and_is_asked_for_nowhere(clinic):
    row, _week = row_of(clinic, at=AT + timedelta(days=5))
    assert row.dosage.unmarked == (str(clinic.sessions[0].pk), str(clinic.sessions[2].pk))
    assert row.dosage.forecast.minutes == 360


def test_one_taken_back_excuses_nothing(clinic):
    cancel_absence(by=clinic.by, absence=clinic.absence, version=1, why="moved", at=AT)
    row, _week = row_of(clinic)
    assert (row.dosage.forecast.minutes, row.outlook) == (540, Outlook.ON_TRACK)


def test_seats_that_make_up_for_it_are_offered_and_none_within_it(clinic):
    make_session(
        make_slot(make_series(clinic.site, "Wednesday evening"), weekday=2, start_minute=1080), WEDNESDAY
    )
    row, week = row_of(clinic)
    found = offers_for(row, week, at=AT)
    assert [offer.sessions for offer in found.offers] == [(clinic.extra[1],), (clinic.extra[3],)]
    assert all(offer.mend.is_whole for offer in found.offers)


def test_no_seat_is_offered_while_someone_to_avoid_is_at_the_site(clinic):
    """Ben has a visit on site on Tuesday at ten: a parallel group is not offered, though he is not in it."""
    ben = clinic.episodes[1].client
    make_appointment(
        ben, clinic.lead, clinic.site, on_the_clock(MONDAY + timedelta(days=1), 600, clinic.site.time_zone)
    )
    make_no_contact(clinic.ana.client, ben, "group")
    row, week = row_of(clinic)
    assert len(offers_for(row, week, at=AT).offers) == 2
    make_no_contact(ben, clinic.ana.client, "site")
    assert [offer.sessions for offer in offers_for(row, week, at=AT).offers] == [(clinic.extra[3],)]


def test_the_sheet_and_today_know_who_is_away(clinic):
    sheet = sheet_of(clinic.sessions[1], at=AT)
    away = {line.client.first_name: line.away for line in sheet.lines}
    assert (away["Ana"].reason, away["Ana"].barrier, away["Ben"]) == ("court", "ride", None)
    [group] = read_today(clinic.by, clinic.site, WEDNESDAY, mine=True, at=AT).groups
    assert [client.first_name for client in group.away] == ["Ana"]
    make_attendance(clinic.sessions[1], clinic.ana)
    [group] = read_today(clinic.by, clinic.site, WEDNESDAY, mine=True, at=AT).groups
    assert group.away == ()
