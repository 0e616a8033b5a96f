"""Hours of a site's week and of one person, from rows, in a fixed number of queries."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from openiop.apps.admissions.models import Order, Phase
from openiop.apps.groups.selectors.hours import hours_of, site_hours, week_at
from openiop.apps.schedule.models import SessionGuest
from openiop.domain.dosage import Given, Need, Week
from openiop.domain.outlook import Outlook, Shows
from tests.apps.groups.clinic import IN_GROUP, MONDAY, open_clinic
from tests.factories import (
    AT,
    make_appointment,
    make_attendance,
    make_order,
    make_series,
    make_session,
    make_slot,
)

pytestmark = pytest.mark.django_db
FRIDAY_NIGHT = AT + timedelta(days=4, hours=12)


@pytest.fixture
def clinic():
    with open_clinic() as made:
        yield made


def week_of(clinic, at=IN_GROUP, week=None):
    return site_hours(clinic.site, week or week_at(clinic.site, MONDAY), at=at)


def only(clinic, episode, **options):
    return next(row for row in week_of(clinic, **options) if row.episode == episode)


def test_three_mornings_are_nine_hours_on_three_days(clinic):
    row = only(clinic, clinic.episodes[0], at=AT)
    assert (row.order, row.floor) == (Need(540, 3), Need(540, 3))
    assert row.dosage.scheduled == row.dosage.forecast == Given(540, 3)
    assert row.dosage.attended == Given(0, 0)
    assert row.outlook is Outlook.ON_TRACK


def test_who_misses_a_morning_falls_below_the_floor_with_the_reason(clinic):
    ana, ben, _cleo = clinic.episodes
    make_attendance(clinic.sessions[0], ana)
    make_attendance(clinic.sessions[0], ben, state="no_show", barrier="ride")
    rows = week_of(clinic)
    assert [row.episode.client.first_name for row in rows] == ["Ben", "Ana", "Cleo"]
    assert rows[0].outlook is Outlook.BELOW_FLOOR
    assert rows[0].missing == (180, 1)
    assert [(why.code, why.number("minutes"), why.get("why")) for why in rows[0].dosage.reasons] == [
        ("missed", 180, "ride")
    ]
    assert rows[1].dosage.attended == Given(180, 1)


def test_a_session_nobody_marked_counts_in_the_forecast_and_is_named(clinic):
    row = only(clinic, clinic.episodes[0])
    assert row.dosage.forecast == Given(540, 3)
    assert row.unmarked == 1


def test_a_corrected_order_counts_from_the_first_day_and_the_week_care_began_in_stays_partial(clinic):
    wednesday = MONDAY + timedelta(days=2)
    noor = clinic.person("Noor", order={"starts_on": wednesday, "ends_on": wednesday - timedelta(days=1)})
    assert only(clinic, noor, at=AT).outlook is Outlook.PARTIAL
    make_order(noor, number=2, weekly_minutes=720, weekly_days=4, starts_on=wednesday, signed_at=AT)
    row = only(clinic, noor, at=AT)
    assert (row.order, row.order_row.number) == (Need(720, 4), 2)
    assert row.outlook is Outlook.PARTIAL
    before = site_hours(clinic.site, week_at(clinic.site, MONDAY - timedelta(days=7)), at=AT)
    assert [row.order for row in before if row.episode == noor] in ([], [None])


def test_a_make_up_seat_mends_the_week(clinic):
    ben = clinic.episodes[1]
    make_attendance(clinic.sessions[0], ben, state="no_show")
    slot = make_slot(make_series(clinic.site, name="Saturday"), weekday=5)
    saturday = make_session(slot, MONDAY + timedelta(days=5))
    SessionGuest.objects.create(
        organization=clinic.org, session=saturday, client=ben.client, episode=ben, created_at=AT
    )
    row = only(clinic, ben)
    assert row.dosage.forecast == Given(540, 3)
    assert [item.is_guest for item in row.items] == [False, False, False, True]


def test_appointments_count_when_they_are_treatment(clinic):
    ana = clinic.episodes[0]
    starts = AT + timedelta(days=1)
    make_appointment(ana.client, clinic.lead, clinic.site, starts, state="held", attended_minutes=45)
    make_appointment(
        ana.client, clinic.lead, clinic.site, starts + timedelta(hours=3), kind="psychiatry", countable=False
    )
    make_appointment(ana.client, clinic.lead, clinic.site, starts + timedelta(hours=5), state="cancelled")
    row = only(clinic, ana, at=FRIDAY_NIGHT)
    assert row.dosage.scheduled == Given(600, 4)
    assert row.dosage.attended == Given(45, 1)


def test_a_group_that_does_not_count_gives_no_hours(clinic):
    clinic.series.countable = False
    clinic.series.save()
    assert only(clinic, clinic.episodes[0]).dosage.scheduled == Given(0, 0)


def test_a_cancelled_session_is_lost_and_said(clinic):
    clinic.sessions[2].state = "cancelled"
    clinic.sessions[2].save()
    row = only(clinic, clinic.episodes[0])
    assert row.dosage.scheduled == Given(360, 2)
    assert {why.code for why in row.dosage.reasons} == {"cancelled", "not-scheduled"}


def test_below_this_level_of_care_no_floor_holds(clinic):
    ana = clinic.episodes[0]
    common = {"organization": clinic.org, "episode": ana, "created_at": AT}
    Phase.objects.create(key="core", starts_on=MONDAY - timedelta(weeks=8), ends_on=MONDAY, **common)
    Phase.objects.create(key="transition", starts_on=MONDAY + timedelta(days=1), **common)
    assert only(clinic, ana).floor == Need(540, 3)
    next_week = week_at(clinic.site, MONDAY + timedelta(weeks=1))
    assert only(clinic, ana, week=next_week).floor is None


def test_the_newest_signed_order_in_force_is_the_measure(clinic):
    ana = clinic.episodes[0]
    columns = {"organization": clinic.org, "episode": ana, "modality": "on_site", "created_at": AT}
    columns |= {"starts_on": MONDAY, "review_on": MONDAY}
    Order.objects.create(number=2, weekly_minutes=600, weekly_days=4, signed_at=AT, **columns)
    Order.objects.create(number=3, weekly_minutes=900, weekly_days=5, **columns)
    row = only(clinic, ana)
    assert row.order == Need(600, 4)
    assert row.outlook is Outlook.SHORT
    assert row.missing == (60, 1)


def test_without_a_signed_order_there_is_nothing_to_measure_against(clinic):
    nia = clinic.person("Nia", order={"signed_at": None})
    clinic.seat(nia)
    row = only(clinic, nia)
    assert (row.order, row.floor, row.outlook, row.is_at_risk) == (None, None, Outlook.NO_ORDER, False)


def test_the_first_week_that_begins_on_a_wednesday_is_no_whole_week(clinic):
    wednesday = MONDAY + timedelta(days=2)
    nia = clinic.person("Nia", order={"starts_on": wednesday})
    clinic.seat(nia)
    nia.enrollments.update(starts_on=wednesday)
    row = only(clinic, nia)
    assert (row.outlook, row.dosage.scheduled) == (Outlook.PARTIAL, Given(360, 2))


def test_who_came_to_little_over_four_weeks_is_watched(clinic):
    ana = clinic.episodes[0]
    for number in range(1, 7):
        session = make_session(clinic.slots[0], MONDAY - timedelta(weeks=number))
        make_attendance(session, ana, state="present" if number % 2 else "no_show")
    for number in range(1, 3):
        session = make_session(clinic.slots[1], MONDAY - timedelta(weeks=number, days=-2))
        make_attendance(session, ana, state="no_show")
    row = only(clinic, ana)
    assert row.shows == Shows(came=2, of=6)
    assert row.outlook is Outlook.WATCH


def test_those_discharged_before_the_week_or_admitted_after_it_are_not_listed(clinic):
    ana, ben, cleo = clinic.episodes
    ana.discharged_at = AT - timedelta(days=2)
    ana.save()
    ben.discharged_at = AT + timedelta(days=1)
    ben.save()
    cleo.admitted_at = AT + timedelta(days=9)
    cleo.save()
    rows = week_of(clinic)
    assert [(row.episode, row.outlook) for row in rows] == [(ben, Outlook.PARTIAL)]


def test_in_weeks_of_clock_change_nine_hours_stay_nine_hours(clinic):
    for monday in (date(2026, 3, 9), date(2026, 10, 26), date(2026, 11, 2)):
        clinic.week(monday)
    week = week_at(clinic.site, date(2026, 3, 8))
    assert week == Week(date(2026, 3, 2), "America/Los_Angeles")
    for day in (date(2026, 3, 9), date(2026, 11, 1), date(2026, 11, 2)):
        week = week_at(clinic.site, day)
        row = only(clinic, clinic.episodes[0], week=week, at=datetime(2026, 1, 1, tzinfo=UTC))
        assert row.dosage.scheduled == Given(540, 3), day


def test_a_payer_s_week_may_begin_on_sunday():
    with open_clinic(1, week_starts_on=6) as clinic:
        assert week_at(clinic.site, date(2026, 3, 7)).first == date(2026, 3, 1)
        assert week_at(clinic.site, date(2026, 3, 8)).first == date(2026, 3, 8)


def test_one_person_s_weeks_come_in_the_order_asked(clinic):
    before = MONDAY - timedelta(weeks=1)
    ana = clinic.person("Nia", order={"starts_on": before})
    clinic.seat(ana)
    clinic.week(before)
    ana.enrollments.update(starts_on=before)
    weeks = [Week(MONDAY - timedelta(weeks=back), clinic.site.time_zone) for back in (2, 1, 0)]
    rows = hours_of([ana], weeks, at=IN_GROUP)[ana.pk]
    assert [row.dosage.scheduled for row in rows] == [Given(0, 0), Given(540, 3), Given(540, 3)]
    assert [row.outlook for row in rows] == [Outlook.NO_ORDER, Outlook.ON_TRACK, Outlook.ON_TRACK]


def test_the_queries_do_not_grow_with_people(django_assert_num_queries):
    for people in (1, 12):
        with open_clinic(people) as clinic:
            for episode in clinic.episodes:
                make_attendance(clinic.sessions[0], episode)
            with django_assert_num_queries(10):
                assert len(week_of(clinic)) == people
