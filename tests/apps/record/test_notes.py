"""One client's note: saved as typed, signed and frozen, corrected without losing a word, kept apart where it must be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.http import Http404

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.models import Event
from openiop.apps.audit.presenters import known_actions
from openiop.apps.record.errors import IncompleteNote, StaleNote
from openiop.apps.record.models import Note, NoteMark, NoteVersion
from openiop.apps.record.reading import is_whole
from openiop.apps.record.selectors.notes import access_note, notes_of, read_note
from openiop.apps.record.selectors.work import work_of
from openiop.apps.record.services.correcting import (
    addend_note,
    amend_note,
    cosign_note,
    retract_note,
    send_back_note,
)
from openiop.apps.record.services.writing import save_note, sign_note, start_note
from openiop.domain.errors import DomainError, InvalidInput, NotAllowed
from openiop.domain.notes.standing import Standing
from tests.apps.record.clinic import FACTS, SOAP, open_room
from tests.factories import actor, make_appointment, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    with open_room(1) as found:
        yield found


@pytest.fixture
def learner():
    """The facilitator holds no license."""
    with open_room(1, licensed=False) as found:
        yield found


def actions():
    return list(Event.objects.order_by("sequence").values_list("action", flat=True))


def save(room, note, *, version, tab="", **values):
    return save_note(
        by=room.by, note=note, values=SOAP | values, facts=FACTS, version=version, tab=tab, at=room.after
    )


def test_a_note_about_an_appointment_begins_with_what_the_appointment_says(room):
    staff = make_user("Other Staff-Demo")
    row = make_appointment(room.client, staff, room.clinic.site, room.session.starts_at)
    note = start_note(
        by=room.by, client=room.client, template=catalog.note_template("soap"), appointment=row, at=room.after
    )
    facts = read_note(note).draft.facts
    assert (facts["day"], facts["start"], facts["minutes"]) == ("2026-03-02", "09:00", 60)
    assert note.due_at == row.ends_at + timedelta(hours=24)
    again = start_note(
        by=room.by, client=room.client, template=catalog.note_template("soap"), appointment=row, at=room.after
    )
    assert again == note


def test_what_is_half_written_is_kept_and_cannot_be_signed(room):
    note = room.write(values={"subjective": "Slept four"}, facts={"minutes": "soon"})
    with pytest.raises(IncompleteNote) as refused:
        room.sign(note)
    assert {gap.field for gap in refused.value.gaps} >= {"plan", "minutes", "objective"}
    read = read_note(note)
    assert (read.draft.values, read.draft.facts["minutes"]) == ({"subjective": "Slept four"}, "soon")
    assert read.standing is Standing.DRAFT


def test_two_windows_never_write_over_each_other(room):
    note = room.write()
    save(room, note, version=2, tab="one", plan="From the first window")
    with pytest.raises(StaleNote):
        save(room, note, version=2, tab="two", plan="From the second")
    assert read_note(note).draft.values["plan"] == "From the first window"


def test_a_window_whose_answer_was_lost_goes_on_with_its_own_words(room):
    note = room.write()
    save(room, note, version=2, tab="one", plan="Walks")
    saved = save(room, note, version=2, tab="one", plan="Walks and swims")
    assert (saved.values["plan"], saved.version) == ("Walks and swims", 4)


def test_signing_freezes_the_words_and_the_database_refuses_to_change_them(room):
    note = room.write()
    row = room.sign(note)
    assert is_whole(row)
    assert (row.is_late, row.needs_cosign, row.facts["minutes"]) == (False, False, 50)
    assert row.frozen["values"] == SOAP
    for change in (lambda: NoteVersion.objects.update(values={}), lambda: NoteVersion.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(NotAllowed) as refused:
        save(room, note, version=row.version)
    assert refused.value.code == "signed"


def test_a_note_itself_is_never_deleted_nor_given_away(room):
    note = room.write()
    with pytest.raises(DatabaseError), transaction.atomic():
        Note.objects.filter(pk=note.pk).update(author=make_user("Someone Else-Demo"))
    NoteVersion.objects.filter(note=note).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Note.objects.filter(pk=note.pk)._raw_delete("default")


def test_late_is_marked_and_neither_blocked_nor_dated_back(room):
    note = room.write()
    days_later = room.after + timedelta(days=5)
    row = room.sign(note, at=days_later)
    assert (row.is_late, row.signed_at) == (True, days_later)


def test_an_addendum_stands_below_and_a_new_version_beside_the_old(room):
    note = room.write()
    first = room.sign(note)
    addend_note(by=room.by, note=note, words="The sister called later.", signed_name="R", at=room.after)
    amend_note(by=room.by, note=note, reason="Wrong number of walks", at=room.after)
    save(room, note, version=1, plan="Walks three times.")
    second = room.sign(note)
    read = read_note(note)
    assert read.standing is Standing.AMENDED
    assert [row.values["plan"] for row in read.versions] == ["Walks twice.", "Walks three times."]
    assert [mark.words for mark in read.marks] == ["The sister called later."]
    assert is_whole(NoteVersion.objects.get(pk=first.pk))
    assert second.reason == "Wrong number of walks"
    with pytest.raises(InvalidInput):
        amend_note(by=room.by, note=note, reason=" ", at=room.after)


def test_who_holds_no_license_is_co_signed_or_sent_back(learner):
    note = learner.write()
    assert learner.sign(note).needs_cosign
    assert [one.note for one in work_of(learner.supervisor, at=learner.after).cosign] == [note]
    with pytest.raises(NotAllowed):
        cosign_note(by=learner.by, note=note, signed_name="Robin", at=learner.after)
    send_back_note(by=learner.supervisor, note=note, words="Say the risk", signed_name="L", at=learner.after)
    work = work_of(learner.by, at=learner.after)
    assert [one.standing for one in work.unsigned] == [Standing.SENT_BACK]
    amend_note(by=learner.by, note=note, reason="Supervisor asked", at=learner.after)
    save(learner, note, version=1, risk_words="Asked; none.")
    learner.sign(note)
    assert read_note(note).standing is Standing.AWAITS_COSIGN
    cosign_note(by=learner.supervisor, note=note, signed_name="Lin", at=learner.after)
    read = read_note(note)
    assert read.standing is Standing.COSIGNED
    assert read.marks[-1].content_sha256 == read.in_force.content_sha256
    assert work_of(learner.by, at=learner.after).unsigned == ()
    assert work_of(learner.supervisor, at=learner.after).cosign == ()


def test_a_note_in_the_wrong_chart_is_retracted_and_stays_readable(room):
    note = room.write()
    room.sign(note)
    retract_note(by=room.by, note=note, reason="It was another Ana", signed_name="R", at=room.after)
    read = notes_of(room.by, room.client)[0]
    assert (read.standing, read.shown.values) == (Standing.RETRACTED, SOAP)
    for act in (
        lambda: addend_note(by=room.by, note=note, words="More words", signed_name="R", at=room.after),
        lambda: amend_note(by=room.by, note=note, reason="More words", at=room.after),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(DatabaseError), transaction.atomic():
        NoteMark.objects.all().delete()


def test_notes_kept_apart_are_their_authors_alone(room):
    note = room.write("psychotherapy", values={"words": "A dream"}, facts=FACTS)
    assert access_note(room.by, note.public_id, permission=Permission.NOTE_VIEW) == note
    with pytest.raises(Http404):
        access_note(room.supervisor, note.public_id, permission=Permission.NOTE_VIEW)
    assert notes_of(room.supervisor, room.client) == []
    assert len(notes_of(room.by, room.client)) == 1


def test_each_kind_is_written_by_its_roles(room):
    nurse = actor(room.clinic.org, "nurse", site=room.clinic.site, user=make_user("Nora Nurse-Demo"))
    with pytest.raises(NotAllowed):
        room.write("medication", by=nurse)
    biller = actor(room.clinic.org, "biller", site=room.clinic.site, user=make_user("Bo Bill-Demo"))
    with pytest.raises(NotAllowed):
        room.write("soap", by=biller)
    assert Note.objects.count() == 0


def test_nobody_writes_in_anothers_draft(room):
    note = room.write()
    with pytest.raises(NotAllowed):
        save_note(by=room.supervisor, note=note, values={}, facts={}, version=2, at=room.after)
    with pytest.raises(DomainError):
        sign_note(by=room.supervisor, note=note, signed_name="L", version=2, at=room.after)
    assert read_note(note).draft.values == SOAP


def test_every_event_has_its_sentence(room):
    note = room.write()
    room.sign(note)
    assert set(actions()) <= known_actions()
    assert actions()[-3:] == ["note.started", "note.saved", "note.signed"]
