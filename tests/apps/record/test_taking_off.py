"""Somebody was added to a sheet by mistake, and there are notes: what is signed is dealt with first."""

from __future__ import annotations

import pytest

from openiop.apps.groups.models import Attendance
from openiop.apps.groups.services import Entry
from openiop.apps.record.models import Note
from openiop.apps.record.selectors.notes import read_notes
from openiop.apps.record.services.roster import record_sheet, seat_and_follow, take_off_and_follow
from openiop.domain.attendance import Mark, State
from openiop.domain.errors import NotAllowed
from openiop.domain.notes.standing import Standing
from tests.apps.record.clinic import open_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    with open_room(2) as found:
        yield found


def take_off(room, episode, *, version=1):
    return take_off_and_follow(
        by=room.by,
        session=room.session,
        client_id=episode.client.public_id,
        version=version,
        why="Another Dara",
        at=room.after,
    )


def add(room):
    dara = room.clinic.person("Dara")
    seat_and_follow(by=room.by, session=room.session, episode=dara, at=room.after)
    return dara


def notes_of(episode):
    return read_notes(Note.objects.filter(client=episode.client).select_related("client__site", "session"))


def test_a_signed_chart_is_retracted_first_and_the_words_say_how(room):
    dara = add(room)
    room.take()
    room.sign_group()
    with pytest.raises(NotAllowed) as refused:
        take_off(room, dara)
    assert refused.value.message == (
        "The chart of Dara Velora02-Demo for this group is signed. Mark them as a no-show first, with the"
        " reason: that retracts the chart. Then take them off."
    )
    assert Attendance.objects.get(client=dara.client).state == "present"
    away = Entry(dara.client.public_id, Mark(State.NO_SHOW), 1)
    record_sheet(by=room.by, session=room.session, marks=[away], at=room.after, why="Was not there")
    take_off(room, dara, version=2)
    assert not Attendance.objects.filter(client=dara.client).exists()
    (read,) = notes_of(dara)
    assert read.standing is Standing.RETRACTED


def test_a_chart_that_was_only_prepared_is_retracted_with_the_reason(room):
    room.take()
    room.sign_group()
    dara = add(room)
    take_off(room, dara)
    (read,) = notes_of(dara)
    assert read.standing is Standing.RETRACTED
    assert [mark.words for mark in read.marks] == ["Taken off the sheet: Another Dara"]


def test_before_anybody_signs_the_group_writes_no_chart_of_theirs(room):
    dara = add(room)
    take_off(room, dara)
    room.clinic.episodes.remove(dara)
    room.take()
    assert len(room.sign_group()) == 2
    assert notes_of(dara) == []
