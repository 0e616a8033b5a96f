"""The pages of rooms and of what staff may lead: from an empty clinic to the first group."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.models import GroupSeries, Room, StaffProfile
from tests.factories import (
    AT,
    make_member,
    make_organization,
    make_room,
    make_series,
    make_site,
    make_slot,
    make_staff_profile,
    make_user,
)

pytestmark = pytest.mark.django_db
PROFILE = {
    "licence": "LMFT",
    "is_licensed": "on",
    "services": ["skills"],
    "tracks": ["depression"],
    "languages": ["en"],
    "max_week_minutes": "36.5",
    "days1": "0-4",
    "from1": "09:00",
    "to1": "17:00",
}


class House:
    """A clinic as `openiop organization add` leaves it: a site, an administrator, a therapist, nothing else."""

    def __init__(self, client) -> None:
        self.org, self.client = make_organization(), client

    def open(self) -> House:
        self.site = make_site(self.org, "North")
        self.ruth = make_user("Ruth Staff-Demo")
        make_member(self.org, "therapist", user=self.ruth, site=self.site)
        self.client.force_login(make_member(self.org, "administrator").user)
        return self

    def get(self, name, *args):
        return self.client.get(reverse(name, args=args)).content.decode()

    def post(self, name, /, *args, **data):
        return self.client.post(reverse(name, args=args), data, follow=True).content.decode()


@pytest.fixture
def house(client):
    made = House(client)
    with time_machine.travel(AT, tick=False), tenant(made.org.pk):
        yield made.open()


def test_an_empty_clinic_is_led_from_the_groups_to_rooms_and_staff(house):
    groups = house.get("series_list")
    assert "First add the rooms" in groups
    assert all(reverse(name) in groups for name in ("rooms", "facilitators"))
    form = house.get("series_new", house.site.public_id)
    assert "This site has no room yet" in form
    assert "Nobody may lead a group here yet" in form
    assert "No rooms yet" in house.get("rooms")
    assert "Nothing written down yet" in house.get("facilitators")


def test_a_new_clinic_sets_up_its_first_group_by_its_pages_alone(house):
    site, ruth = house.site.public_id, house.ruth.public_id
    assert "Blue room is saved." in house.post(
        "room_new", site, name="Blue room", seats="12", features=["kitchen"]
    )
    assert "Kitchen" in house.get("rooms")
    assert "Ruth Staff-Demo is saved." in house.post("facilitator_edit", site, ruth, **PROFILE)
    listed = house.get("facilitators")
    for words in ("Licensed", "LMFT", "Skills group", "Monday to Friday 9:00", "36\N{NO-BREAK SPACE}h"):
        assert words in listed
    group = {
        "name": "Skills", "service": "skills", "programs": ["depression"], "modality": "on_site", "seats": "12",
        "room": Room.objects.get().public_id, "lead": ruth, "minimum": "3", "solo_seats": "12",
        "break_minutes": "0", "language": "en", "cohort": "open", "starts_on": "2026-03-02",
        "day1": "0", "from1": "09:00", "to1": "12:00",
    }  # fmt: skip
    assert "Skills is saved." in house.post("series_new", site, **group)
    made = GroupSeries.objects.get()
    assert (made.room.name, made.lead) == ("Blue room", house.ruth)
    assert "This site has no room yet" not in house.get("series_new", site)


def test_a_wrong_room_is_told_at_its_field_and_keeps_what_was_typed(house):
    make_room(house.site, "Blue room")
    page = house.post("room_new", house.site.public_id, name="blue room", seats="7")
    assert "This site has a room of that name already." in page
    assert 'value="7"' in page
    assert Room.objects.count() == 1


def test_a_room_is_changed_and_taken_out_of_use(house):
    room = make_room(house.site, "Blue room", features=["piano"])
    assert "piano" in house.get("room_edit", room.public_id)
    house.post(
        "room_edit", room.public_id, name="Blue room", seats="9", features=["piano", "step_free"], version=1
    )
    room.refresh_from_db()
    assert (room.seats, room.features) == (9, ["piano", "step_free"])
    page = house.post("room_retire", room.public_id)
    assert "Blue room is out of use." in page
    assert "from Mar 2, 2026 on" in page
    assert "Out of use since Mar 2, 2026." in house.get("room_edit", room.public_id)


def test_the_groups_that_still_need_a_room_or_a_person_are_named(house):
    make_staff_profile(house.ruth, house.site)
    room = make_room(house.site, "Blue room")
    make_series(house.site, "Skills", lead=house.ruth, room=room)
    assert "Blue room is the room of “Skills”" in house.post("room_retire", room.public_id)
    page = house.post("facilitator_end", house.site.public_id, house.ruth.public_id)
    assert "Ruth Staff-Demo leads or helps in “Skills”" in page
    assert StaffProfile.objects.count() == 1


def test_the_form_shows_what_stands_and_saving_it_unchanged_changes_nothing(house):
    hours = [[day, 540, 1440] for day in range(5)] + [[5, 600, 720], [5, 780, 900]]
    row = make_staff_profile(
        house.ruth, house.site, working_hours=hours, licence="LMFT", languages=["fr"], services=["skills"]
    )
    address = reverse("facilitator_edit", args=[house.site.public_id, house.ruth.public_id])
    form = house.client.get(address).context["form"]
    sent = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False, "")}
    assert house.client.post(address, sent).status_code == 302
    former = (row.working_hours, row.languages, row.services, row.tracks, row.max_week_minutes, row.licence)
    row.refresh_from_db()
    assert former == (
        row.working_hours, row.languages, row.services, row.tracks, row.max_week_minutes, row.licence
    )  # fmt: skip


def test_half_a_line_of_hours_is_told(house):
    page = house.post(
        "facilitator_edit", house.site.public_id, house.ruth.public_id, **(PROFILE | {"to1": ""})
    )
    assert "Give the days and both times, or leave all three empty." in page
    assert not StaffProfile.objects.exists()


def test_who_is_taken_off_the_list_can_be_written_down_again(house):
    make_staff_profile(house.ruth, house.site)
    page = house.post("facilitator_end", house.site.public_id, house.ruth.public_id)
    assert "Ruth Staff-Demo leads nothing here any more." in page
    assert "Nothing written down yet" in page


def test_a_therapist_sets_up_neither(house):
    house.client.force_login(house.ruth)
    for name in ("rooms", "facilitators"):
        assert house.client.get(reverse(name)).status_code == 404
    assert reverse("rooms") not in house.get("week")


def test_a_director_of_another_site_finds_neither_room_nor_person(house):
    room = make_room(house.site)
    far = make_site(house.org, "South")
    house.client.force_login(make_member(house.org, "director", site=far).user)
    here = (house.site.public_id, house.ruth.public_id)
    assert house.client.get(reverse("room_edit", args=[room.public_id])).status_code == 404
    assert house.client.get(reverse("facilitator_edit", args=here)).status_code == 404
    there = (far.public_id, house.ruth.public_id)
    assert house.client.get(reverse("facilitator_edit", args=there)).status_code == 404


def test_two_who_change_a_room_the_later_sees_both_values_and_may_save_again(house):
    room = make_room(house.site, "Blue room", seats=12)
    house.post("room_edit", room.public_id, name="Blue room", seats="9", version=1)
    address = reverse("room_edit", args=[room.public_id])
    sent = {"name": "Sky room", "seats": "12", "features": ["kitchen"], "version": 1}
    answer = house.client.post(address, sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Someone else changed this meanwhile." in page
    for label, now, typed in (
        ("Name", "Blue room", "Sky room"),
        ("Seats", "9", "12"),
        ("What it has", "–", "Kitchen"),
    ):
        assert f'<th scope="row">{label}</th><td>{now}</td><td>{typed}</td>' in page
    assert 'value="Sky room"' in page
    assert 'name="version" value="2"' in page
    room.refresh_from_db()
    assert (room.name, room.seats) == ("Blue room", 9)
    house.client.post(address, sent | {"version": 2})
    room.refresh_from_db()
    assert (room.name, room.seats, room.features) == ("Sky room", 12, ["kitchen"])


def test_two_who_change_a_profile_the_later_sees_both_values_and_keeps_what_was_typed(house):
    args = (house.site.public_id, house.ruth.public_id)
    house.post("facilitator_edit", *args, **PROFILE)
    house.post("facilitator_edit", *args, **PROFILE | {"max_week_minutes": "30", "version": 1})
    sent = PROFILE | {"licence": "LCSW", "from1": "10:00", "version": 1}
    answer = house.client.post(reverse("facilitator_edit", args=args), sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    for label, now, typed in (
        ("Licence", "LMFT", "LCSW"),
        ("Most hours in a week", "30", "36.5"),
        ("From", "09:00", "10:00"),
    ):
        assert f'<th scope="row">{label}</th><td>{now}</td><td>{typed}</td>' in page
    assert '<th scope="row">Days</th>' not in page
    assert 'value="LCSW"' in page
    assert StaffProfile.objects.get().max_week_minutes == 1800
    house.post("facilitator_edit", *args, **sent | {"version": 2})
    assert (StaffProfile.objects.get().licence, StaffProfile.objects.get().max_week_minutes) == ("LCSW", 2190)


def test_a_narrower_profile_names_the_groups_and_asks_to_confirm(house):
    args = (house.site.public_id, house.ruth.public_id)
    house.post("facilitator_edit", *args, **PROFILE)
    series = make_series(
        house.site, "Calm mornings", lead=house.ruth, service="skills", programs=["depression"]
    )
    for day in (0, 2):
        make_slot(series, weekday=day, start_minute=540, minutes=90)
    sent = PROFILE | {"services": ["process"], "from1": "10:00", "version": 1}
    answer = house.client.post(reverse("facilitator_edit", args=args), sent)
    page = answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert answer.status_code == 409
    assert (
        "“Calm mornings” (Monday 9:00–10:30 am, Wednesday 9:00–10:30 am) would lack this kind among what they lead"
        " or give, working hours at that time." in page
    )
    assert "Save it all the same" in page
    assert 'value="10:00"' in page
    assert StaffProfile.objects.get().services == ["skills"]
    assert "is saved." in house.post("facilitator_edit", *args, **sent | {"confirmed": "on"})
    assert StaffProfile.objects.get().services == ["process"]
    assert "Save it all the same" not in house.get("facilitator_edit", *args)
