"""Find the week: options with reasons, one accepted whole; nearest misses; the client's own hours."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.http import HttpResponse
from django.urls import include, path, reverse

from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.models import Appointment, Enrollment, Travel, Window
from tests.factories import (
    AT,
    make_appointment,
    make_client,
    make_enrollment,
    make_episode,
    make_member,
    make_order,
    make_organization,
    make_referral,
    make_series,
    make_site,
    make_slot,
    make_staff_profile,
    make_user,
    make_window,
)
from tests.queries import questions

urlpatterns = [
    path("", include("openiop.urls")),
    path("record/<slug:client_id>/", lambda _request, client_id: HttpResponse(client_id), name="client"),
]
"""The pages link to the client's record, whoever draws it."""

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.staff.test_placement_pages")]


class House:
    """Morning and evening groups on three days, one client with nine hours ordered, an intake coordinator."""

    def __init__(self, client) -> None:
        self.org = make_organization()
        self.client = client

    def open(self) -> House:
        self.site = make_site(self.org)
        self.lead = make_user("Sam Lead-Demo")
        make_member(self.org, "therapist", user=self.lead)
        make_staff_profile(self.lead, self.site)
        self.mornings = self.group("Morning", 540)
        self.evenings = self.group("Evening", 1080)
        self.episode = self.person("Ana")
        self.client.force_login(make_member(self.org, "director").user)
        return self

    def group(self, name, start):
        series = make_series(self.site, name, lead=self.lead, seats=1, minimum=1)
        return [make_slot(series, weekday=day, start_minute=start) for day in (0, 2, 4)]

    def person(self, first):
        episode = make_episode(make_client(self.org, first=first, site=self.site), self.site)
        make_order(episode, signed_at=AT)
        return episode

    def url(self, name="placement"):
        return reverse(name, args=[self.episode.public_id])

    def take(self, slots, **more):
        return self.client.post(
            self.url(), {"slots": ",".join(slot.public_id for slot in slots), **more}, follow=True
        )

    def seats(self):
        return sorted(
            Enrollment.objects.filter(client=self.episode.client)
            .exclude(state="ended")
            .values_list("state", flat=True)
        )


@pytest.fixture
def house(client):
    made = House(client)
    with time_machine.travel(AT, tick=False), tenant(made.org.pk):
        yield made.open()


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_offers_weeks_of_different_kind_with_their_reasons(house):
    page = text(house.client.get(house.url()))
    for words in ("Morning: Monday, Wednesday, Friday", "Evening: Monday, Wednesday, Friday"):
        assert words in page
    assert (
        "Gives 9\N{NO-BREAK SPACE}h a week; 9\N{NO-BREAK SPACE}h are ordered, the least is 9\N{NO-BREAK SPACE}h."
        in page
    )
    assert "<script>" not in page
    assert "style=" not in page


def test_taking_a_week_gives_every_seat_and_leaves_a_trail(house):
    text(house.take(house.mornings))
    assert house.seats() == ["held", "held", "held"]
    assert Event.objects.filter(action="seat.held").count() == 3


def test_a_week_that_filled_up_meanwhile_is_refused_whole(house):
    make_enrollment(house.mornings[1], house.person("Ben"))
    page = text(house.take(house.mornings))
    assert "Morning has no free seat. Put the client on the wait list or choose another group." in page
    assert house.seats() == []


def test_a_full_week_says_so_and_puts_the_client_on_the_wait_list(house):
    ben = house.person("Ben")
    for slot in house.evenings:
        make_enrollment(slot, ben)
    for day in range(5):
        make_window(house.episode.client, day, 1020, 1290)
    page = text(house.client.get(house.url()))
    assert "Evening has no free seat on Monday." in page
    text(house.take(house.evenings, wait="yes"))
    assert house.seats() == ["waiting", "waiting", "waiting"]


def test_the_clients_hours_are_kept_and_the_weeks_follow_them(house):
    data = {
        "travel": 20,
        "modes": ["on_site"],
        "kind1": "available",
        "days1": "0-4",
        "from1": "17:00",
        "to1": "21:30",
    }
    page = text(house.client.post(house.url("windows"), data, follow=True))
    assert "Evening: Monday, Wednesday, Friday" in page
    assert "Morning: Monday, Wednesday, Friday" not in page
    assert Window.objects.count() == 5
    assert list(Travel.objects.values_list("minutes", "modes")) == [(20, ["on_site"])]


