"""Rooms in rows: added, changed, retired; what still needs one is named."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.models import Room
from openiop.apps.schedule.selectors.house import retired_rooms
from openiop.apps.schedule.selectors.week import rooms_of
from openiop.apps.schedule.services.rooms import RoomChanged, add_room, change_room, retire_room
from openiop.apps.schedule.services.series import SeriesPlan, create_series
from openiop.domain.errors import Conflict, InvalidInput
from openiop.domain.schedule.problem import Span
from tests.factories import (
    AT,
    actor,
    make_appointment,
    make_client,
    make_organization,
    make_series,
    make_session,
    make_site,
    make_slot,
    make_user,
)

pytestmark = pytest.mark.django_db
TODAY = AT.date()


class House:
    """One site with a room that seats ten."""

    def __init__(self) -> None:
        self.org = make_organization()

    def open(self) -> House:
        self.site, self.by = make_site(self.org), actor(self.org, "director")
        self.room = self.add("Blue room")
        return self

    def add(self, name, seats=10, **more):
        return add_room(by=self.by, site=self.site, name=name, seats=seats, at=AT, **more)

    def change(self, **more):
        version = Room.objects.get(pk=self.room.pk).version
        return change_room(
            by=self.by,
            room=self.room,
            at=AT,
            **({"name": "Blue room", "seats": 10, "version": version} | more),
        )

    def retire(self):
        return retire_room(by=self.by, room=self.room, at=AT)

    def stands(self):
        room = Room.objects.get(pk=self.room.pk)
        return room.name, room.seats, room.closed_from


@pytest.fixture
def house():
    made = House()
    with tenant(made.org.pk):
        yield made.open()


def events(action):
    return list(Event.objects.filter(action=action).values_list("data", flat=True))


def test_a_room_is_added_with_its_event(house):
    room = house.add("  Kitchen   table ", seats=8, features=["kitchen", " kitchen", ""])
    assert (room.name, room.seats, room.features) == ("Kitchen table", 8, ["kitchen"])
    told = {"name": "Kitchen table", "seats": 8, "features": ["kitchen"], "site": house.site.name}
    assert events("room.added")[-1] == told
    assert [row.name for row in rooms_of(house.site)] == ["Blue room", "Kitchen table"]


@pytest.mark.parametrize(
    ("name", "seats", "field"), [(" ", 5, "name"), ("Attic", 0, "seats"), ("BLUE  ROOM", 5, "name")]
)
def test_no_name_no_seats_and_a_name_twice_are_refused(house, name, seats, field):
    with pytest.raises(InvalidInput) as caught:
        house.add(name, seats=seats)
    assert caught.value.field == field
    assert Room.objects.count() == len(events("room.added")) == 1


def test_another_site_may_use_the_name(house):
    room = add_room(by=house.by, site=make_site(house.org), name="Blue room", seats=4, at=AT)
    assert Room.objects.filter(name="Blue room").count() == 2
    assert rooms_of(house.site) == [house.room] != [room]


def test_a_change_keeps_the_former_values_in_the_trail(house):
    house.change(name="Green room", seats=12, features=["telehealth"])
    assert house.stands() == ("Green room", 12, None)
    (data,) = events("room.changed")
    assert data["former"] == {"name": "Blue room", "seats": 10, "features": []}


def test_the_same_values_leave_no_event(house):
    house.change()
    assert events("room.changed") == []


def test_fewer_seats_than_a_running_group_offers_are_refused_with_its_name(house):
    make_series(house.site, "Skills", room=house.room, seats=10)
    make_series(house.site, "Old", room=house.room, seats=10, ends_on=TODAY - timedelta(days=1))
    with pytest.raises(Conflict, match="“Skills”") as caught:
        house.change(seats=9)
    assert caught.value.field == "seats"
    assert "Old" not in caught.value.message
    assert house.stands() == ("Blue room", 10, None)


def test_a_retired_room_is_offered_no_more_and_keeps_its_groups(house):
    past = make_series(house.site, "Old", room=house.room, ends_on=TODAY - timedelta(days=1))
    house.retire()
    assert house.stands() == ("Blue room", 10, TODAY)
    assert rooms_of(house.site) == []
    assert retired_rooms(house.site) == [house.room]
    past.refresh_from_db()
    assert past.room == house.room
    assert events("room.retired") == [{"name": "Blue room", "from": TODAY.isoformat()}]


def test_a_room_of_running_groups_is_not_retired_and_they_are_named(house):
    make_series(house.site, "Skills", room=house.room)
    make_series(house.site, "Coming", room=house.room, starts_on=TODAY + timedelta(days=30))
    elsewhere = make_series(house.site, "Guests", ends_on=TODAY - timedelta(days=1))
    make_session(make_slot(elsewhere, weekday=2), TODAY + timedelta(days=2), room=house.room)
    with pytest.raises(Conflict, match="“Coming”, “Guests”, “Skills”"):
        house.retire()
    assert house.stands() == ("Blue room", 10, None)
    assert events("room.retired") == []


def test_a_planned_visit_keeps_the_room(house):
    visit = make_appointment(
        make_client(house.org),
        make_user("Kim Staff-Demo"),
        house.site,
        AT + timedelta(days=1),
        room=house.room,
    )
    with pytest.raises(Conflict, match="1 planned appointment is in Blue room"):
        house.retire()
    visit.state = "cancelled"
    visit.save()
    house.retire()
    assert house.stands()[2] == TODAY


def test_a_retired_room_is_neither_changed_nor_retired_again_and_frees_its_name(house):
    house.retire()
    for again in (house.change, house.retire):
        with pytest.raises(Conflict, match="not in use any more"):
            again()
    assert house.add("Blue room").pk != house.room.pk


def test_no_group_moves_into_a_room_that_was_retired_meanwhile(house):
    house.retire()
    plan = SeriesPlan(
        name="Skills", service="skills", programs=("depression",), modality="on_site",
        lead=make_user("Sam Lead-Demo"), seats=8, minimum=2, starts_on=TODAY, spans=(Span(0, 540, 600),),
        room=house.room,
    )  # fmt: skip
    with pytest.raises(InvalidInput, match="Blue room is not in use any more") as caught:
        create_series(by=house.by, site=house.site, plan=plan, at=AT)
    assert caught.value.field == "room"


def test_two_who_change_one_room_the_later_is_told_and_the_first_stands(house):
    seen = house.room.version
    assert house.change(seats=9, version=seen).version == seen + 1
    with pytest.raises(RoomChanged) as caught:
        house.change(seats=7, version=seen)
    assert (caught.value.room.seats, caught.value.room.version) == (9, seen + 1)
    assert Room.objects.get(pk=house.room.pk).seats == 9
    assert house.change(seats=7, version=seen + 1).seats == 7
