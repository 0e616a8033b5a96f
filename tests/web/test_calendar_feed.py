"""The calendar behind a private address: shown once, revocable, and telling nothing but time and place."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar

from openiop.apps.accounts.models import Membership
from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from openiop.apps.front.services import reading as limits
from openiop.apps.schedule.models import CalendarFeed, Session
from tests.factories import (
    AT,
    make_appointment,
    make_client,
    make_enrollment,
    make_episode,
    make_member,
    make_organization,
    make_series,
    make_session,
    make_site,
    make_slot,
    make_user,
)

pytestmark = pytest.mark.django_db
WEDNESDAY = date(2026, 3, 4)
VISIT = datetime(2026, 3, 5, 18, 0, tzinfo=UTC)


class House:
    """Ruth leads “DBT skills” on Wednesday, where Ana comes; on Thursday they meet alone."""

    def __init__(self, client) -> None:
        self.org, self.client = make_organization(), client

    def open(self) -> House:
        self.site = make_site(self.org, "Recovery House", street="1 Elm Street", city="Ojai", state="CA")
        self.ruth = make_user("Ruth Staff-Demo")
        make_member(self.org, "therapist", user=self.ruth, site=self.site)
        slot = make_slot(make_series(self.site, "DBT skills", lead=self.ruth), weekday=2)
        self.session = make_session(slot, WEDNESDAY)
        self.user = make_user("Ana Velora-Demo")
        make_member(self.org, "client", user=self.user)
        self.ana = make_client(self.org, user=self.user, site=self.site)
        make_enrollment(slot, make_episode(self.ana, self.site))
        make_appointment(self.ana, self.ruth, self.site, VISIT)
        return self

    def address(self, user):
        self.client.force_login(user)
        page = self.client.post(reverse("calendar"), {"new": "1"}).content.decode()
        self.client.logout()
        return re.search(r'value="http://testserver([^"]+)"', page).group(1)

    def read(self, address):
        answer = self.client.get(address)
        assert answer.status_code == 200
        return answer

    def starts(self, user):
        calendar = Calendar.from_ical(self.read(self.address(user)).content)
        return [event.decoded("dtstart") for event in calendar.walk("VEVENT")]


@pytest.fixture
def house(client):
    limits.forget()
    made = House(client)
    with time_machine.travel(AT, tick=False), tenant(made.org.pk):
        yield made.open()
    limits.forget()


@pytest.mark.parametrize("who", ["ruth", "user"])
def test_staff_and_clients_read_their_own_times_in_neutral_words(house, who):
    text = house.read(house.address(getattr(house, who)))
    calendar = Calendar.from_ical(text.content)
    events = calendar.walk("VEVENT")
    assert [event.decoded("dtstart") for event in events] == [house.session.starts_at, VISIT]
    assert {str(event["summary"]) for event in events} == {"Appointment"}
    assert {str(event["location"]) for event in events} == {"1 Elm Street, Ojai, CA"}
    for word in ("DBT", "skills", "Recovery", "Ana", "Velora", "Ruth", house.org.name):
        assert word not in text.content.decode()


def test_no_cache_keeps_the_answer_and_no_search_engine_keeps_it(house):
    answer = house.read(house.address(house.ruth))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


def test_the_address_is_shown_once_and_kept_as_a_hash(house):
    key = house.address(house.ruth).rstrip("/").split("/")[-1]
    house.client.force_login(house.ruth)
    assert key not in house.client.get(reverse("calendar")).content.decode()
    assert key not in str(list(CalendarFeed.objects.values()))
    assert key not in str(list(Event.objects.values()))


def test_a_new_address_ends_the_old_one(house):
    old, new = house.address(house.ruth), house.address(house.ruth)
    assert house.client.get(old).status_code == 404
    house.read(new)
    assert CalendarFeed.objects.filter(revoked_at__isnull=True).count() == 1


def test_an_ended_address_is_not_found(house):
    address = house.address(house.ruth)
    house.client.force_login(house.ruth)
    house.client.post(reverse("calendar"), {"end": "1"})
    assert house.client.get(address).status_code == 404
    actions = Event.objects.filter(action__startswith="calendar").order_by("sequence")
    assert list(actions.values_list("action", flat=True)) == ["calendar.opened", "calendar.ended"]


def test_who_does_not_work_here_any_more_reads_nothing(house):
    address = house.address(house.ruth)
    Membership.objects.filter(user=house.ruth).update(ended_at=AT)
    assert house.client.get(address).status_code == 404


def test_a_client_whose_way_in_was_closed_reads_nothing(house):
    address = house.address(house.user)
    Membership.objects.filter(user=house.user).update(ended_at=AT)
    assert house.client.get(address).status_code == 404


@pytest.mark.parametrize("key", ["x", "a" * 60])
def test_anything_else_is_not_found(house, key):
    assert house.client.get(reverse("calendar_feed", args=[key])).status_code == 404
    assert house.client.get(reverse("calendar_feed", args=[house.org.public_id + key])).status_code == 404


def test_reads_are_told_once_a_day(house):
    address = house.address(house.ruth)
    house.read(address)
    house.read(address)
    assert Event.objects.filter(action="calendar.read").count() == 1
    with time_machine.travel(AT + timedelta(days=1), tick=False):
        house.read(address)
    assert Event.objects.filter(action="calendar.read").count() == 2


def test_a_program_that_asks_all_the_time_is_slowed(house):
    address = house.address(house.ruth)
    answers = {house.client.get(address).status_code for _ in range(121)}
    assert answers == {200, 429}


def test_a_cancelled_session_stays_in_the_file_as_cancelled(house):
    Session.objects.update(state="cancelled", version=2)
    calendar = Calendar.from_ical(house.read(house.address(house.user)).content)
    first = calendar.walk("VEVENT")[0]
    assert (str(first["status"]), first["sequence"]) == ("CANCELLED", 1)
    assert str(first["uid"]) == f"{house.session.public_id}@openiop"


def test_family_have_none(house):
    house.client.force_login(make_member(house.org, "family").user)
    assert house.client.get(reverse("calendar")).status_code == 404
