"""The quality page: counts as a chart with its table, a list whose lines lead to their mending, and its filters."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.accounts.models import User
from openiop.apps.audit.models import Event
from openiop.web.staff import quality as page_of
from tests.apps.record.clinic import open_room
from tests.factories import make_member, make_site
from tests.queries import assert_asks

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(client):
    """A group whose note is a day late; the director has signed in."""
    with open_room(2) as found:
        found.take()
        found.write_group()
        found.sign(found.write())
        with time_machine.travel(found.session.ends_at + timedelta(hours=25), tick=False):
            client.force_login(User.objects.get(pk=found.supervisor.user_id))
            yield found


def page(client, **query):
    answer = client.get(reverse("quality"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def lines(text):
    """Whose work and where each line leads."""
    body = text.split("To be mended</caption>")[-1] if "</caption>" in text else ""
    return re.findall(r'<td data-label="Mend it"><a href="([^"]+)"', body or text)


def test_each_line_leads_to_its_mending_and_the_table_counts_every_kind(client, room):
    text = page(client)
    group, note = room.session.group_note, room.client.notes.get()
    assert set(lines(text)) >= {
        reverse("group_note", args=[group.public_id]),
        reverse("note", args=[note.public_id]),
    }
    assert re.search(r'<th scope="row">Late note</th><td class="num">1</td>', text)
    assert re.search(r'<th scope="row">Copied text</th><td class="num">0</td>', text)
    assert '<svg role="img"' in text


def test_it_is_narrowed_by_kind_by_person_and_by_site(client, room):
    lead = room.session.lead
    group = reverse("group_note", args=[room.session.group_note.public_id])
    assert lines(page(client, kind="late")) == [group]
    assert group in lines(page(client, person=lead.public_id))
    assert len(lines(page(client, person="nobody-here"))) == len(lines(page(client)))
    assert group in lines(page(client, site=room.clinic.site.public_id))


def test_a_site_of_others_is_not_found(client, room):
    far = make_site(room.clinic.org, name="Faraway")
    assert client.get(reverse("quality"), {"site": far.public_id}).status_code == 404
    assert client.get(reverse("quality"), {"site": "nowhere"}).status_code == 404


def test_a_long_list_goes_on_on_the_next_page(client, room, monkeypatch):
    room.write()
    room.write()
    every = lines(page(client))
    assert len(every) == 4
    monkeypatch.setattr(page_of, "MOST", 2)
    first, second = lines(page(client)), lines(page(client, **{"from": "2"}))
    assert (first, second) == (every[:2], every[2:4])
    assert "from=2" in page(client)
    assert "Back to the start" in page(client, **{"from": "2"})
    assert lines(page(client, **{"from": "-1"})) == first


def test_an_administrator_sees_counts_and_no_client(client, room):
    admin = make_member(room.clinic.org, "administrator").user
    client.force_login(admin)
    text = page(client)
    assert re.search(r'<th scope="row">Late note</th><td class="num">1</td>', text)
    assert "no client's record" in text
    assert lines(text) == []
    for episode in room.clinic.episodes:
        assert episode.client.last_name not in text


def test_opening_it_is_in_the_trail(client, room):
    page(client)

    assert Event.objects.filter(action="quality.read").count() == 1


@pytest.mark.parametrize("people", [2, 6])
def test_the_page_asks_as_often_for_six_people_as_for_two(client, people):
    with open_room(people) as found:
        found.take()
        found.write_group()
        with time_machine.travel(found.session.ends_at + timedelta(hours=25), tick=False):
            client.force_login(User.objects.get(pk=found.supervisor.user_id))
            page(client)
            with assert_asks(18):
                page(client)
