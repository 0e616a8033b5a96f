"""The chart: one time line, narrowed by the address, a page at a time."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.accounts.models import User
from openiop.apps.admissions.models import Phase
from openiop.apps.audit.models import Event
from openiop.apps.record.services.correcting import addend_note, retract_note
from tests.apps.record.clinic import SOAP, open_room
from tests.factories import AT
from tests.factories.notes import make_note
from tests.factories.people import put
from tests.queries import assert_asks, questions

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(client):
    """A facilitator is signed in; Monday's group is over and everybody came."""
    with open_room() as made, time_machine.travel(made.after, tick=False):
        client.force_login(made.clinic.lead)
        made.take()
        yield made


def shown(client, room, **query):
    answer = client.get(reverse("chart", args=[room.client.public_id]), query)
    assert answer.status_code == 200
    return answer.content.decode().split("<main", 1)[1]


def test_it_shows_the_notes_and_what_was_put_on_them(client, room):
    note = room.write()
    room.sign(note)
    addend_note(by=room.by, note=note, words="She called at noon.", signed_name="Robin", at=room.after)
    page = shown(client, room)
    assert "Note signed" in page
    assert "Note: Addendum" in page
    assert "Episode of care opened" in page
    assert reverse("note", args=[note.public_id]) in page
    assert Event.objects.filter(action="chart.read", client_id=room.client.public_id).count() == 1


def test_a_kind_leaves_the_others_out(client, room):
    room.sign(room.write())
    page = shown(client, room, kind="note")
    assert "Note signed" in page
    assert "Episode of care opened" not in page
    assert '<option value="note" selected>' in page


def test_a_person_leaves_out_what_others_did(client, room):
    room.sign(room.write())
    other = room.write(by=room.supervisor)
    retract_note(by=room.supervisor, note=other, reason="Wrong chart", signed_name="Lin", at=room.after)
    assert "Note: Retracted" in shown(client, room)
    page = shown(client, room, person=room.by.user_public_id)
    assert "Note signed" in page
    assert "Note: Retracted" not in page


def test_days_bound_the_time_line_and_the_last_one_counts(client, room):
    room.sign(room.write())
    day = room.session.day
    assert "Note signed" in shown(client, room, since=day.isoformat(), until=day.isoformat())
    assert "Note signed" not in shown(client, room, since=(day + timedelta(days=1)).isoformat())
    assert "Note signed" not in shown(client, room, until=(day - timedelta(days=1)).isoformat())


def test_a_phase_is_its_days(client, room):
    room.sign(room.write())
    episode, day = room.clinic.episodes[0], room.session.day
    same = {"organization": room.clinic.org, "episode": episode, "created_at": AT}
    before_it = {"starts_on": day - timedelta(days=30), "ends_on": day - timedelta(days=1)}
    before = put(Phase, key="core", **before_it, **same)
    now = put(Phase, key="transition", starts_on=day, **same)
    assert "Note signed" not in shown(client, room, phase=before.public_id)
    assert "Note signed" in shown(client, room, phase=now.public_id)
    assert "Note signed" not in shown(
        client, room, phase=now.public_id, since=(day + timedelta(days=1)).isoformat()
    )


def test_what_the_address_says_wrongly_is_told_and_narrows_nothing(client, room):
    room.sign(room.write())
    page = shown(client, room, since="yesterday", kind="note")
    assert "Enter a valid date." in page
    assert "Note signed" in page
    page = shown(client, room, since="2026-03-03", until="2026-03-01")
    assert "This day is before the first one." in page
    assert "Select a valid choice" in shown(client, room, person="nobody")


def test_notes_kept_apart_are_only_their_authors(client, room):
    note = room.write("psychotherapy", by=room.supervisor, values={"words": "Her dream"})
    room.sign(note, by=room.supervisor)
    assert reverse("note", args=[note.public_id]) not in shown(client, room)
    assert "Lin Moss" not in shown(client, room)
    client.force_login(User.objects.get(pk=room.supervisor.user_id))
    assert reverse("note", args=[note.public_id]) in shown(client, room)