def test_half_a_line_of_hours_is_asked_for_whole_and_nothing_changes(house):
    data = {"travel": 20, "modes": ["on_site"], "kind1": "work", "days1": "0-4", "from1": "17:00", "to1": ""}
    assert "Fill in the whole line, or leave it empty." in text(house.client.post(house.url("windows"), data))
    assert not Window.objects.exists()


def test_an_appointment_that_clashes_is_refused_at_its_time(house):
    make_enrollment(house.mornings[1], house.episode)
    url = house.url("appointment_new")
    data = {"kind": "individual", "staff": house.lead.public_id, "day": "2026-03-04", "time": "14:00",
            "minutes": 50, "modality": "telehealth", "room": ""}  # fmt: skip
    assert house.client.post(url, data).status_code == 302
    page = text(house.client.post(url, data | {"time": "14:30"}))
    assert "The client is already in “Individual session” then (2:00–2:50\N{NO-BREAK SPACE}pm)." in page
    assert 'value="14:30"' in page
    assert Appointment.objects.count() == 1


def test_a_week_is_taken_with_its_one_to_one_sessions_in_one_action(house):
    page = text(house.client.get(house.url() + "?from=2026-03-09"))
    assert "Individual</b> Mon, Mar 9, 8:00–8:50\N{NO-BREAK SPACE}am" in page
    [visit] = set(re.findall(r'name="visit" value="([^"]*\|2026-03-09T15:00:00\+00:00\|50\|on_site)"', page))
    page = text(house.take(house.mornings, visit=visit, weeks="3", first="2026-03-09"))
    assert "The week is set. 3 appointments are booked." in page
    assert house.seats() == ["held", "held", "held"]
    assert {str(row.starts_on) for row in Enrollment.objects.all()} == {"2026-03-09"}
    assert [str(row.day) for row in Appointment.objects.order_by("day")] == [
        "2026-03-09", "2026-03-16", "2026-03-23",
    ]  # fmt: skip


def test_a_one_to_one_time_that_is_gone_refuses_the_whole_week(house):
    gone = f"individual|{house.lead.public_id}|2026-03-09T19:00:00+00:00|50|on_site"
    make_appointment(
        make_client(house.org, first="Ben"), house.lead, house.site, datetime(2026, 3, 9, 19, tzinfo=UTC)
    )
    page = text(house.take(house.mornings, visit=gone, weeks="3", first="2026-03-09"))
    assert "Sam Lead-Demo is already in “Individual session” then" in page
    assert house.seats() == []
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize("visit", ["", "a|b", "individual|nobody|2026-03-09T19:00:00+00:00|50|on_site"])
def test_a_made_up_one_to_one_time_changes_nothing(house, visit):
    page = text(house.take(house.mornings, visit=visit))
    assert "One of the one-to-one times is gone." in page
    assert house.seats() == []


def test_booking_an_appointment_offers_real_openings_first(house):
    for slot in house.mornings:
        make_enrollment(slot, house.episode)
    page = text(house.client.get(house.url("appointment_new")))
    assert page.index("Sam Lead-Demo") < page.index("Another time or person")
    opening = re.findall(r'name="opening" value="([^"]+)"', page)[0]
    assert opening.startswith(f"individual|{house.lead.public_id}|2026-03-02T20:00:00+00:00")
    answer = house.client.post(house.url("appointment_new"), {"opening": opening, "weeks": "2"}, follow=True)
    assert "2 appointments are booked." in text(answer)
    page = text(house.client.get(house.url("appointment_new")))
    assert "Booked already:" in page
    assert opening not in page


def test_an_opening_taken_meanwhile_is_said_and_nothing_is_booked(house):
    opening = f"individual|{house.lead.public_id}|2026-03-09T19:00:00+00:00|50|on_site"
    make_appointment(
        make_client(house.org, first="Ben"), house.lead, house.site, datetime(2026, 3, 9, 19, tzinfo=UTC)
    )
    page = text(house.client.post(house.url("appointment_new"), {"opening": opening, "weeks": "1"}))
    assert "Sam Lead-Demo is already in" in page
    page = text(house.client.post(house.url("appointment_new"), {"opening": "nonsense", "weeks": "1"}))
    assert "That opening is gone." in page
    assert Appointment.objects.count() == 1


