"""One group, many charts: written once, each chart whole and about one person, and following the roster."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from openiop.apps.audit.models import Event
from openiop.apps.record.errors import IncompleteGroup, StaleNote
from openiop.apps.record.models import Note, NoteVersion
from openiop.apps.record.reading import is_whole
from openiop.apps.record.selectors.notes import read_note, read_notes
from openiop.apps.record.selectors.work import work_of
from openiop.apps.record.services.groups import save_group_note, start_group_note
from openiop.domain.attendance import Mark, State
from openiop.domain.errors import NotAllowed
from openiop.domain.notes.standing import Standing
from tests.apps.record.clinic import CONTENT, open_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    with open_room(3) as found:
        yield found


def of(room, number):
    client = room.clinic.episodes[number].client
    return read_notes(Note.objects.filter(client=client).select_related("client__site", "session"))


def test_the_attendance_comes_first(room):
    with pytest.raises(NotAllowed) as refused:
        start_group_note(by=room.by, session=room.session, at=room.after)
    assert refused.value.code == "no-roster"


def test_everybody_who_came_gets_a_whole_note_of_their_own(room):
    room.take(
        "present", "left_early", "no_show", Ben=Mark(State.LEFT_EARLY, left=11 * 60, modality="on_site")
    )
    notes = room.sign_group()
    assert [note.client.first_name for note in notes] == ["Ana", "Ben"]
    ana, ben = (read_note(note) for note in notes)
    assert ana.shown.values == CONTENT | {
        "participation": "active", "response": "Spoke of step 0 of 100.", "risk": "none_seen",
    }  # fmt: skip
    assert ana.shown.facts["minutes"] == 180
    assert (ben.shown.facts["minutes"], ben.shown.facts["left"]) == (120, "11:00")
    assert ben.shown.facts["no_objective"] == "Plan is not signed yet"
    assert all(is_whole(one.shown) for one in (ana, ben))
    text = json.dumps(ana.shown.frozen)
    assert "Ben" not in text
    assert "step 1" not in text


def test_who_did_not_come_is_a_call_to_make_until_somebody_wrote_of_it(room):
    room.take("present", "no_show", "excused")
    room.sign_group()
    calls = work_of(room.by, at=room.after).calls
    assert [mark.client.first_name for mark in calls] == ["Ben"]
    assert of(room, 1) == []


def test_a_name_of_somebody_else_stops_the_signature_and_nothing_is_written(room):
    room.take()
    key = room.clinic.episodes[0].client.public_id
    lines = {one.client.public_id: room.line(n) for n, one in enumerate(room.clinic.episodes)}
    lines[key] |= {"response": "Comforted Ben for a while."}
    with pytest.raises(IncompleteGroup) as refused:
        room.sign_group(lines=lines)
    assert [(one.person, one.field, one.name) for one in refused.value.mentions] == [(key, "response", "Ben")]
    assert Note.objects.count() == 0


def test_a_missing_line_names_the_person_and_nothing_is_signed(room):
    room.take()
    key = room.clinic.episodes[2].client.public_id
    lines = {one.client.public_id: room.line(n) for n, one in enumerate(room.clinic.episodes[:2])}
    with pytest.raises(IncompleteGroup) as refused:
        room.sign_group(lines=lines)
    assert set(refused.value.gaps) == {key}
    assert {gap.field for gap in refused.value.gaps[key]} == {
        "participation", "response", "risk", "objective",
    }  # fmt: skip
    assert NoteVersion.objects.count() == 0


def test_two_windows_never_write_over_each_others_lines(room):
    room.take()
    group = room.write_group()
    key = room.clinic.episodes[0].client.public_id
    with pytest.raises(StaleNote):
        save_group_note(
            by=room.by, group=group, values={}, lines={key: {"response": "Other"}}, version=1, at=room.after
        )
    assert group.lines.get(client__public_id=key).values["response"] == "Spoke of step 0 of 100."


def test_corrected_minutes_prepare_the_next_version_and_the_signed_one_stays(room):
    room.take()
    room.sign_group()
    late = Mark(State.LATE, arrived=10 * 60, modality="on_site")
    room.take("late", Ana=late, why="Ana came at ten", at=room.after + timedelta(days=2))
    (read,) = of(room, 0)
    assert [row.facts["minutes"] for row in read.versions] == [180, 120]
    assert read.draft.reason == "Attendance corrected: Ana came at ten"
    assert read.draft.values == read.in_force.values
    assert is_whole(read.in_force)
    room.sign(read.note, at=room.after + timedelta(days=2))
    (read,) = of(room, 0)
    assert (read.standing, read.in_force.facts["minutes"]) == (Standing.AMENDED, 120)
    assert [len(of(room, number)[0].versions) for number in (1, 2)] == [1, 1]


def test_who_was_not_there_after_all_has_the_note_retracted_and_who_was_has_one_prepared(room):
    room.take("present", "no_show")
    room.sign_group()
    room.take("no_show", "present", why="Mixed up the two")
    (ana,), (ben,) = of(room, 0), of(room, 1)
    assert ana.standing is Standing.RETRACTED
    assert ana.shown.values["response"] == "Spoke of step 0 of 100."
    assert (ben.standing, ben.draft.values) == (Standing.DRAFT, CONTENT)
    assert [one.note for one in work_of(room.by, at=room.after).unsigned] == [ben.note]


def test_each_chart_has_its_own_event_and_the_group_one(room):
    room.take()
    room.sign_group()
    found = Event.objects.filter(action="note.signed")
    assert sorted(found.values_list("client_id", flat=True)) == sorted(
        one.client.public_id for one in room.clinic.episodes
    )
    assert Event.objects.get(action="group_note.signed").data["charts"] == 3


def test_an_unlicensed_facilitators_charts_wait_for_a_second_signature():
    with open_room(2, licensed=False) as room:
        room.take()
        room.sign_group()
        assert len(work_of(room.supervisor, at=room.after).cosign) == 2
