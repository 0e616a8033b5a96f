"""Ending the care of a client, and taking that back, on one page."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.admissions.models import Episode
from tests.apps.groups.clinic import IN_GROUP, open_clinic
from tests.factories import make_appointment, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(client):
    with time_machine.travel(IN_GROUP, tick=False), open_clinic(1, role="director") as made:
        make_member(made.org, "director", user=made.lead)
        client.force_login(made.lead)
        yield made


def test_the_page_says_what_ends_and_ends_it(client, clinic):
    episode = clinic.episodes[0]
    make_appointment(episode.client, clinic.lead, clinic.site, IN_GROUP.replace(day=5), episode=episode)
    address = reverse("discharge", args=[episode.public_id])
    page = client.get(address).content.decode()
    assert "This ends with the care" in page
    assert clinic.series.name in page
    assert 'value="2026-03-02"' in page
    answer = client.post(
        address, {"reason": "step_down", "on": "2026-03-02", "destination": "Dr. Weekly-Demo"}
    )
    assert answer.status_code == 302
    shown = client.get(reverse("episode", args=[episode.public_id])).content.decode()
    assert "Steps down: weekly therapy or continuing care" in shown
    assert "Dr. Weekly-Demo" in shown
    assert "Take the discharge back" in shown
    assert "Amend the order" not in shown


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(client, clinic):
    episode = clinic.episodes[0]
    address = reverse("discharge", args=[episode.public_id])
    answer = client.post(address, {"reason": "against_advice", "on": "2026-03-02", "destination": "Home"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Say in a few words what happened." in page
    assert 'value="Home"' in page
    assert Episode.objects.get(pk=episode.pk).discharged_at is None


def test_a_discharge_by_mistake_is_taken_back_on_the_same_page(client, clinic):
    episode = clinic.episodes[0]
    address = reverse("discharge", args=[episode.public_id])
    client.post(address, {"reason": "moved", "on": "2026-03-02"})
    page = client.get(address).content.decode()
    assert "Open the episode again" in page
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "Another Ana was meant"}).status_code == 302
    assert Episode.objects.get(pk=episode.pk).discharged_at is None


def test_who_discharges_second_does_not_take_it_back(client, clinic):
    episode = clinic.episodes[0]
    address = reverse("discharge", args=[episode.public_id])
    form = {"reason": "completed", "on": "2026-03-02", "words": "Nine weeks done"}
    assert client.post(address, form).status_code == 302
    answer = client.post(address, form)
    assert answer.status_code == 422
    assert "closed already" in answer.content.decode()
    assert "Nine weeks done" in answer.content.decode()
    assert Episode.objects.get(pk=episode.pk).discharge_reason == "completed"


def test_taking_it_back_twice_does_not_ask_for_a_discharge(client, clinic):
    address = reverse("discharge", args=[clinic.episodes[0].public_id])
    answer = client.post(address, {"reason": "Another Ana was meant"})
    assert answer.status_code == 422
    assert "open already" in answer.content.decode()


def test_the_reasons_are_offered_in_spanish(client, clinic):
    client.cookies["display-language"] = "es"
    page = client.get(reverse("discharge", args=[clinic.episodes[0].public_id]), HTTP_ACCEPT_LANGUAGE="es")
    assert "Terminó el programa" in page.content.decode()
