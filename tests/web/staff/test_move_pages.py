"""Moving a session by its form: nothing happens before its effect was seen; refusals are words on the page."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.models import Session
from tests.factories import (
    AT,
    make_client,
    make_enrollment,
    make_episode,
    make_member,
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


class House:
    """Ruth leads Skills on Wednesday; Ana comes, who has time on Wednesdays only."""

    def __init__(self, client) -> None:
        self.org, self.client = make_organization(), client

    def open(self) -> House:
        self.site = make_site(self.org)
        self.ruth = make_user("Ruth Staff-Demo", email="ruth@example.org")
        make_member(self.org, "therapist", user=self.ruth, site=self.site)
        make_staff_profile(self.ruth, self.site)
        self.room = make_room(self.site)
        series = make_series(self.site, "Skills", lead=self.ruth, room=self.room)
        slot = make_slot(series, weekday=2)
        self.session = make_session(slot, WEDNESDAY)
        ana = make_client(self.org)
        make_enrollment(slot, make_episode(ana, self.site))
        make_window(ana, 2, 480, 1200)
        self.name = ana.shown_name
        self.client.force_login(make_member(self.org, "director").user)
        return self

    @property
    def url(self):
        return reverse("session_move", args=[self.session.public_id])

    def place(self, **more):
        stands = {
            "day": "2026-03-05",
            "start": "14:00",
            "room": self.room.public_id,
            "lead": self.ruth.public_id,
        }
        return stands | more

    def look(self, **more):
        return self.client.get(self.url, self.place(**more)).content.decode()

    def send(self, **more):
        return self.client.post(self.url, self.place(**{"version": 1} | more), follow=True).content.decode()

    def check(self, **more):
        return self.client.get(self.url + "check/", more).json()

    def day(self):
        return Session.objects.get().day


@pytest.fixture
def house(client):
    made = House(client)
    with time_machine.travel(AT, tick=False), tenant(made.org.pk):
        yield made.open()


def test_the_form_opens_with_the_place_as_it_stands(house):
    page = house.client.get(house.url).content.decode()
    assert 'value="2026-03-04"' in page
    assert "Move it<" not in page


def test_the_effect_is_seen_before_the_move_is_made(house):
    page = house.look()
    assert f"Outside the hours of 1 person: {house.name}" in page
    assert "1 person comes and moves with it." in page
    assert house.day() == WEDNESDAY
    assert "Skills now meets on Thu, Mar 5." in house.send()
    assert house.day() == THURSDAY


def test_who_reads_names_there_leaves_a_read(house):
    house.look()
    assert Event.objects.filter(action="week.read").count() == 1


def test_what_cannot_be_is_said_and_offers_no_button(house):
    page = house.look(start="19:00")
    assert "The site is closed at one of these times." in page
    assert "Move it<" not in page
    house.send(start="19:00")
    assert house.day() == WEDNESDAY


def test_the_later_of_two_editors_is_told(house):
    Session.objects.update(version=2)
    assert "Someone else changed this session meanwhile." in house.send()
    assert house.day() == WEDNESDAY


def test_people_get_a_mail_that_names_nothing(house, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        house.send()
    (mail,) = mailoutbox
    assert mail.to == ["ruth@example.org"]
    assert "Skills" not in mail.subject + mail.body


def test_the_board_asks_for_one_place_in_words(house):
    assert house.check(day="2026-03-05") == {
        "legal": True,
        "place": "Thu, Mar 5 · 9:00\N{NO-BREAK SPACE}am\N{EN DASH}12:00\N{NO-BREAK SPACE}pm · Room 1 · Ruth Staff-Demo",
        "refusals": [],
        "warnings": [f"Outside the hours of 1 person: {house.name}"],
    }
    assert house.check(day="2026-03-08")["refusals"] == ["The site is closed at one of these times."]
    assert house.check(day="nonsense")["legal"] is False
    assert house.day() == WEDNESDAY


def test_a_therapist_moves_nothing(house):
    house.client.force_login(house.ruth)
    assert house.client.get(house.url).status_code == 404
    assert house.client.get(house.url + "check/").status_code == 404


def weekly(house, method="get", **more):
    place = house.place(monday="2026-03-11", weekday="3", version=1) | more
    url = reverse("slot_move", args=[house.session.slot.public_id])
    return getattr(house.client, method)(url, place, follow=True).content.decode()


def test_a_weekly_meeting_moves_by_its_form_from_a_week_on(house):
    page = weekly(house)
    assert "from the week of Mon, Mar 9" in page
    assert f"Outside the hours of 1 person: {house.name}" in page
    assert "Moved: Thursday" in weekly(house, "post")
    assert list(Session.objects.order_by("day").values_list("day", flat=True))[:2] == [
        WEDNESDAY,
        date(2026, 3, 12),
    ]


def test_a_weekly_meeting_that_cannot_stand_there_has_no_button(house):
    page = weekly(house, start="19:00")
    assert "The site is closed at one of these times." in page
    assert "Move it<" not in page


def test_the_groups_page_leads_to_the_form_for_who_may(house):
    page = house.client.get(reverse("series", args=[house.session.series.public_id])).content.decode()
    link = reverse("slot_move", args=[house.session.slot.public_id])
    assert link in page
    house.client.force_login(house.ruth)
    assert house.client.get(link).status_code == 404
