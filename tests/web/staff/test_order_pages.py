"""Changing an order on the page: a wrong number of today, and two who change it at once."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.groups.services import discharge_client, reopen_episode
from openiop.domain.discharge import Discharge
from tests.apps.groups.clinic import IN_GROUP, MONDAY, open_clinic
from tests.factories import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(client):
    with time_machine.travel(IN_GROUP, tick=False), open_clinic(1, role="director") as made:
        make_member(made.org, "director", user=made.lead)
        client.force_login(made.lead)
        yield made


def dose(**change):
    return {
        "weekly_minutes": "12",
        "weekly_days": "4",
        "modality": "on_site",
        "starts_on": MONDAY.isoformat(),
        "review_on": "2026-03-16",
        "reason": "Typed 9 for 12",
        "version": "1",
    } | change


def test_a_wrong_number_of_today_is_corrected_and_the_former_stays_to_be_read(client, clinic):
    episode = clinic.episodes[0]
    episode.admitted_at = IN_GROUP
    episode.save()
    address = reverse("order", args=[episode.public_id])
    page = client.get(address).content.decode()
    assert 'name="version" value="1"' in page
    assert "A wrong number is corrected with the same first day" in page
    assert client.post(address, dose()).status_code == 302
    shown = client.get(reverse("episode", args=[episode.public_id])).content.decode()
    text = re.sub(r"<[^>]+>|\s+", " ", shown.replace("\xa0", " "))
    assert "12 h on 4 days a week" in text
    assert "Typed 9 for 12" in text
    assert re.search(r"9 h on 3 days a week +Corrected from the first day on", text)


def test_who_changes_it_after_a_colleague_is_told_and_keeps_what_was_typed(client, clinic):
    episode = clinic.episodes[0]
    address = reverse("order", args=[episode.public_id])
    client.post(address, dose())
    late = client.post(address, dose(weekly_minutes="10.5", reason="Typed 9 for 10.5"))
    page = late.content.decode()
    assert late.status_code == 409
    assert "Someone else signed an order meanwhile." in page
    assert "<td>12</td><td>10.5</td>" in re.sub(r">\s+<", "><", page)
    assert 'value="Typed 9 for 10.5"' in page
    assert 'name="version" value="2"' in page
    assert episode.orders.count() == 2
    assert client.post(address, dose(weekly_minutes="10.5", version="2")).status_code == 302
    assert episode.orders.order_by("-number").first().weekly_minutes == 630


def test_an_end_of_care_that_is_taken_back_leaves_the_corrected_order_without_a_day(client, clinic):
    episode = clinic.episodes[0]
    client.post(reverse("order", args=[episode.public_id]), dose())
    said = Discharge("step_down", MONDAY, "Dr. Weekly-Demo", "")
    discharge_client(by=clinic.by, episode=episode, said=said, at=IN_GROUP)
    first, second = episode.orders.order_by("number")
    assert (first.was_corrected, second.ends_on) == (True, MONDAY)
    reopen_episode(by=clinic.by, episode=episode, reason="The wrong Ana", at=IN_GROUP)
    first, second = episode.orders.order_by("number")
    assert (first.was_corrected, second.ends_on) == (True, None)
