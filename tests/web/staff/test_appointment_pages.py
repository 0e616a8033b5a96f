"""Appointments: openings by person and day, the first one chosen; what became of one, once it has begun."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.schedule.models import Appointment
from openiop.apps.schedule.services.appointments import record_appointment
from openiop.domain.errors import NotAllowed
from openiop.web.staff.appointments import DAYS_SHOWN, TIMES_SHOWN
from tests.apps.groups.clinic import open_clinic
from tests.factories import AT, make_appointment, make_member, make_staff_profile, make_user

pytestmark = pytest.mark.django_db
OPENING = re.compile(r'name="opening" value="([^"]+)"( checked)?')


@pytest.fixture
def clinic(client):
    with time_machine.travel(AT, tick=False), open_clinic(1, role="director") as made:
        make_member(made.org, "director", user=made.lead)
        client.force_login(made.lead)
        yield made


@pytest.fixture
def visit(clinic):
    ana = clinic.episodes[0]
    return make_appointment(ana.client, clinic.lead, clinic.site, AT + timedelta(minutes=10), episode=ana)


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_became_of_it_is_asked_once_it_has_begun(client, clinic, visit):
    address = reverse("appointment", args=[visit.public_id])
    page = text(client.get(address))
    assert "It took place" not in page
    assert "Once it has begun you can record here whether it took place." in page
    assert "Cancel the appointment" in page
    refused = text(client.post(address, {"minutes": "60"}))
    assert "This appointment has not begun." in refused
    visit.refresh_from_db()
    assert (visit.state, visit.attended_minutes) == ("planned", None)
    with time_machine.travel(visit.starts_at, tick=False):
        assert "It took place" in text(client.get(address))
        assert client.post(address, {"minutes": "60"}).status_code == 302
    visit.refresh_from_db()
    assert (visit.state, visit.attended_minutes) == ("held", 60)


def test_the_rule_holds_to_the_second(clinic, visit):
    early = visit.starts_at - timedelta(seconds=1)
    with pytest.raises(NotAllowed) as caught:
        record_appointment(by=clinic.by, appointment=visit, minutes=60, at=early)
    assert caught.value.code == "not-begun"
    assert (
        record_appointment(by=clinic.by, appointment=visit, minutes=0, at=visit.starts_at).state == "no_show"
    )


def openings(page):
    return [(value, bool(checked)) for value, checked in OPENING.findall(page)]


def test_openings_stand_by_person_and_day_with_the_first_chosen_and_the_rest_unfolds(client, clinic):
    for name in ("Robin", "Sky"):
        user = clinic.lead if name == "Robin" else make_user("Sky Rae-Demo")
        if name == "Sky":
            make_member(clinic.org, "therapist", user=user)
        make_staff_profile(user, clinic.site, services=["individual"], tracks=["depression"])
    address = reverse("appointment_new", args=[clinic.episodes[0].public_id])
    page = text(client.get(address))
    found = openings(page)
    assert [value for value, checked in found if checked] == [found[0][0]]
    days = page.count("<fieldset>")
    assert days > 2 * DAYS_SHOWN
    assert page.count("more days") == 2
    long_days = [part for part in page.split("<fieldset>")[1:] if "more time" in part]
    assert long_days
    for day in long_days:
        shown, _summary, hidden = day.partition("<details>")
        (more,) = re.findall(r"Show (\d+) more times?", hidden)
        assert shown.count('name="opening"') == TIMES_SHOWN
        assert hidden.partition("</details>")[0].count('name="opening"') == int(more)
    answer = client.post(address, {"opening": found[0][0], "weeks": "1"})
    assert answer.status_code == 302
    assert Appointment.objects.count() == 1


def test_an_opening_that_is_gone_leaves_the_next_first_one_chosen(client, clinic):
    make_staff_profile(clinic.lead, clinic.site, services=["individual"], tracks=["depression"])
    address = reverse("appointment_new", args=[clinic.episodes[0].public_id])
    page = text(client.post(address, {"opening": "nonsense", "weeks": "1"}))
    assert "That opening is gone." in page
    found = openings(page)
    assert [value for value, checked in found if checked] == [found[0][0]]


def test_a_choice_that_is_still_there_stays_chosen(client, clinic):
    make_staff_profile(clinic.lead, clinic.site, services=["individual"], tracks=["depression"])
    address = reverse("appointment_new", args=[clinic.episodes[0].public_id])
    third = openings(text(client.get(address)))[2][0]
    page = text(client.post(address, {"opening": third, "weeks": "99"}))
    assert [value for value, checked in openings(page) if checked] == [third]
    assert Appointment.objects.count() == 0
