"""How often a page asks the database: as often for twelve people as for two, and no more than is written here."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.clients.models import Client
from openiop.apps.groups.models import Attendance
from tests.apps.groups.clinic import IN_GROUP, open_clinic
from tests.factories import make_attendance, make_member, make_referral
from tests.queries import assert_asks, questions

pytestmark = pytest.mark.django_db
SEEN = re.compile(r'name="(was-[a-z0-9]+)" value="([^"]+)"')


@pytest.fixture(params=[2, 12])
def clinic(request, client):
    """A clinic of so many people; its director is signed in and has opened a page before."""
    with time_machine.travel(IN_GROUP, tick=False), open_clinic(request.param, role="director") as made:
        make_member(made.org, "therapist", user=made.lead)
        client.force_login(made.lead)
        client.get(reverse("clients"))
        yield made


def test_the_list_of_clients(client, clinic):
    with assert_asks(11):
        assert client.get(reverse("clients")).status_code == 200


def test_a_page_further_down(client, clinic):
    first = Client.objects.order_by("search_key").first()
    with assert_asks(12):
        assert client.get(reverse("clients"), {"after": first.public_id}).status_code == 200


def test_a_search_by_name(client, clinic):
    with assert_asks(11):
        assert client.post(reverse("clients"), {"q": "velora"}).status_code == 200


def test_a_new_client(client, clinic):
    fields = {"first_name": "Zoe", "last_name": "Quill-Demo", "birth_date": "1990-03-12", "language": "en"}
    with assert_asks(14):
        assert client.post(reverse("client_new"), fields).status_code == 302


def test_a_client_s_page(client, clinic):
    for session in clinic.sessions:
        for episode in clinic.episodes:
            make_attendance(session, episode)
    address = reverse("client", args=[clinic.episodes[0].client.public_id])
    client.get(address)
    with assert_asks(47):
        assert client.get(address).status_code == 200


def test_a_client_s_page_reads_the_episodes_once(client, clinic):
    address = reverse("client", args=[clinic.episodes[0].client.public_id])
    with questions() as asked:
        client.get(address)
    assert sum(sql.startswith('SELECT "admissions_episode"') for sql in asked) == 1


def test_the_pipeline(client, clinic):
    for _episode in clinic.episodes:
        make_referral(clinic.org, site=clinic.site)
    with assert_asks(17):
        assert client.get(reverse("pipeline")).status_code == 200


def test_marks_of_one_group_are_written_together(client, clinic):
    address = reverse("attendance", args=[clinic.sessions[0].public_id])
    seen = dict(SEEN.findall(client.get(address).content.decode()))
    states = {name.replace("was-", "state-"): "present" for name in seen}
    with assert_asks(29 + 2 * len(seen)):
        assert client.post(address, seen | states).status_code == 302
    assert Attendance.objects.count() == len(seen) == len(clinic.episodes)