def test_a_long_chart_comes_by_pages_and_asks_no_more(client, room):
    for number in range(60):
        make_note(room.clinic.episodes[0], room.clinic.lead, signed_at=AT - timedelta(days=number))
    url = reverse("chart", args=[room.client.public_id])
    client.get(url)
    with questions() as many:
        page = client.get(url, {"kind": "note"}).content.decode()
    assert page.count("Note signed") == 50
    assert "1 to 50 of 60" in page
    assert "?kind=note&amp;from=50" in page
    rest = client.get(url, {"kind": "note", "from": "50"}).content.decode()
    assert rest.count("Note signed") == 10
    assert 'href="?kind=note"' in rest
    assert f'href="{url}"' in client.get(url, {"from": "50"}).content.decode()
    with assert_asks(len(many)):
        client.get(url, {"from": "50"})


def test_a_day_means_the_sites_own_day(client, room):
    """Half past eleven in the evening in Los Angeles is the next day in London, and still this one here."""
    late = AT.replace(year=2026, month=3, day=4, hour=7, minute=30)
    make_note(room.clinic.episodes[0], room.clinic.lead, signed_at=late)
    day = date(2026, 3, 3).isoformat()
    assert "Note signed" in shown(client, room, since=day, until=day)


def searched(client, room, words, status=200, **query):
    url = reverse("chart", args=[room.client.public_id], query=query or None)
    answer = client.post(url, {"words": words})
    assert answer.status_code == status
    return answer.content.decode().split("<main", 1)[1]


def test_words_are_found_marked_and_lead_to_their_note(client, room):
    note = room.write(values=SOAP | {"subjective": "Slept <b>well</b> after the Pánico."})
    room.sign(note)
    page = searched(client, room, "panico")
    assert "<mark>Pánico</mark>" in page
    assert "&lt;b&gt;well&lt;/b&gt;" in page
    assert reverse("note", args=[note.public_id]) in page
    assert "1 place, the latest first" in page
    assert "Robin" in page


def test_what_is_searched_is_in_no_event_and_no_address(client, room):
    room.sign(room.write(values=SOAP | {"subjective": "Zebra"}))
    page = searched(client, room, "zebra", kind="note")
    event = Event.objects.get(action="chart.searched")
    assert event.client_id == room.client.public_id
    assert event.data == {}
    assert "zebra" not in str(vars(event)).lower()
    assert 'action="' + reverse("chart", args=[room.client.public_id]) + '?kind=note#found"' in page
    assert 'value="zebra"' in page


def test_the_address_narrows_the_search(client, room):
    room.sign(room.write(values=SOAP | {"subjective": "Zebra"}))
    assert "<mark>Zebra</mark>" in searched(client, room, "zebra", kind="note")
    assert "Nothing found" in searched(client, room, "zebra", kind="care")


def test_a_question_too_short_is_told_at_its_field(client, room):
    room.sign(room.write())
    for words in ("", "a", "?!"):
        page = searched(client, room, words, status=422)
        assert "Note signed" in page
    assert "Type at least two letters." in page


def test_nothing_tells_of_a_colleagues_own_notes(client, room):
    nothing = searched(client, room, "zebra")
    hidden = room.write("psychotherapy", by=room.supervisor, values={"words": "A zebra dream"})
    room.sign(hidden, by=room.supervisor)
    room.write(by=room.supervisor, values=SOAP | {"subjective": "Zebra draft"})
    assert plain(searched(client, room, "zebra")) == plain(nothing)


def test_a_search_asks_no_more_for_many_hits(client, room):
    room.sign(room.write(values=SOAP | {"subjective": "Zebra"}))
    searched(client, room, "zebra")
    with questions() as few:
        searched(client, room, "zebra")
    for _number in range(4):
        room.sign(room.write(values=SOAP | {"subjective": "Zebra"}))
    with assert_asks(len(few)):
        assert searched(client, room, "zebra").count("<mark>") == 5


def plain(page):
    """A page without what differs from one answer to the next."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
