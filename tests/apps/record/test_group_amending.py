"""The group's part after signing: amended once for every chart, its unit among what was taught, words that are no names."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from openiop.apps.audit.models import Event
from openiop.apps.chart.selectors import Wanted, search_chart
from openiop.apps.record.errors import IncompleteGroup, StaleNote
from openiop.apps.record.models import GroupAmendment, GroupNote, Note, NoteVersion
from openiop.apps.record.reading import is_whole
from openiop.apps.record.selectors.notes import read_note, read_notes
from openiop.apps.record.selectors.work import work_of
from openiop.apps.record.services.amending import amend_group_note
from openiop.apps.record.services.correcting import amend_note, cosign_note, retract_note
from openiop.apps.record.services.groups import sign_group_note
from openiop.apps.record.services.writing import save_note
from openiop.apps.treatment.models import TaughtUnit
from openiop.apps.treatment.selectors.curricula import taught_in
from openiop.domain.attendance import Mark, State
from openiop.domain.errors import InvalidInput, NotAllowed
from openiop.domain.notes.group import Mention
from openiop.domain.notes.standing import Standing
from tests.apps.record.clinic import CONTENT, FACTS, open_room

pytestmark = pytest.mark.django_db
WEEK, URGES = "recovery.1.first-week", "recovery.1.cravings"
NOW = CONTENT | {"interventions": "Taught the STOP skill; it was not practised."}


@pytest.fixture
def room():
    with open_room(3) as found:
        found.take()
        yield found


def of(room, number):
    client = room.clinic.episodes[number].client
    return read_notes(Note.objects.filter(client=client).select_related("client__site", "session"))


def amend(room, values=NOW, by=None, **change):
    options = {"reason": "There was no time to practise", "signed_name": "Robin", "seen": 0} | change
    at = room.after + timedelta(days=1)
    return amend_group_note(by=by or room.by, group=GroupNote.objects.get(), values=values, at=at, **options)


def taught(room):
    return [(row.curriculum_id, row.unit) for row in taught_in(room.session)]


def test_every_chart_gets_its_next_version_and_keeps_its_line_and_the_former_words(room):
    room.sign_group()
    done = amend(room)
    assert [len(one) for one in (done.signed, done.waiting, done.kept)] == [3, 0, 0]
    for number in range(3):
        (read,) = of(room, number)
        first, second = read.versions
        assert (read.standing, second.reason) == (Standing.AMENDED, "There was no time to practise")
        assert (first.values["interventions"], first.signed_name) == (CONTENT["interventions"], room.by.name)
        assert second.values["interventions"] == NOW["interventions"]
        assert (
            second.values["response"]
            == first.values["response"]
            == f"Spoke of step {number} of {100 + number}."
        )
        assert (is_whole(first), is_whole(second)) == (True, True)
    event = Event.objects.get(action="group_note.amended")
    assert (event.data["charts"], event.data["reason"]) == (3, "There was no time to practise")
    assert Event.objects.filter(action="note.signed").count() == 6
    assert GroupNote.objects.get().values == CONTENT


def test_a_chart_is_found_by_what_was_amended_and_no_longer_by_what_it_said_before(room):
    room.sign_group()

    def found(word):
        return len(search_chart(room.by, room.client.pk, Wanted((word,)), limit=5))

    assert (found("pairs"), found("not")) == (1, 0)
    amend(room)
    assert (found("pairs"), found("not")) == (0, 1)


def test_an_open_version_takes_the_words_over_and_waits_for_its_own_signature(room):
    room.sign_group()
    late = Mark(State.LATE, arrived=10 * 60, modality="on_site")
    room.take("late", Ana=late, why="Ana came at ten", at=room.after + timedelta(hours=1))
    done = amend(room)
    assert (len(done.signed), len(done.waiting)) == (2, 1)
    (read,) = of(room, 0)
    assert read.draft.values["interventions"] == NOW["interventions"]
    assert read.draft.facts["minutes"] == 120
    assert read.draft.reason == "Attendance corrected: Ana came at ten; There was no time to practise"
    assert read.in_force.values["interventions"] == CONTENT["interventions"]


def test_a_window_that_writes_in_an_open_version_has_to_look_first(room):
    (note, *_rest) = room.sign_group()
    amend_note(by=room.by, note=note, reason="A word was missing", at=room.after)
    typed = {"values": CONTENT | room.line(0), "facts": FACTS, "tab": "one", "at": room.after}
    save_note(by=room.by, note=note, version=1, **typed)
    amend(room)
    with pytest.raises(StaleNote):
        save_note(by=room.by, note=note, version=2, **typed)
    assert read_note(note).draft.values["interventions"] == NOW["interventions"]


def test_what_one_chart_says_otherwise_stays_and_a_retracted_one_is_let_be(room):
    own, gone, _other = room.sign_group()
    amend_note(by=room.by, note=own, reason="She left before it", at=room.after)
    words = CONTENT | room.line(0) | {"interventions": "Left before the skill was taught."}
    save_note(by=room.by, note=own, values=words, facts=FACTS, version=1, at=room.after)
    room.sign(own)
    retract_note(by=room.by, note=gone, reason="wrong chart", signed_name="Robin", at=room.after)
    done = amend(room)
    assert (done.kept, len(done.signed)) == ((own,), 1)
    assert len(read_note(own).versions) == 2
    assert len(read_note(gone).versions) == 1


def test_a_second_signature_is_asked_for_again(room):
    with open_room(2, licensed=False) as other:
        other.take()
        for note in other.sign_group():
            cosign_note(by=other.supervisor, note=note, signed_name="Lin", at=other.after)
        assert work_of(other.supervisor, at=other.after).cosign == ()
        group = GroupNote.objects.get(author_id=other.by.user_id)
        amend_group_note(
            by=other.by,
            group=group,
            values=NOW,
            reason="Not practised",
            signed_name="R",
            seen=0,
            at=other.after,
        )
        waiting = work_of(other.supervisor, at=other.after).cosign
        assert [one.standing for one in waiting] == [Standing.AWAITS_COSIGN] * 2
        assert [one.marks[0].number for one in waiting] == [1, 1]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"values": CONTENT}, "unchanged"),
        ({"reason": " no "}, "invalid"),
        ({"seen": 1}, "stale"),
        ({"values": NOW | {"topic": "Ben's anger"}}, "incomplete"),
        ({"values": NOW | {"topic": ""}}, "incomplete"),
    ],
)
def test_what_cannot_be_amended_changes_nothing(room, change, code):
    room.sign_group()
    with pytest.raises((InvalidInput, StaleNote, IncompleteGroup)) as refused:
        amend(room, **change)
    assert refused.value.code == code
    assert (NoteVersion.objects.count(), GroupAmendment.objects.count()) == (3, 0)


def test_only_the_author_amends_and_only_what_is_signed(room):
    group = room.write_group()
    with pytest.raises(NotAllowed) as refused:
        amend(room)
    assert refused.value.code == "not-signed"
    sign_group_note(by=room.by, group=group, signed_name="Robin", version=group.version, at=room.after)
    with pytest.raises(NotAllowed) as refused:
        amend(room, by=room.supervisor)
    assert refused.value.code == "not-author"


def test_whoever_was_there_after_all_gets_the_part_as_it_was_amended(room):
    room.take("present", "no_show", why="He left at once")
    room.sign_group()
    amend(room)
    room.take("present", "present", why="He was there")
    (read,) = of(room, 1)
    assert read.draft.values == NOW


def test_the_unit_is_noted_as_taught_by_the_signature_and_changed_by_an_amendment(room):
    room.sign_group(values=CONTENT | {"unit": WEEK})
    assert taught(room) == [("recovery", "first-week")]
    amend(room, values=CONTENT | {"unit": URGES})
    assert taught(room) == [("recovery", "cravings")]
    assert TaughtUnit.objects.filter(struck_at__isnull=False).get().unit == "first-week"
    assert Event.objects.filter(action="curriculum.taught").count() == 2
    amend(room, values=NOW | {"unit": URGES}, seen=1)
    assert Event.objects.filter(action="curriculum.taught").count() == 2


def test_a_unit_that_is_in_no_curriculum_keeps_the_group_from_being_signed(room):
    with pytest.raises(IncompleteGroup) as refused:
        room.sign_group(values=CONTENT | {"unit": "recovery.1.no-such"})
    assert [gap.field for gap in refused.value.gaps[""]] == ["unit"]
    assert taught(room) == []


def test_a_name_that_is_only_a_word_passes_with_its_reason_and_no_other_does(room):
    key = room.clinic.episodes[0].client.public_id
    lines = {one.client.public_id: room.line(n) for n, one in enumerate(room.clinic.episodes)}
    lines[key] |= {"response": "Big Ben strikes in the film."}
    group = room.write_group(lines=lines)
    said = {Mention(key, "response", "Ben"): "The clock in London"}
    options = {"group": group, "signed_name": "Robin", "version": group.version, "at": room.after}
    for other in ({}, {Mention("", "response", "Ben"): "The clock"}, dict.fromkeys(said, " no ")):
        with pytest.raises(IncompleteGroup) as refused:
            sign_group_note(by=room.by, only_words=other, **options)
        assert [one.name for one in refused.value.mentions] == ["Ben"]
    assert Note.objects.count() == 0
    sign_group_note(by=room.by, only_words=said, **options)
    kept = {"person": key, "field": "response", "name": "Ben", "reason": "The clock in London"}
    assert GroupNote.objects.get().only_words == [kept]
    frozen = json.dumps([row.frozen for row in NoteVersion.objects.all()])
    assert "The clock in London" not in frozen


def test_the_group_part_of_an_amendment_says_which_words_are_no_names(room):
    room.sign_group()
    values, said = NOW | {"topic": "Ben Nevis"}, {Mention("", "topic", "Ben"): "A mountain"}
    amend(room, values=values, only_words=said)
    (row,) = GroupAmendment.objects.get().only_words
    assert (row["name"], row["reason"]) == ("Ben", "A mountain")
