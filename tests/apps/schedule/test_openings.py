"""One-to-one sessions: what is due, when both are really free, booked with the groups in one action."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openiop.apps.audit.models import Event
from openiop.apps.core.clock import local
from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.models import Absence, Appointment, Closure, Enrollment, StaffAbsence, Travel
from openiop.apps.schedule.selectors.openings import circle_of, openings_for, staff_openings
from openiop.apps.schedule.selectors.placement import find_weeks_for
from openiop.apps.schedule.services.plans import VisitPlan, accept_plan, book_visits
from openiop.domain.errors import Conflict, InvalidInput
from openiop.domain.schedule.problem import Span
from openiop.domain.schedule.series import on_the_clock
from tests.factories import (
    AT,
    actor,
    make_appointment,
    make_client,
    make_enrollment,
    make_episode,
    make_member,
    make_no_contact,
    make_order,
    make_organization,
    make_series,
    make_session,
    make_site,
    make_slot,
    make_staff_profile,
    make_user,
    make_window,
)

pytestmark = pytest.mark.django_db
MONDAY = AT.date()
NEXT = MONDAY + timedelta(weeks=1)


class House:
    """Groups on Monday, Wednesday, Friday 9 to 12; Ruth sees clients, Kim too, Sana is the prescriber."""

    def __init__(self) -> None:
        self.org = make_organization()

    def open(self) -> House:
        self.site = make_site(self.org)
        self.by = actor(self.org, "intake")
        self.kim, self.ruth = (
            self.staff("Kim", hours=[[3, 540, 660]]),
            self.staff("Ruth", hours=[[0, 720, 900], [1, 600, 720], [2, 480, 780]]),
        )
        self.sana = self.staff("Sana", services=["psychiatry"], hours=[[4, 720, 780]])
        lead = make_user("Sam Lead-Demo")
        self.series = make_series(self.site, "Morning", lead=lead, seats=4, minimum=1)
        self.slots = [make_slot(self.series, weekday=day) for day in (0, 2, 4)]
        self.ana = self.person("Ana")
        Travel.objects.create(
            organization=self.org, client=self.ana.client, site=self.site, minutes=0,
            modes=["on_site", "telehealth"], created_at=AT,
        )  # fmt: skip
        return self

    def staff(self, name, *, hours, **profile):
        user = make_user(f"{name} Staff-Demo")
        make_member(self.org, "therapist", user=user, site=self.site)
        make_staff_profile(user, self.site, working_hours=hours, **profile)
        return user

    def person(self, first):
        episode = make_episode(
            make_client(self.org, first=first, site=self.site), self.site, primary_clinician=self.ruth
        )
        make_order(episode, signed_at=AT)
        return episode

    def sit(self, episode=None):
        for slot in self.slots:
            make_enrollment(slot, episode or self.ana)

    def times(self, kind="individual", *, first=NEXT, days=7, at=AT):
        found = openings_for(circle_of(self.ana), kind, first=first, days=days, at=at)
        zone = self.site.time_zone
        return [
            (one.staff.display_name.split()[0], f"{local(one.starts_at, zone):%a %H:%M}", one.modality)
            for one in found
        ]

    def visit(self, weekday=2, minute=720, kind="individual", staff=None, modality="on_site"):
        day = NEXT + timedelta(days=weekday)
        return VisitPlan(
            kind, staff or self.ruth, on_the_clock(day, minute, self.site.time_zone), 50, modality
        )


@pytest.fixture
def house():
    made = House()
    with tenant(made.org.pk):
        yield made.open()


def test_the_program_says_what_is_due_and_what_is_booked_is_due_no_more(house):
    due = circle_of(house.ana).due(NEXT)
    assert [(one.kind, one.minutes) for one in due] == [("individual", 50), ("psychiatry", 30)]
    assert due[0].staff == (house.ruth.public_id, house.kim.public_id)
    make_appointment(house.ana.client, house.kim, house.site, on_the_clock(NEXT, 780, house.site.time_zone))
    assert [one.kind for one in circle_of(house.ana).due(NEXT)] == ["psychiatry"]


def test_a_visit_every_two_weeks_is_not_due_the_week_after(house):
    at = on_the_clock(NEXT, 780, house.site.time_zone)
    make_appointment(house.ana.client, house.sana, house.site, at, kind="psychiatry")
    for weeks, kinds in ((0, ["individual"]), (1, ["individual"]), (2, ["individual", "psychiatry"])):
        first = NEXT + timedelta(weeks=weeks)
        assert [one.kind for one in circle_of(house.ana).due(first)] == kinds


def test_who_saw_the_client_last_comes_before_the_primary_clinician(house):
    make_appointment(
        house.ana.client,
        house.kim,
        house.site,
        on_the_clock(MONDAY, 1000, house.site.time_zone),
        state="held",
    )
    assert [user.display_name for user in circle_of(house.ana).givers("individual")] == [
        "Kim Staff-Demo",
        "Ruth Staff-Demo",
    ]


def test_openings_lie_beside_the_day_s_groups_or_at_home_on_days_without(house):
    house.sit()
    assert house.times() == [
        ("Ruth", "Mon 12:00", "on_site"),
        ("Ruth", "Mon 12:30", "on_site"),
        ("Ruth", "Mon 13:00", "on_site"),
        ("Ruth", "Tue 10:00", "telehealth"),
        ("Ruth", "Tue 10:30", "telehealth"),
        ("Ruth", "Tue 11:00", "telehealth"),
        ("Ruth", "Wed 08:00", "on_site"),
        ("Ruth", "Wed 12:00", "on_site"),
        ("Kim", "Thu 09:00", "telehealth"),
        ("Kim", "Thu 09:30", "telehealth"),
        ("Kim", "Thu 10:00", "telehealth"),
    ]
    assert house.times("psychiatry") == [("Sana", "Fri 12:00", "on_site"), ("Sana", "Fri 12:30", "on_site")]


def test_the_client_s_own_hours_work_and_appointments_close_openings(house):
    house.sit()
    client = house.ana.client
    for day in range(6):
        make_window(client, day, 480, 790)
    make_window(client, 1, 620, 700, kind="work")
    make_appointment(
        client,
        house.sana,
        house.site,
        on_the_clock(NEXT + timedelta(days=2), 720, house.site.time_zone),
        kind="assessment",
    )
    assert [time for _who, time, _mode in house.times()] == [
        "Mon 12:00", "Wed 08:00", "Thu 09:00", "Thu 09:30", "Thu 10:00",
    ]  # fmt: skip


def test_staff_are_not_offered_while_they_lead_see_others_or_are_off(house):
    house.sit()
    zone, tuesday = house.site.time_zone, NEXT + timedelta(days=1)
    make_appointment(
        make_client(house.org, first="Ben"), house.ruth, house.site, on_the_clock(tuesday, 600, zone)
    )
    slot = make_slot(
        make_series(house.site, "Ruth's", lead=house.ruth), weekday=0, start_minute=720, minutes=60
    )
    StaffAbsence.objects.create(
        organization=house.org, user=house.ruth, day=NEXT + timedelta(days=2), created_at=AT
    )
    expected = ["Mon 13:00", "Tue 11:00"]
    assert [time for who, time, _mode in house.times() if who == "Ruth"] == expected
    make_session(slot, NEXT)
    assert [time for who, time, _mode in house.times() if who == "Ruth"] == expected
    type(slot.sessions.get()).objects.update(state="cancelled")
    assert [time for who, time, _mode in house.times() if who == "Ruth"] == [
        "Mon 12:00", "Mon 12:30", "Mon 13:00", "Tue 11:00",
    ]  # fmt: skip


def test_closed_days_planned_absences_and_the_past_offer_nothing(house):
    house.sit()
    zone = house.site.time_zone
    Closure.objects.create(organization=house.org, site=house.site, day=NEXT, name="Holiday", created_at=AT)
    tuesday = NEXT + timedelta(days=1)
    Absence.objects.create(
        organization=house.org, client=house.ana.client, episode=house.ana, reason="court",
        starts_at=on_the_clock(tuesday, 0, zone), ends_at=on_the_clock(tuesday, 660, zone), recorded_at=AT, created_at=AT,
    )  # fmt: skip
    assert [time for who, time, _mode in house.times() if who == "Ruth"] == [
        "Tue 11:00",
        "Wed 08:00",
        "Wed 12:00",
    ]
    at = on_the_clock(MONDAY, 745, zone)
    assert next(time for who, time, _mode in house.times(first=MONDAY, at=at) if who == "Ruth") == "Mon 12:30"


def test_no_opening_keeps_the_client_at_the_site_beside_someone_to_avoid(house):
    house.sit()
    ben = house.person("Ben")
    make_no_contact(house.ana.client, ben.client, "site")
    make_appointment(
        ben.client, house.sana, house.site, on_the_clock(NEXT + timedelta(days=2), 780, house.site.time_zone)
    )
    times = [time for who, time, _mode in house.times() if who == "Ruth" and time.startswith("Wed")]
    assert times == ["Wed 08:00", "Wed 12:00"]
    make_appointment(
        ben.client, house.sana, house.site, on_the_clock(NEXT + timedelta(days=2), 730, house.site.time_zone)
    )
    times = [time for who, time, _mode in house.times() if who == "Ruth" and time.startswith("Wed")]
    assert times == ["Wed 08:00"]


def test_free_time_is_read_for_everyone_in_a_fixed_number_of_queries(house, django_assert_num_queries):
    people = [house.kim, house.ruth, house.sana]
    with django_assert_num_queries(6):
        found = staff_openings(house.site, people, NEXT, at=AT)
    assert found[house.sana.public_id] == [Span(4, 720, 780)]
    with django_assert_num_queries(6):
        staff_openings(house.site, people[:1], NEXT, at=AT)


def test_the_week_found_brings_its_one_to_one_sessions(house):
    found = find_weeks_for(house.ana, at=AT, starts_on=NEXT)
    week = found.answer.placements[0]
    zone = house.site.time_zone
    openings = [
        (one.kind, one.staff, f"{local(one.starts_at, zone):%a %d %H:%M}")
        for one in found.openings(week, house.ana)
    ]
    assert openings == [
        ("individual", house.ruth, "Mon 09 12:00"),
        ("psychiatry", house.sana, "Fri 13 12:00"),
    ]
    assert week.cost.missed_one_to_one == 0


def test_groups_and_one_to_one_are_accepted_in_one_action(house):
    ids = [slot.public_id for slot in house.slots]
    done = accept_plan(
        by=house.by, episode=house.ana, slot_ids=ids, visits=[house.visit()], weeks=4, starts_on=NEXT, at=AT
    )
    assert [row.state for row in done.seats] == ["held"] * 3
    assert [row.day for row in done.visits] == [NEXT + timedelta(days=2 + 7 * n) for n in range(4)]
    assert {row.countable for row in done.visits} == {True}
    assert Event.objects.filter(action="appointment.booked").count() == 4


def test_a_first_session_that_clashes_refuses_groups_and_all(house):
    make_appointment(make_client(house.org, first="Ben"), house.ruth, house.site, house.visit().starts_at)
    with pytest.raises(Conflict, match="Ruth Staff-Demo is already in"):
        accept_plan(
            by=house.by, episode=house.ana, slot_ids=[slot.public_id for slot in house.slots],
            visits=[house.visit()], weeks=4, starts_on=NEXT, at=AT,
        )  # fmt: skip
    assert not Enrollment.objects.exists()
    assert Appointment.objects.count() == 1
    assert not Event.objects.exists()


def test_later_dates_on_which_something_stands_are_left_out_and_named(house):
    busy = house.visit().starts_at + timedelta(weeks=2)
    make_appointment(make_client(house.org, first="Ben"), house.ruth, house.site, busy)
    done = book_visits(by=house.by, episode=house.ana, visits=[house.visit()], weeks=4, at=AT)
    assert len(done.visits) == 3
    assert done.skipped == [("individual", NEXT + timedelta(days=16))]


def test_a_later_session_keeps_its_wall_clock_across_the_change_of_clocks(house):
    """Clocks change on Sunday, March 8: the Wednesdays before and after are both at noon."""
    day = MONDAY + timedelta(days=2)
    plan = VisitPlan("individual", house.ruth, on_the_clock(day, 720, house.site.time_zone), 50, "on_site")
    done = book_visits(by=house.by, episode=house.ana, visits=[plan], weeks=2, at=AT)
    assert [f"{row.starts_at:%d %H:%M}" for row in done.visits] == ["04 20:00", "11 19:00"]


def test_a_rhythm_of_two_weeks_books_every_second_week_and_counts_not_as_treatment(house):
    plan = house.visit(4, 720, "psychiatry", house.sana)
    done = book_visits(by=house.by, episode=house.ana, visits=[plan], weeks=4, at=AT)
    assert [row.day for row in done.visits] == [NEXT + timedelta(days=4), NEXT + timedelta(days=18)]
    assert {row.countable for row in done.visits} == {False}


@pytest.mark.parametrize("weeks", [0, 9])
def test_too_few_or_too_many_weeks_are_refused(house, weeks):
    with pytest.raises(InvalidInput):
        book_visits(by=house.by, episode=house.ana, visits=[house.visit()], weeks=weeks, at=AT)
    assert not Appointment.objects.exists()
