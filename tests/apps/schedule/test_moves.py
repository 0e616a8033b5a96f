"""One session moved: everything that forbids it is said, the roster comes along, no meeting is made twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.bookings import dated_others
from openiop.apps.schedule.fitting import fitting_of, wanted_seat
from openiop.apps.schedule.models import Session
from openiop.apps.schedule.services.leave import cover_session, record_leave
from openiop.apps.schedule.services.moves import move_session
from openiop.apps.schedule.services.series import close_day, roll_sessions
from openiop.apps.schedule.services.weighing import Target, weigh_session
from openiop.domain.errors import Conflict
from openiop.domain.seats import Refusal
from tests.factories import (
    AT,
    actor,
    make_appointment,
    make_client,
    make_enrollment,
    make_episode,
    make_member,
    make_no_contact,
    make_organization,
    make_room,
    make_series,
    make_session,
    make_site,
    make_slot,
    make_staff_profile,
    make_user,
    make_window,
)

pytestmark = pytest.mark.django_db
WEDNESDAY, THURSDAY = date(2026, 3, 4), date(2026, 3, 5)
OWN = "This group has a meeting of its own that day."


class House:
    """Ruth leads Skills on Wednesday at nine in Room 1, where Ana has a seat; Lee could lead."""

    def __init__(self) -> None:
        self.org = make_organization()

    def open(self) -> House:
        self.site = make_site(self.org)
        self.by = actor(self.org, "director")
        self.ruth, self.lee = self.staff("Ruth"), self.staff("Lee")
        self.room = make_room(self.site)
        self.series = make_series(self.site, "Skills", lead=self.ruth, room=self.room)
        self.slot = make_slot(self.series, weekday=2)
        self.session = make_session(self.slot, WEDNESDAY)
        self.ana = self.seated("Ana", self.slot)
        return self

    def staff(self, name, **profile):
        user = make_user(f"{name} Staff-Demo")
        make_member(self.org, "therapist", user=user, site=self.site)
        make_staff_profile(user, self.site, **profile)
        return user

    def seated(self, name, slot):
        episode = make_episode(make_client(self.org, name), self.site)
        make_enrollment(slot, episode)
        return episode

    def target(self, day=THURSDAY, start=600, room=None, lead=None):
        return Target(day, start, room or self.room, lead or self.ruth)

    def weigh(self, **place):
        return weigh_session(self.by, self.session, self.target(**place), at=AT)

    def move(self, version=1, **place):
        return move_session(
            by=self.by, session=self.session, target=self.target(**place), version=version, at=AT,
            alert=self.told.append,
        )  # fmt: skip

    told: list[list[str]] = []


@pytest.fixture
def house():
    made = House()
    made.told = []
    with tenant(made.org.pk):
        yield made.open()


def stands(session):
    fresh = Session.objects.get(pk=session.pk)
    return fresh.day, fresh.starts_at, fresh.lead_id, fresh.version, fresh.moved_from


def refusal(house, **place):
    """The one thing that forbids the place; the move is refused with the same words and changes nothing."""
    before, events = stands(house.session), Event.objects.count()
    (words,) = house.weigh(**place).refusals
    with pytest.raises(Conflict) as caught:
        house.move(**place)
    assert caught.value.message == words
    assert (stands(house.session), Event.objects.count()) == (before, events)
    return words


def test_a_session_moves_with_its_roster_and_leaves_its_trail(house):
    weighed = house.weigh(lead=house.lee)
    assert (weighed.is_legal, weighed.people, weighed.warnings) == (True, 1, ())
    house.move(lead=house.lee)
    starts = datetime(2026, 3, 5, 18, 0, tzinfo=UTC)
    assert stands(house.session) == (THURSDAY, starts, house.lee.pk, 2, WEDNESDAY)
    assert Session.objects.get().ends_at - starts == timedelta(minutes=180)
    event = Event.objects.get(action="session.moved")
    assert (event.data["former"]["day"], event.data["people"]) == ("2026-03-04", 1)


def test_who_came_second_is_told_and_loses_nothing(house):
    cover_session(by=house.by, session=house.session, lead=house.lee, at=AT)
    before = stands(house.session)
    with pytest.raises(Conflict) as caught:
        house.move(version=1)
    assert (caught.value.code, stands(house.session)) == ("stale", before)


def test_rolling_makes_the_moved_meeting_not_again(house):
    house.move()
    roll_sessions(by=house.by, site=house.site, weeks=2, at=AT)
    days = list(Session.objects.order_by("day").values_list("day", flat=True))
    assert days == [THURSDAY, date(2026, 3, 11)]


def test_a_room_that_is_taken_is_named(house):
    other = make_series(house.site, "Process", lead=house.lee, room=house.room)
    make_session(make_slot(other, weekday=3, start_minute=540, end_minute=630), THURSDAY)
    assert refusal(house) == "Room 1 is taken by “Process” then (9:00–10:30\N{NO-BREAK SPACE}am)."


def test_a_facilitator_who_is_elsewhere_is_named(house):
    other = make_series(house.site, "Process", lead=house.ruth, room=make_room(house.site, "Room 2"))
    make_slot(other, weekday=3, start_minute=540, end_minute=630)  # its sessions are not made yet
    assert refusal(house) == "Ruth Staff-Demo is already in “Process” then (9:00–10:30\N{NO-BREAK SPACE}am)."


def test_a_client_who_is_elsewhere_is_named(house):
    starts = datetime(2026, 3, 5, 18, 30, tzinfo=UTC)
    make_appointment(house.ana.client, house.lee, house.site, starts)
    words = refusal(house)
    assert words.startswith(
        f"{house.ana.client.shown_name}: Skills runs into Individual session on Thu, Mar 5"
    )


def test_an_administrator_is_not_told_who(house):
    starts = datetime(2026, 3, 5, 18, 30, tzinfo=UTC)
    make_appointment(house.ana.client, house.lee, house.site, starts)
    make_window(house.ana.client, 3, 780, 900)
    house.by = actor(house.org, "administrator")
    said = house.weigh()
    assert said.refusals[0].startswith("One of the group: Skills runs into")
    assert said.warnings == ("Outside the hours of 1 person: names are in the record",)


def test_people_to_be_kept_apart_do_not_meet_at_the_site(house):
    other = make_series(house.site, "Process", lead=house.lee, room=make_room(house.site, "Room 2"))
    ben = house.seated("Ben", make_slot(other, weekday=3, start_minute=600, end_minute=690))
    make_no_contact(house.ana.client, ben.client, scope="site")
    assert "must be kept apart" in refusal(house)


def test_hours_that_suit_someone_badly_are_a_warning_and_no_wall(house):
    make_window(house.ana.client, 3, 780, 900)
    said = house.weigh()
    assert said.is_legal
    assert said.warnings == (f"Outside the hours of 1 person: {house.ana.client.shown_name}",)
    house.move()
    assert stands(house.session)[0] == THURSDAY


def test_a_room_too_small_is_refused(house):
    assert "seats 2" in refusal(house, room=make_room(house.site, "Closet", seats=2))


def test_a_closed_day_and_somebody_away_are_both_said(house):
    close_day(by=house.by, site=house.site, day=THURSDAY, name="Repairs", at=AT)
    record_leave(by=house.by, user=house.ruth, site=house.site, first=THURSDAY, last=THURSDAY, at=AT)
    said = house.weigh().refusals
    assert said == (f"{house.site.name} is closed then: Repairs.", "Ruth Staff-Demo is away that day.")


def test_who_has_no_licence_does_not_lead(house):
    kim = house.staff("Kim", is_licensed=False)
    assert refusal(house, lead=kim) == "Kim Staff-Demo has no licence to lead groups here."


def test_a_session_whose_attendance_was_taken_stays(house):
    Session.objects.update(attendance_at=AT)
    house.session.refresh_from_db()
    assert refusal(house) == "Attendance was taken already: this session stays where it was."


def test_the_groups_own_next_meeting_is_in_the_way(house):
    assert refusal(house, day=date(2026, 3, 11), start=720) == OWN


def test_a_past_time_and_the_place_it_has_are_refused(house):
    assert refusal(house, day=AT.date(), start=480) == "That time is past. Choose a later one."
    assert refusal(house, day=WEDNESDAY, start=540) == "It stands there already."


def test_the_old_time_is_free_and_the_new_one_is_taken(house):
    house.move()
    client = house.ana.client
    there = dated_others(THURSDAY, client_id=client.pk, staff_ids=set(), room_id=None)
    assert [one.title for one in there] == ["Skills"]
    for day in (WEDNESDAY, THURSDAY):
        found = dated_others(day, client_id=None, staff_ids={house.ruth.pk}, room_id=house.room.pk)
        assert len(found) == (day == THURSDAY)
    other = make_series(house.site, "Process", lead=house.lee, room=make_room(house.site, "Room 2"))
    clashing = make_slot(other, weekday=3, start_minute=600, end_minute=690)
    answer = fitting_of(client, house.site, AT.date()).presence(wanted_seat(clashing, AT.date()))
    assert (answer.refusal, answer.day) == (Refusal.CLASH, THURSDAY)


def test_a_moved_session_may_go_back(house):
    house.move()
    house.session.refresh_from_db()
    house.move(version=2, day=WEDNESDAY, start=540)
    assert stands(house.session)[0] == WEDNESDAY


def test_a_closure_cancels_what_stands_there_now(house):
    house.move()
    close_day(by=house.by, site=house.site, day=THURSDAY, name="Repairs", at=AT, start=600, end=660)
    assert Session.objects.get().state == "cancelled"
