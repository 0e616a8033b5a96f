"""Today: groups in order, who is new and who is short, what is not saved, appointments."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.clients.models import NoContact
from tests.apps.groups.clinic import IN_GROUP, MONDAY, open_clinic
from tests.factories import (
    AT,
    make_appointment,
    make_attendance,
    make_enrollment,
    make_member,
    make_series,
    make_session,
    make_site,
    make_slot,
    make_user,
)
from tests.queries import assert_asks

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(client):
    with time_machine.travel(AT, tick=False), open_clinic() as made:
        client.force_login(made.lead)
        yield made


def text_of(client, **query):
    answer = client.get(reverse("today"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_my_groups_stand_in_the_order_of_the_day_with_time_room_and_seats(client, clinic):
    evening = make_slot(make_series(clinic.site, name="Evening", lead=clinic.lead), 0, 18 * 60, 90)
    make_session(evening, MONDAY)
    make_session(make_slot(make_series(clinic.site, name="Someone else's"), 0, 600, 60), MONDAY)
    text = text_of(client)
    assert text.index("9:00\xa0am–12:00\xa0pm Skills") < text.index("6:00–7:30\xa0pm Evening")
    assert "3 of 12" in text
    assert "Someone else" not in text
    assert "Someone else" in text_of(client, who="all")


def test_the_sheet_is_one_click_away_from_an_hour_before(client, clinic):
    link = reverse("attendance", args=[clinic.sessions[0].public_id])
    text = text_of(client)
    assert f'href="{link}"' in text
    assert "Take attendance" in text
    assert "Take attendance" not in text_of(client, day="2026-03-04")


def test_a_saved_sheet_says_so(client, clinic):
    for episode, state in zip(clinic.episodes, ("present", "late", "no_show"), strict=True):
        make_attendance(clinic.sessions[0], episode, state=state)
    text = text_of(client)
    assert "Saved, 2 of 3 there" in text
    assert "Take attendance" not in text


def test_who_is_new_and_who_is_short_on_hours_is_named(client, clinic):
    ana, ben, _cleo = clinic.episodes
    before = make_session(clinic.slots[0], MONDAY - timedelta(weeks=1))
    make_attendance(before, ana)
    make_attendance(clinic.sessions[0], ben, state="no_show", barrier="ride")
    text = text_of(client, day="2026-03-04")
    new = text[text.index('night">New') : text.index("Short on hours")]
    assert "Ben Velora01-Demo" in new
    assert "Cleo Velora02-Demo" in new
    assert "Ana Velora00-Demo" not in new
    assert "3\xa0h, 1 day missing" in text


def test_two_people_who_must_not_share_a_group_are_named(client, clinic):
    ana, ben, _cleo = clinic.episodes
    NoContact.objects.create(
        organization=clinic.org, client=ana.client, other=ben.client, reason="secret", created_at=AT
    )
    text = text_of(client)
    assert "Ana Velora00-Demo and Ben Velora01-Demo must not share a group." in text
    assert "secret" not in text


def test_sheets_that_lack_marks_are_listed_until_they_are_saved(client, clinic):
    make_attendance(clinic.sessions[0], clinic.episodes[0])
    with time_machine.travel(IN_GROUP, tick=False):
        text = text_of(client, day="2026-03-03")
        assert "Attendance not saved" in text
        assert "2 people" in text
        for episode in clinic.episodes[1:]:
            make_attendance(clinic.sessions[0], episode)
        assert "Attendance not saved" not in text_of(client, day="2026-03-03")


def test_absences_nobody_asked_about_are_listed(client, clinic):
    make_attendance(clinic.sessions[0], clinic.episodes[0], state="no_show")
    make_attendance(clinic.sessions[0], clinic.episodes[1], state="no_show", barrier="ride")
    text = text_of(client)
    asked = text[text.index("Ask what stood in the way") :]
    assert "Ana Velora00-Demo" in asked
    assert "Ben Velora01-Demo" not in asked


def test_my_appointments_stand_with_their_time(client, clinic):
    person = clinic.episodes[0].client
    make_appointment(person, clinic.lead, clinic.site, AT + timedelta(hours=6))
    make_appointment(person, make_user("Uma Other-Demo"), clinic.site, AT + timedelta(hours=7))
    text = text_of(client)
    assert "3:00–4:00\xa0pm" in text
    assert "4:00–5:00\xa0pm" not in text
    assert "Uma Other-Demo" in text_of(client, who="all")


def test_a_cancelled_group_says_why(client, clinic):
    clinic.sessions[0].state, clinic.sessions[0].cancelled_reason = "cancelled", "Water damage"
    clinic.sessions[0].save()
    text = text_of(client)
    assert "Cancelled" in text
    assert "Water damage" in text
    assert "Take attendance" not in text


def test_days_are_the_site_s_days(client, clinic):
    with time_machine.travel(AT + timedelta(hours=14), tick=False):  # 23:00 on Monday in California
        client.force_login(clinic.lead)
        assert "Monday, March 2, 2026" in text_of(client)


def test_a_day_without_groups_offers_everyone_s(client, clinic):
    text = text_of(client, day="2026-03-03")
    assert "No groups on this day" in text
    assert "Show everyone" in text


def test_a_group_too_small_to_run_is_marked(client, clinic):
    slot = make_slot(make_series(clinic.site, name="Small", lead=clinic.lead), 0, 18 * 60, 90)
    make_enrollment(slot, clinic.episodes[0])
    make_session(slot, MONDAY)
    assert "Runs from 3 people on" in text_of(client)


def test_other_sites_and_roles_without_attendance_find_nothing(client, clinic):
    client.force_login(make_member(clinic.org, "biller").user)
    assert client.get(reverse("today")).status_code == 404
    other = make_site(clinic.org)
    client.force_login(make_member(clinic.org, "therapist", site=other).user)
    assert client.get(reverse("today"), {"site": clinic.site.public_id}).status_code == 404


def test_the_page_takes_a_fixed_number_of_queries(client):
    for people in (2, 12):
        with time_machine.travel(AT, tick=False), open_clinic(people) as clinic:
            client.force_login(clinic.lead)
            client.get(reverse("today"))
            with assert_asks(41):
                client.get(reverse("today"))
