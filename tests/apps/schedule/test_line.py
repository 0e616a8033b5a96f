"""The line for a full group: when a seat becomes free, who asked first and fits is named and gets it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.models import Enrollment
from openiop.apps.schedule.selectors.line import next_in_line
from openiop.apps.schedule.services import enroll_client, give_up_seat, promote_client, promote_waiting
from openiop.domain.errors import Conflict, NotAllowed
from tests.factories import (
    AT,
    actor,
    make_client,
    make_enrollment,
    make_episode,
    make_member,
    make_no_contact,
    make_organization,
    make_series,
    make_site,
    make_slot,
)

pytestmark = pytest.mark.django_db
DAY = AT.date()


class House:
    """A group of one seat on Tuesday and Thursday; Ana sits, Ben and Cleo wait for both, in this order."""

    def __init__(self) -> None:
        self.org = make_organization()

    def open(self, cohort="open") -> House:
        self.site = make_site(self.org)
        self.by = actor(self.org, "intake")
        self.series = make_series(self.site, seats=1, cohort=cohort)
        self.slots = [make_slot(self.series, weekday=day) for day in (1, 3)]
        self.ana, self.ben, self.cleo = (self.person(name) for name in ("Ana", "Ben", "Cleo"))
        for number, who in enumerate((self.ana, self.ben, self.cleo)):
            enroll_client(
                by=self.by, episode=who, slots=self.slots, starts_on=DAY, at=AT + timedelta(minutes=number), wait_if_full=True
            )  # fmt: skip
        return self

    def person(self, first):
        return make_episode(make_client(self.org, first=first, site=self.site), self.site)

    def row(self, who, slot=0):
        return Enrollment.objects.select_related("slot__series__site", "client", "episode").get(
            client=who.client, slot=self.slots[slot]
        )

    def leaves(self, who, slot=0):
        give_up_seat(
            by=self.by, enrollment=self.row(who, slot), ends_on=DAY - timedelta(days=1), reason="x", at=AT
        )

    def next(self):
        return [
            (one.row.client.first_name, [slot.weekday for slot in one.slots])
            for one in next_in_line(self.series, DAY)
        ]

    def states(self, who):
        return list(
            Enrollment.objects.filter(client=who.client, slot__series=self.series)
            .order_by("slot__weekday")
            .values_list("state", flat=True)
        )


@pytest.fixture(params=["open"])
def house(request):
    made = House()
    with tenant(made.org.pk):
        yield made.open(request.param)


def test_while_nothing_is_free_nobody_is_next(house):
    assert house.states(house.ben) == ["waiting", "waiting"]
    assert house.next() == []


def test_a_free_seat_names_who_asked_first(house):
    house.leaves(house.ana)
    assert house.next() == [("Ben", [1])]
    house.leaves(house.ana, 1)
    assert house.next() == [("Ben", [1, 3])]


def test_who_does_not_fit_is_passed_over(house):
    other = make_slot(make_series(house.site, "Process"), weekday=1, start_minute=600)
    make_enrollment(other, house.ben)
    house.leaves(house.ana)
    house.leaves(house.ana, 1)
    assert house.next() == [("Ben", [3]), ("Cleo", [1])]


def test_one_action_gives_every_seat_that_is_free_and_fits(house):
    house.leaves(house.ana)
    house.leaves(house.ana, 1)
    given = promote_client(by=house.by, enrollment=house.row(house.ben), starts_on=DAY, at=AT)
    assert len(given) == 2
    assert (house.states(house.ben), house.states(house.cleo)) == (["held", "held"], ["waiting", "waiting"])
    with pytest.raises(Conflict, match="no free seat"):
        promote_client(by=house.by, enrollment=house.row(house.cleo), starts_on=DAY, at=AT)


def test_what_cannot_be_given_stays_in_line(house):
    house.leaves(house.ana)
    promote_client(by=house.by, enrollment=house.row(house.ben), starts_on=DAY, at=AT)
    assert house.states(house.ben) == ["held", "waiting"]


@pytest.mark.parametrize("house", ["closed"], indirect=True)
def test_a_closed_group_is_waited_for_given_and_left_whole(house):
    house.leaves(house.ana)
    assert house.states(house.ana) == ["ended", "ended"]
    assert house.next() == [("Ben", [1, 3])]
    assert promote_waiting(by=house.by, slot=house.slots[1], starts_on=DAY, at=AT).client == house.ben.client
    assert house.states(house.ben) == ["held", "held"]


@pytest.mark.parametrize("house", ["closed"], indirect=True)
def test_of_a_closed_group_a_part_is_given_to_nobody(house):
    other = make_slot(make_series(house.site, "Process"), weekday=3, start_minute=600)
    make_enrollment(other, house.ben)
    house.leaves(house.ana)
    assert house.next() == [("Cleo", [1, 3])]
    with pytest.raises(Conflict, match="runs into"):
        promote_client(by=house.by, enrollment=house.row(house.ben), starts_on=DAY, at=AT)
    assert house.states(house.ben) == ["waiting", "waiting"]


def test_the_page_names_the_next_and_gives_the_seats_in_one_action(house, client):
    with time_machine.travel(AT, tick=False):
        client.force_login(make_member(house.org, "director").user)
        page = reverse("series", args=[house.series.public_id])
        assert "next in line who fits" not in client.get(page).content.decode()
        house.leaves(house.ana)
        house.leaves(house.ana, 1)
        shown = client.get(page).content.decode()
        assert "A seat is free: next in line who fits" in shown
        address = reverse("seat_give", args=[house.row(house.ben).public_id])
        assert address in shown
        answer = client.post(address, follow=True).content.decode()
        assert "Ben Velora-Demo has 2 seats." in answer
        assert house.states(house.ben) == ["held", "held"]


def test_nobody_kept_apart_from_who_sits_there_is_named(house):
    house.leaves(house.ana)
    make_no_contact(house.ben.client, house.ana.client)
    make_enrollment(house.slots[0], house.person("Dora"))
    Enrollment.objects.filter(client__first_name="Dora").update(
        client=house.ana.client, starts_on=DAY + timedelta(weeks=9)
    )
    type(house.slots[0]).objects.filter(pk=house.slots[0].pk).update(seats=2)
    assert house.next() == [("Cleo", [1])]
    with pytest.raises(NotAllowed):
        promote_client(by=house.by, enrollment=house.row(house.ben), starts_on=DAY, at=AT)
