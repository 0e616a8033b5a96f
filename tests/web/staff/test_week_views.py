"""The week by rooms, by staff, by one day's hours and for one client; tracks; who is named to whom."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.models import StaffAbsence
from tests.factories import (
    AT,
    make_appointment,
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
TUESDAY_NOON = datetime(2026, 3, 3, 20, tzinfo=UTC)


class House:
    """A site with a group on Wednesday in a room, and Ana Rivera, whom Sam sees on Tuesday."""

    def __init__(self, browser) -> None:
        self.org = make_organization()
        self.browser = browser

    def open(self) -> House:
        self.site = make_site(self.org)
        self.room = make_room(self.site, "Juniper", 14)
        self.spare = make_room(self.site, "Den", 4)
        self.lead = make_user("Sam Lead-Demo")
        make_member(self.org, "therapist", user=self.lead)
        make_staff_profile(self.lead, self.site)
        self.series = make_series(
            self.site, lead=self.lead, room=self.room, programs=["depression"], minimum=3
        )
        self.slot = make_slot(self.series, weekday=2, minutes=90)
        self.session = make_session(self.slot, WEDNESDAY)
        self.ana = make_client(self.org, site=self.site)
        self.episode = make_episode(self.ana, self.site)
        self.visit = make_appointment(self.ana, self.lead, self.site, TUESDAY_NOON, episode=self.episode)
        self.browser.force_login(make_member(self.org, "director").user)
        return self

    def page(self, **query):
        answer = self.browser.get(reverse("week"), query)
        assert answer.status_code == 200
        return answer.content.decode()


@pytest.fixture
def house(client):
    made = House(client)
    with time_machine.travel(AT, tick=False), tenant(made.org.pk):
        yield made.open()


def test_rooms_stand_in_lines_with_their_groups_and_name_no_client(house):
    page = house.page(show="rooms")
    assert page.index("Den") < page.index("Juniper") < page.index("Skills")
    assert "0 of 12" in page
    assert "3 more to run" in page
    assert house.ana.last_name not in page
    assert not Event.objects.filter(action="week.read").exists()


def test_staff_stand_in_lines_with_whom_they_see_and_that_is_noted(house):
    page = house.page(show="staff")
    assert "Sam Lead-Demo" in page
    assert house.ana.shown_name in page
    assert Event.objects.filter(action="week.read").count() == 1


def test_who_opens_no_records_sees_kinds_and_not_clients(house):
    house.browser.force_login(make_member(house.org, "administrator").user)
    page = house.page(show="staff")
    assert house.ana.shown_name not in page
    assert "Individual" in page
    assert not Event.objects.filter(action="week.read").exists()


def test_one_day_of_rooms_has_a_column_for_each_room_on_a_scale_of_hours(house):
    page = house.page(show="rooms", day="2026-03-04")
    assert f'id="day-{house.room.public_id}"' in page
    assert f'id="day-{house.spare.public_id}"' in page
    assert "Skills" in page
    assert "day=2026-03-05" in page


def test_the_day_after_saturday_is_monday(house):
    assert "day=2026-03-09" in house.page(show="rooms", day="2026-03-07")


def test_a_track_leaves_out_the_groups_of_others(house):
    other = make_series(house.site, "Meal", lead=house.lead, programs=["eating"])
    make_session(make_slot(other, weekday=3), THURSDAY)
    page = house.page(track="eating")
    assert "Meal" in page
    assert ">Skills<" not in page
    assert ">Skills<" in house.page(track="no such track")


def test_someone_who_is_away_is_marked_on_their_line(house):
    StaffAbsence.objects.create(organization=house.org, user=house.lead, day=WEDNESDAY, created_at=AT)
    assert "Away" in house.page(show="staff")


@pytest.mark.parametrize("show", ["groups", "appointments", "rooms", "staff"])
def test_no_view_asks_more_for_more_rows(house, django_assert_max_num_queries, show):
    house.page(show=show)
    with django_assert_max_num_queries(40) as few:
        house.page(show=show)
    for number in range(4):
        room = make_room(house.site, f"Room {number}")
        series = make_series(house.site, f"Group {number}", lead=house.lead, room=room)
        make_session(make_slot(series, weekday=3), THURSDAY)
        make_appointment(house.ana, house.lead, house.site, TUESDAY_NOON, episode=house.episode)
    with django_assert_max_num_queries(len(few)):
        house.page(show=show)


def test_a_client_s_week_shows_groups_appointments_and_what_keeps_them_away(house):
    make_enrollment(house.slot, house.episode)
    make_window(house.ana, 2, 480, 540, kind="work")
    url = reverse("client_week", args=[house.ana.public_id])
    page = house.browser.get(url).content.decode()
    for words in ("Skills", "Juniper", "Individual", "Work"):
        assert words in page
    assert Event.objects.filter(action="client.read").exists()


def test_a_client_s_week_of_another_organization_is_not_found(house):
    foreign = make_organization("elsewhere")
    with tenant(foreign.pk):
        stranger = make_client(foreign)
    assert house.browser.get(reverse("client_week", args=[stranger.public_id])).status_code == 404


def test_who_may_plan_can_drag_a_group_and_nobody_else(house):
    move = reverse("session_move", args=[house.session.public_id])
    for show, place in (
        ("groups", "day=2026-03-04"),
        ("rooms", f"day=2026-03-04&amp;room={house.room.public_id}"),
        ("staff", f"day=2026-03-04&amp;lead={house.lead.public_id}"),
    ):
        page = house.page(show=show)
        assert f'data-move="{move}"' in page
        assert f'data-place="{place}"' in page
    assert 'data-place="day=2026-03-04&amp;room="' in house.page(show="rooms", day="2026-03-04")
    house.browser.force_login(house.lead)
    for show in ("groups", "rooms", "staff"):
        assert not set(re.findall(r"data-(move|place)", house.page(show=show)))


def test_sunday_is_shown_when_something_stands_on_it(house):
    assert "Sun, Mar 8" not in house.page(show="rooms")
    house.session.day = date(2026, 3, 8)
    house.session.save()
    assert "Sun, Mar 8" in house.page(show="rooms")