def test_a_kind_that_nobody_gives_says_so_and_leaves_the_form_by_hand(house):
    page = text(house.client.get(house.url("appointment_new") + "?kind=psychiatry"))
    assert "No opening in the next two weeks" in page
    assert "Another time or person" in page


def test_the_number_of_queries_does_not_grow_with_the_groups(house):
    house.client.get(house.url())
    with questions() as few:
        house.client.get(house.url())
    for number in range(6):
        house.group(f"Group {number}", 600 + 30 * number)
    with questions() as many:
        house.client.get(house.url())
    assert len(many) <= len(few) <= 50


def test_another_organisation_finds_nothing(house):
    other = make_organization()
    with tenant(other.pk):
        make_site(other)
        stranger = make_member(other, "director").user
    house.client.force_login(stranger)
    for name in ("placement", "windows", "episode", "order", "appointment_new"):
        assert house.client.get(house.url(name)).status_code == 404
    assert house.take(house.mornings).status_code == 404
    assert house.seats() == []


def fill(slots, house, name):
    for slot in slots:
        make_enrollment(slot, house.person(name))


def narrow(house):
    """Only mornings suit, and they are full."""
    fill(house.mornings, house, "Ben")
    for day in range(5):
        make_window(house.episode.client, day, 480, 780)


def other_site(house, name="Harbor", **series):
    site = make_site(house.org, name)
    made = make_series(site, "Harbor mornings", lead=house.lead, seats=4, minimum=1, **series)
    return site, [make_slot(made, weekday=day, start_minute=540) for day in (0, 2, 4)]


def test_with_no_week_the_page_says_what_to_do_next(house):
    narrow(house)
    page = text(house.client.get(house.url()))
    assert "No week fits everything" in page
    assert "What to do next" in page
    assert "Only seats are missing for Monday, Wednesday, Friday, 9\N{NO-BREAK SPACE}h (Morning)." in page
    assert reverse("windows", args=[house.episode.public_id]) in page
    assert f'href="{reverse("order", args=[house.episode.public_id])}"' in page
    assert "refer on" in page
    assert "At Harbor" not in page


def test_the_wait_list_is_taken_from_there(house):
    narrow(house)
    page = text(house.client.get(house.url()))
    slots = re.search(r'name="slots" value="([^"]+)"><input type="hidden" name="wait"', page).group(1)
    house.client.post(house.url(), {"slots": slots, "wait": "yes", "weeks": "1"})
    assert house.seats() == ["waiting", "waiting", "waiting"]


def test_another_site_is_offered_where_a_week_really_fits_there_and_taking_it_moves_the_care(house):
    narrow(house)
    site, slots = other_site(house)
    page = text(house.client.get(house.url()))
    assert "At Harbor a week fits: Monday, Wednesday, Friday, 9\N{NO-BREAK SPACE}h." in page
    there = text(house.client.get(house.url(), {"site": site.public_id}))
    assert "Take this week at Harbor" in there
    assert "moves their care to Harbor" in there
    house.take(slots, site=site.public_id, weeks="1")
    house.episode.refresh_from_db()
    assert (house.episode.site, house.episode.client.site) == (site, site)
    assert house.seats() == ["held", "held", "held"]
    assert Event.objects.filter(action="episode.moved").count() == 1


def test_a_site_whose_groups_do_not_fit_is_not_offered(house):
    narrow(house)
    other_site(house, programs=["eating"])
    assert "At Harbor" not in text(house.client.get(house.url()))


def test_a_week_that_is_gone_moves_nobody(house):
    narrow(house)
    site, slots = other_site(house)
    make_enrollment(slots[0], house.person("Cy"))
    slots[0].seats = 1
    slots[0].save()
    house.take(slots, site=site.public_id, weeks="1")
    house.episode.refresh_from_db()
    assert house.episode.site == house.site
    assert house.seats() == []


def test_telehealth_is_offered_where_it_fits_and_says_what_stands_in_the_way(house):
    narrow(house)
    made = make_series(house.site, "From home", lead=house.lead, seats=4, minimum=1, modality="telehealth")
    for day in (0, 2, 4):
        make_slot(made, weekday=day, start_minute=540)
    page = text(house.client.get(house.url()))
    assert "By telehealth a week fits: Monday, Wednesday, Friday" in page
    assert "The order says otherwise." in page
    Travel.objects.create(
        organization=house.org, client=house.episode.client, site=house.site, modes=["on_site"], created_at=AT
    )
    page = text(house.client.get(house.url()))
    assert "Ask whether the client can take part that way, and write it down." in page


