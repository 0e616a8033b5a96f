"""The pages of the week: the board, groups, one session; what is typed is kept, what clashes is named."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.models import Closure, GroupSeries, SeriesSlot, Session
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
)

pytestmark = pytest.mark.django_db
WEDNESDAY = date(2026, 3, 4)


class House:
    """A site with one group on Monday and Wednesday, its facilitator, and a director who signed in."""

    def __init__(self, client) -> None:
        self.org = make_organization()
        self.client = client

    def open(self) -> House:
        self.site = make_site(self.org)
        self.room = make_room(self.site)
        self.lead = make_user("Sam Lead-Demo")
        make_member(self.org, "therapist", user=self.lead)
        make_staff_profile(self.lead, self.site)
        self.director = make_member(self.org, "director").user
        self.series = make_series(self.site, lead=self.lead, room=self.room)
        self.slots = [make_slot(self.series, weekday=day, minutes=90) for day in (0, 2)]
        self.session = make_session(self.slots[1], WEDNESDAY)
        self.client.force_login(self.director)
        return self

    def typed(self, **fields):
        """What the form of a new group sends."""
        return {
            "name": "Evening", "service": "skills", "programs": ["depression"], "modality": "on_site",
            "room": self.room.public_id, "lead": self.lead.public_id, "seats": 10, "minimum": 3,
            "solo_seats": 12, "break_minutes": 0, "countable": "on", "language": "en", "cohort": "open",
            "starts_on": "2026-03-02", "day1": "1", "from1": "18:00", "to1": "19:30",
        } | fields  # fmt: skip


@pytest.fixture
def house(client):
    made = House(client)
    with time_machine.travel(AT, tick=False), tenant(made.org.pk):
        yield made.open()


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_board_shows_groups_with_room_facilitator_and_seats(house):
    make_enrollment(house.slots[1], make_episode(make_client(house.org), house.site))
    page = text(house.client.get(reverse("week")))
    for words in ("Skills", "1 of 12 · Room 1 · Sam Lead-Demo", "Wednesday"):
        assert words in page
    assert "<script>" not in page
    assert "style=" not in page


def test_a_week_asked_for_in_nonsense_is_this_week(house):
    page = text(house.client.get(reverse("week"), {"from": "yesterday"}))
    assert "Skills" in page


def test_the_board_asks_the_same_number_of_queries_for_many_sessions(house, django_assert_max_num_queries):
    url = reverse("week")
    house.client.get(url)
    with django_assert_max_num_queries(40) as few:
        house.client.get(url)
    for number in range(5):
        series = make_series(house.site, f"Group {number}", lead=house.lead)
        make_session(make_slot(series, weekday=3), date(2026, 3, 5))
    with django_assert_max_num_queries(len(few)):
        house.client.get(url)


def test_a_new_group_is_saved_with_its_slots_and_sessions(house):
    url = reverse("series_new", args=[house.site.public_id])
    answer = house.client.post(url, house.typed())
    made = GroupSeries.objects.get(name="Evening")
    assert answer.status_code == 302
    assert answer.url == reverse("series", args=[made.public_id])
    assert list(made.slots.values_list("weekday", "start_minute", "end_minute")) == [(1, 1080, 1170)]
    assert made.sessions.count() == 4


def test_a_clash_is_named_above_and_nothing_typed_is_lost(house):
    url = reverse("series_new", args=[house.site.public_id])
    page = text(house.client.post(url, house.typed(day1="2", from1="09:30", to1="10:30")))
    assert "Room 1 is taken by “Skills” then (Wednesday 9:00–10:30\N{NO-BREAK SPACE}am)." in page
    assert 'value="Evening"' in page
    assert 'value="09:30"' in page
    assert not GroupSeries.objects.filter(name="Evening").exists()


def test_half_a_weekly_time_is_asked_for_whole(house):
    url = reverse("series_new", args=[house.site.public_id])
    page = text(house.client.post(url, house.typed(to1="")))
    assert "Give the weekday and both times, or leave all three empty." in page


def test_changing_a_name_keeps_all_that_the_form_does_not_change(house):
    support = make_series(
        house.site, "Circle", lead=house.lead, modality="telehealth", countable=False, solo_seats=9, seats=9,
        language="es",
    )  # fmt: skip
    for weekday in range(5):
        make_slot(support, weekday=weekday, start_minute=1080, minutes=60, break_minutes=5)
    url = reverse("series_edit", args=[support.public_id])
    form = house.client.get(url).context["form"]
    data = {name: value for name, value in form.initial.items() if value is not None and value is not False}
    answer = house.client.post(url, data | {"name": "Open circle", "version": 1})
    assert answer.status_code == 302
    support.refresh_from_db()
    assert (support.name, support.countable, support.solo_seats, support.language) == (
        "Open circle",
        False,
        9,
        "es",
    )
    assert set(support.slots.values_list("weekday", "break_minutes")) == {(day, 5) for day in range(5)}


def test_a_session_is_covered_and_then_cancelled_with_a_reason(house):
    kim = make_user("Kim Cover-Demo")
    make_member(house.org, "therapist", user=kim)
    make_staff_profile(kim, house.site)
    url = reverse("session_change", args=[house.session.public_id])
    house.client.post(url, {"lead": kim.public_id, "reason": ""})
    house.session.refresh_from_db()
    assert house.session.lead == kim
    page = text(house.client.post(url, {"lead": kim.public_id, "reason": "", "cancel": "yes"}))
    assert "Say why the session is cancelled; people will read it." in page
    house.client.post(url, {"lead": kim.public_id, "reason": "Flood", "cancel": "yes"})
    house.session.refresh_from_db()
    assert (house.session.state, house.session.cancelled_reason) == ("cancelled", "Flood")
    assert "Cancelled: Flood" in text(house.client.get(reverse("week")))


def test_a_closed_day_is_shown_and_its_session_is_off(house):
    url = reverse("closure_new", args=[house.site.public_id])
    house.client.post(url, {"day": "2026-03-04", "name": "Staff training"})
    assert Closure.objects.get().name == "Staff training"
    assert Session.objects.get().state == "cancelled"


def test_who_may_only_look_cannot_change(house):
    house.client.force_login(house.lead)
    url = reverse("session_change", args=[house.session.public_id])
    assert "Cancel the session" not in text(house.client.get(url))
    house.client.post(url, {"lead": house.lead.public_id, "reason": "x", "cancel": "yes"})
    assert Session.objects.get().state == "planned"
    assert house.client.get(reverse("series_new", args=[house.site.public_id])).status_code == 404
    assert house.client.post(reverse("closure_new", args=[house.site.public_id])).status_code == 404


def test_another_organisation_sees_none_of_it(house):
    other = make_organization()
    with tenant(other.pk):
        stranger = make_member(other, "director").user
        make_site(other)
    house.client.force_login(stranger)
    for name, row in (
        ("series", house.series),
        ("series_edit", house.series),
        ("session_change", house.session),
    ):
        assert house.client.get(reverse(name, args=[row.public_id])).status_code == 404
    for name, row in (("seat_promote", house.slots[0]),):
        assert house.client.post(reverse(name, args=[row.public_id])).status_code == 404
    assert SeriesSlot.objects.count() == 2


LINK = "https://video.example/j/skills?pwd=1"


def test_a_group_s_link_to_join_is_https_and_stands_where_staff_work(house):
    url = reverse("series_new", args=[house.site.public_id])
    data = house.typed() | {"modality": "telehealth", "room": "", "join_link": "http://video.example/j"}
    page = text(house.client.post(url, data))
    assert "begins with https://" in page
    assert 'value="http://video.example/j"' in page
    house.client.post(url, data | {"join_link": f" {LINK} "})
    series = GroupSeries.objects.get(join_link=LINK)
    session = Session.objects.filter(series=series).first()
    pages = [
        reverse("series", args=[series.public_id]),
        reverse("session_change", args=[session.public_id]),
        reverse("attendance", args=[session.public_id]),
        f"{reverse('today')}?site={house.site.public_id}&who=all&day={session.day.isoformat()}",
    ]
    for address in pages:
        assert f'href="{LINK}" target="_blank" rel="noopener noreferrer"' in text(house.client.get(address))
    assert not [event for event in Event.objects.all() if "video.example" in str(event.data)]


def test_a_group_that_only_meets_in_its_room_keeps_no_link(house):
    url = reverse("series_new", args=[house.site.public_id])
    house.client.post(url, house.typed() | {"join_link": LINK})
    assert not GroupSeries.objects.exclude(join_link="").exists()


HYBRID = {"modality": "hybrid", "room_seats": "6", "join_link": LINK}


def test_a_hybrid_group_is_made_shown_and_a_seat_changes_its_kind(house):
    url = reverse("series_new", args=[house.site.public_id])
    house.client.post(url, house.typed(**HYBRID))
    made = GroupSeries.objects.get(name="Evening")
    assert (made.modality, made.room_seats, made.room, made.join_link) == ("hybrid", 6, house.room, LINK)
    episode = make_episode(make_client(house.org, first="Ana"), house.site)
    seat = make_enrollment(made.slots.get(), episode, modality="on_site")
    address = reverse("series", args=[made.public_id])
    page = text(house.client.get(address))
    for words in ("Room 1 and by video", "1 of 6 in the room", "In the room", "Let them join by video"):
        assert words in page
    part = reverse("seat_part", args=[seat.public_id])
    page = text(house.client.post(part, {"part": "telehealth"}, follow=True))
    assert "Ana Velora-Demo joins by video." in page
    assert "0 of 6 in the room" in page
    assert "Let them come to the room" in page
    form = text(house.client.get(reverse("series_edit", args=[made.public_id])))
    assert 'name="room_seats" value="6"' in form
    plain = reverse("seat_part", args=[make_enrollment(house.slots[0], episode).public_id])
    page = text(house.client.post(plain, {"part": "telehealth"}, follow=True))
    assert "Skills has one kind of seat only." in page


def test_a_hybrid_group_s_room_must_hold_those_who_sit_there(house):
    url = reverse("series_new", args=[house.site.public_id])
    house.room.seats = 5
    house.room.save()
    page = text(house.client.post(url, house.typed(**HYBRID)))
    assert "Room 1 seats 5. Offer fewer seats or choose another room." in page
    assert 'id="id_room_seats-error"' in page or "room_seats" in page
    assert house.client.post(url, house.typed(**HYBRID | {"room_seats": "5"})).status_code == 302
