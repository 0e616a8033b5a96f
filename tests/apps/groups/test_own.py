"""A person's own days: what they hold, what was cancelled, what they missed, and what comes next."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from openiop.apps.groups.selectors.own import days_of, next_visit
from openiop.apps.schedule.models import Absence, Closure, SessionGuest
from tests.apps.groups.clinic import MONDAY, open_clinic
from tests.factories import (
    AT,
    make_appointment,
    make_attendance,
    make_enrollment,
    make_series,
    make_session,
    make_slot,
)

pytestmark = pytest.mark.django_db
SUNDAY = MONDAY + timedelta(days=6)


@pytest.fixture
def clinic():
    with open_clinic(2) as made:
        yield made


def at(day, hour, zone="America/Los_Angeles"):
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone))


def test_groups_and_appointments_stand_in_order_with_place_and_people(clinic):
    ana = clinic.episodes[0].client
    make_appointment(ana, clinic.lead, clinic.site, at(MONDAY, 14), kind="psychiatry", modality="telehealth")
    found = days_of(ana, MONDAY, SUNDAY)
    assert [(visit.day.weekday(), visit.kind) for visit in found.visits] == [
        (0, "group"), (0, "psychiatry"), (2, "group"), (4, "group"),
    ]  # fmt: skip
    group, visit = found.on(MONDAY)
    assert (group.name, group.site, group.with_whom) == ("Skills", clinic.site, "Robin Reyes-Demo")
    assert (group.by_video, visit.by_video) == (False, True)


def test_nobody_elses_appointments_and_seats_are_among_them(clinic):
    ana, ben = (episode.client for episode in clinic.episodes)
    make_appointment(ben, clinic.lead, clinic.site, at(MONDAY, 14))
    other = make_slot(make_series(clinic.site, "Other", lead=clinic.lead), 1)
    make_session(other, MONDAY + timedelta(days=1))
    make_enrollment(other, clinic.episodes[1])
    assert {visit.name for visit in days_of(ana, MONDAY, SUNDAY).visits} == {"Skills"}


def test_what_is_cancelled_stays_in_sight_and_is_not_what_comes_next(clinic):
    ana = clinic.episodes[0].client
    monday = clinic.sessions[0]
    monday.state = "cancelled"
    monday.save()
    make_appointment(ana, clinic.lead, clinic.site, at(MONDAY, 14), state="cancelled")
    found = days_of(ana, MONDAY, SUNDAY)
    assert [visit.is_cancelled for visit in found.on(MONDAY)] == [True, True]
    coming = next_visit(ana, at=AT - timedelta(hours=2), today=MONDAY)
    assert coming.day == MONDAY + timedelta(days=2)


def test_what_goes_on_now_is_what_comes_next_until_it_ends(clinic):
    ana = clinic.episodes[0].client
    assert next_visit(ana, at=at(MONDAY, 11), today=MONDAY).day == MONDAY
    assert next_visit(ana, at=at(MONDAY, 12), today=MONDAY).day == MONDAY + timedelta(days=2)
    assert next_visit(ana, at=at(SUNDAY, 12), today=SUNDAY) is None


def test_an_announced_absence_is_said_and_not_expected(clinic):
    episode = clinic.episodes[0]
    Absence.objects.create(
        organization=clinic.org, client=episode.client, episode=episode, starts_at=at(MONDAY, 0),
        ends_at=at(MONDAY + timedelta(days=1), 0), reason="sick", recorded_at=AT, created_at=AT,
    )  # fmt: skip
    visit = days_of(episode.client, MONDAY, SUNDAY).on(MONDAY)[0]
    assert visit.is_excused
    assert not visit.is_ahead(at(MONDAY, 8))


def test_marks_make_up_seats_and_closures_are_told(clinic):
    episode = clinic.episodes[0]
    make_attendance(clinic.sessions[0], episode, "present")
    make_attendance(clinic.sessions[1], episode, "no_show")
    other = make_slot(make_series(clinic.site, "Saturday", lead=clinic.lead), 5)
    extra = make_session(other, MONDAY + timedelta(days=5))
    SessionGuest.objects.create(
        organization=clinic.org, session=extra, client=episode.client, episode=episode, created_at=AT
    )
    Closure.objects.create(
        organization=clinic.org, site=clinic.site, day=SUNDAY, name="Holiday", created_at=AT
    )
    found = days_of(episode.client, MONDAY, SUNDAY)
    assert [visit.was_here for visit in found.visits] == [True, False, None, None]
    assert [visit.is_make_up for visit in found.visits] == [False, False, False, True]
    assert found.closures == {SUNDAY: "Holiday"}


def test_a_seat_that_ended_shows_no_later_groups(clinic):
    ana = clinic.episodes[0].client
    for seat in ana.enrollments.all():
        seat.state, seat.ends_on = "ended", MONDAY
        seat.save()
    assert [visit.day for visit in days_of(ana, MONDAY, SUNDAY).visits] == [MONDAY]


def test_the_next_family_session_is_a_family_appointment_or_group(clinic):
    ana = clinic.episodes[0].client
    assert next_visit(ana, at=AT, today=MONDAY, only_family=True) is None
    make_appointment(ana, clinic.lead, clinic.site, at(date(2026, 3, 12), 17), kind="family")
    assert next_visit(ana, at=AT, today=MONDAY, only_family=True).day == date(2026, 3, 12)


def test_the_queries_do_not_grow(clinic, django_assert_num_queries):
    ana = clinic.episodes[0].client
    with django_assert_num_queries(7):
        days_of(ana, MONDAY, MONDAY)
    with django_assert_num_queries(7):
        days_of(ana, MONDAY, SUNDAY)
