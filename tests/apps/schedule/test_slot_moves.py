"""A weekly meeting moved from a week on: seats stay, earlier sessions stay, later ones go along."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.fitting import fitting_of, wanted_seat
from openiop.apps.schedule.models import GroupSeries, SeriesSlot, Session
from openiop.apps.schedule.services.leave import cover_session
from openiop.apps.schedule.services.moves import move_session
from openiop.apps.schedule.services.series import cancel_session, close_day, roll_sessions
from openiop.apps.schedule.services.slot_moves import WeeklyTarget, move_slot, weigh_slot
from openiop.apps.schedule.services.weighing import Target
from openiop.domain.errors import Conflict
from openiop.domain.seats import Refusal
from tests.factories import (
    AT,
    actor,
    make_client,
    make_enrollment,
    make_episode,
    make_member,
    make_organization,
    make_room,
    make_series,
    make_site,
    make_slot,
    make_staff_profile,
    make_user,
    make_window,
)

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 16)
WEDNESDAYS = [date(2026, 3, 4), date(2026, 3, 11), date(2026, 3, 18), date(2026, 3, 25)]
THURSDAYS = [date(2026, 3, 19), date(2026, 3, 26)]


class House:
    """Skills meets on Wednesday at nine, three hours, four weeks made; from the third week on: Thursday at ten."""

    def __init__(self) -> None:
        self.org = make_organization()

    def open(self) -> House:
        self.site = make_site(self.org)
        self.by = actor(self.org, "director")
        self.ruth, self.lee = self.staff("Ruth"), self.staff("Lee")
        self.room = make_room(self.site)
        self.series = make_series(self.site, "Skills", lead=self.ruth, room=self.room)
        self.slot = make_slot(self.series, weekday=2)
        self.ana = self.seated("Ana", self.slot)
        roll_sessions(by=self.by, site=self.site, weeks=4, at=AT)
        return self

    def staff(self, name):
        user = make_user(f"{name} Staff-Demo")
        make_member(self.org, "therapist", user=user, site=self.site)
        make_staff_profile(user, self.site)
        return user

    def seated(self, name, slot):
        episode = make_episode(make_client(self.org, name), self.site)
        make_enrollment(slot, episode)
        return episode

    def target(self, monday=MONDAY, weekday=3, start=600, room=None, lead=None):
        return WeeklyTarget(monday, weekday, start, room or self.room, lead or self.ruth)

    def fresh(self):
        return SeriesSlot.objects.select_related("series__site", "series__lead", "series__room").get(
            pk=self.slot.pk
        )

    def weigh(self, **place):
        return weigh_slot(self.by, self.fresh(), self.target(**place), at=AT)

    def move(self, version=1, **place):
        return move_slot(by=self.by, slot=self.fresh(), target=self.target(**place), version=version, at=AT)

    def session(self, day):
        return Session.objects.get(slot=self.slot, day=day)


@pytest.fixture
def house():
    made = House()
    with tenant(made.org.pk):
        yield made.open()


def days(slot, **where):
    return list(Session.objects.filter(slot=slot, **where).order_by("day").values_list("day", flat=True))


def refusal(house, **place):
    before = (days(house.slot), Event.objects.count(), house.fresh().weekday)
    (words,) = house.weigh(**place).refusals
    with pytest.raises(Conflict) as caught:
        house.move(**place)
    assert caught.value.message == words
    assert (days(house.slot), Event.objects.count(), house.fresh().weekday) == before
    return words


def test_from_that_week_on_it_meets_at_the_new_time_and_before_at_the_old(house):
    ids = dict(Session.objects.values_list("day", "public_id"))
    weighed = house.weigh()
    assert (weighed.refusals, weighed.warnings, weighed.people) == ((), (), 1)
    house.move()
    slot = house.fresh()
    assert (slot.weekday, slot.start_minute, slot.end_minute) == (3, 600, 780)
    assert days(slot, day__lt=date(2026, 3, 30)) == [*WEDNESDAYS[:2], *THURSDAYS]
    assert house.session(THURSDAYS[0]).public_id == ids[WEDNESDAYS[2]]
    assert house.session(THURSDAYS[0]).starts_at == datetime(2026, 3, 19, 17, 0, tzinfo=UTC)
    assert house.session(WEDNESDAYS[1]).starts_at == datetime(2026, 3, 11, 16, 0, tzinfo=UTC)
    assert slot.enrollments.get().state == "held"
    assert Event.objects.filter(action="slot.moved").count() == 1


def test_rolling_makes_no_meeting_twice(house):
    house.move()
    before = days(house.slot)
    roll_sessions(by=house.by, site=house.site, weeks=5, at=AT)
    assert days(house.slot) == before
    assert len({day.isocalendar()[:2] for day in before}) == len(before)


def test_weeks_not_made_yet_are_made_at_the_old_time_first(house):
    house.move(monday=date(2026, 4, 13))
    assert date(2026, 4, 8) in days(house.slot)
    assert date(2026, 4, 16) in days(house.slot)
    assert date(2026, 4, 9) not in days(house.slot)


def test_the_clients_week_knows_both_times(house):
    house.move()
    client = house.ana.client
    other = make_series(house.site, "Process", lead=house.lee, room=make_room(house.site, "Room 2"))
    for weekday, day in ((2, WEDNESDAYS[0]), (3, THURSDAYS[0])):
        wanted = wanted_seat(make_slot(other, weekday=weekday), AT.date())
        answer = fitting_of(client, house.site, AT.date()).presence(wanted)
        assert (answer.refusal, answer.day) == (Refusal.CLASH, day)


def test_cancelled_and_hand_moved_sessions_stay_and_a_stand_in_keeps_the_date(house):
    cancel_session(by=house.by, session=house.session(WEDNESDAYS[2]), reason="Flood", at=AT)
    there = Target(date(2026, 3, 27), 600, house.room, house.ruth)
    move_session(by=house.by, session=house.session(WEDNESDAYS[3]), target=there, version=1, at=AT)
    roll_sessions(by=house.by, site=house.site, weeks=5, at=AT)
    cover_session(by=house.by, session=house.session(date(2026, 4, 1)), lead=house.lee, at=AT)
    house.move()
    assert house.session(WEDNESDAYS[2]).state == "cancelled"
    assert days(house.slot)[2:5] == [WEDNESDAYS[2], date(2026, 3, 27), date(2026, 4, 2)]
    assert house.session(date(2026, 4, 2)).lead == house.lee


def test_a_new_room_and_lead_hold_from_that_week_on(house):
    room = make_room(house.site, "Room 2")
    house.move(room=room, lead=house.lee)
    assert (house.session(WEDNESDAYS[1]).room, house.session(WEDNESDAYS[1]).lead) == (house.room, house.ruth)
    assert (house.session(THURSDAYS[0]).room, house.session(THURSDAYS[0]).lead) == (room, house.lee)
    series = GroupSeries.objects.get()
    assert (series.lead, series.room, series.version) == (house.lee, room, 2)


def test_a_closed_date_of_the_new_time_is_called_off(house):
    close_day(by=house.by, site=house.site, day=THURSDAYS[1], name="Repairs", at=AT)
    house.move()
    assert house.session(THURSDAYS[1]).cancelled_reason == "Repairs"


def test_another_group_in_the_room_is_named(house):
    other = make_series(house.site, "Process", lead=house.lee, room=house.room)
    make_slot(other, weekday=3)
    assert refusal(house).startswith("Room 1 is taken by “Process” then (Thursday 9:00")


def test_a_client_who_sits_elsewhere_is_named(house):
    other = make_series(house.site, "Process", lead=house.lee, room=make_room(house.site, "Room 2"))
    make_enrollment(make_slot(other, weekday=3), house.ana)
    assert refusal(house).startswith(
        f"{house.ana.client.shown_name}: Skills runs into Process on Thu, Mar 19"
    )


def test_hours_that_suit_someone_badly_are_a_warning(house):
    make_window(house.ana.client, 2, 480, 1200)
    said = house.weigh()
    assert said.is_legal
    assert said.warnings == (f"Outside the hours of 1 person: {house.ana.client.shown_name}",)


@pytest.mark.parametrize("monday", [date(2026, 3, 2), date(2026, 6, 1)])
def test_the_running_week_and_a_far_one_are_refused(house, monday):
    assert refusal(house, monday=monday) == ("Choose a week from the next one on, at most 12 weeks ahead.")


def test_who_came_second_is_told(house):
    house.move()
    with pytest.raises(Conflict) as caught:
        house.move(weekday=4)
    assert caught.value.code == "stale"
    assert house.fresh().weekday == 3


def test_it_may_go_back(house):
    house.move()
    house.move(version=2, monday=MONDAY + timedelta(weeks=1), weekday=2, start=540)
    assert days(house.slot, day__lt=date(2026, 3, 30)) == [*WEDNESDAYS[:2], THURSDAYS[0], WEDNESDAYS[3]]