def test_who_may_not_go_there_gets_the_words_without_the_link(house):
    narrow(house)
    other_site(house)
    house.client.force_login(make_member(house.org, "intake", site=house.site).user)
    page = text(house.client.get(house.url()))
    assert "Ask who plans the week there." in page
    assert "Look at the weeks there" not in page
    assert "Ask who signs orders to change it." in page
    assert f'href="{reverse("order", args=[house.episode.public_id])}"' not in page


def test_a_week_that_fits_whole_asks_for_nothing(house):
    assert "What to do next" not in text(house.client.get(house.url()))


def test_a_part_of_the_order_says_what_would_mend_it(house):
    """Nine hours are the floor of the track on three days; twelve are ordered and one group is full."""
    make_order(house.episode, signed_at=AT, number=2, weekly_minutes=720)
    late = make_series(house.site, "Noon", lead=make_user(), seats=1, minimum=1, service="process")
    noon = [make_slot(late, weekday=day, start_minute=720, end_minute=780) for day in (0, 2, 4)]
    fill(noon, house, "Ben")
    page = text(house.client.get(house.url()))
    assert "The best week gives less than is ordered." in page
    assert "What to do next" in page
    assert "Only seats are missing for Monday, Wednesday, Friday, 12\N{NO-BREAK SPACE}h (Noon)." in page


def newcomer(house):
    return make_client(house.org, first="Noor", site=house.site)


TIMES = {
    "travel": "20", "modes": ["on_site"],
    "kind1": "work", "days1": "0-4", "from1": "14:00", "to1": "22:00",
    "kind2": "available", "days2": "0-5", "from2": "07:00", "to2": "13:00",
}  # fmt: skip


def test_when_a_person_can_come_is_written_down_before_admission_and_the_first_search_keeps_to_it(house):
    noor = newcomer(house)
    address = reverse("client_times", args=[noor.public_id])
    page = text(house.client.get(address))
    assert "Asked before admission" in page
    assert "Save and look for weeks" not in page
    done = house.client.post(address, TIMES)
    assert (done.status_code, done["location"]) == (302, reverse("client", args=[noor.public_id]))
    assert Event.objects.filter(action="windows.changed", client_id=noor.public_id).count() == 1
    house.episode = make_episode(noor, house.site)
    make_order(house.episode, signed_at=AT)
    weeks = text(house.client.get(house.url()))
    assert "Morning: Monday, Wednesday, Friday" in weeks
    assert "Evening: Monday, Wednesday, Friday" not in weeks
    assert "the search assumes any time the site is open" not in weeks
    again = text(house.client.get(address))
    assert 'value="14:00"' in again


def test_in_care_saving_leads_to_the_weeks(house):
    address = reverse("client_times", args=[house.episode.client.public_id])
    assert house.client.post(address, TIMES)["location"] == house.url()


def test_a_line_half_filled_is_refused_and_kept(house):
    address = reverse("client_times", args=[newcomer(house).public_id])
    page = text(house.client.post(address, TIMES | {"to1": ""}))
    assert "Fill in the whole line, or leave it empty." in page
    assert 'value="14:00"' in page
    assert Window.objects.count() == 0


def test_who_gives_no_seats_cannot_ask_and_other_sites_find_nothing(house):
    address = reverse("client_times", args=[newcomer(house).public_id])
    for role, site in (("nurse", house.site), ("intake", make_site(house.org, "Far"))):
        house.client.force_login(make_member(house.org, role, site=site).user)
        assert house.client.get(address).status_code == 404


@pytest.mark.urls("openiop.urls")
def test_the_record_and_the_referral_show_and_offer_it(house):
    noor = newcomer(house)
    referral = make_referral(house.org, site=house.site, client=noor)
    address = reverse("client_times", args=[noor.public_id])
    record = reverse("client", args=[noor.public_id])
    page = text(house.client.get(record))
    assert "Nothing is recorded yet: work, school, child care and travel" in page
    assert address in page
    assert address in text(house.client.get(reverse("referral", args=[referral.public_id])))
    house.client.post(address, TIMES)
    page = text(house.client.get(record))
    assert "Monday to Friday 2:00–10:00 pm" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "On site, 20 min to" in page.replace("\N{NO-BREAK SPACE}", " ")
