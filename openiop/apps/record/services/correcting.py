"""What is put on a signed note: an addendum, a new version, a second signature, a sending back, a retraction."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.core.actor import Actor
from openiop.apps.record.models import Note, NoteMark, NoteVersion
from openiop.apps.record.reading import doer_of, mark_values, parts_of, version_values
from openiop.apps.record.services.indexing import index_notes
from openiop.apps.record.services.writing import must_write
from openiop.apps.record.words import REFUSALS
from openiop.domain.errors import InvalidInput, NotAllowed
from openiop.domain.notes.standing import Act, Mark, refusal_of
from openiop.domain.notes.template import FEWEST_LETTERS_OF_A_REASON, LONGEST_TEXT


def addend_note(*, by: Actor, note: Note, words: str, signed_name: str, at: datetime) -> NoteMark:
    """Add words below a signed note. They are signed as they are written."""
    must_write(by)
    with recording(by=by, at=at) as record:
        versions = _allowed(by, note, Act.ADDEND)
        text = said(words, field="words")
        row = put_mark(record, note, versions, Mark.ADDENDUM, words=text, name=signed_name)
        index_notes(record, [note])
    return row


def amend_note(*, by: Actor, note: Note, reason: str, at: datetime) -> NoteVersion:
    """Begin the next version with the words of the newest signed one; what is signed stays as signed."""
    must_write(by)
    with recording(by=by, at=at) as record:
        newest = _allowed(by, note, Act.AMEND)[-1]
        draft = begin_version(record, note, newest, reason=said(reason, field="reason"))
        index_notes(record, [note])
    return draft


def cosign_note(*, by: Actor, note: Note, signed_name: str, at: datetime) -> NoteMark:
    """Sign beside an author who holds no license."""
    _must_cosign(by)
    with recording(by=by, at=at) as record:
        versions = _allowed(by, note, Act.COSIGN)
        return put_mark(record, note, versions, Mark.COSIGNED, words="", name=signed_name)


def send_back_note(*, by: Actor, note: Note, words: str, signed_name: str, at: datetime) -> NoteMark:
    """Ask the author for a new version instead of signing, and say why."""
    _must_cosign(by)
    with recording(by=by, at=at) as record:
        versions = _allowed(by, note, Act.COSIGN)
        text = said(words, field="words")
        return put_mark(record, note, versions, Mark.SENT_BACK, words=text, name=signed_name)


def retract_note(*, by: Actor, note: Note, reason: str, signed_name: str, at: datetime) -> NoteMark:
    """Mark a note as standing in the wrong chart, or as begun by mistake. It stays readable, as retracted."""
    must_write(by)
    with recording(by=by, at=at) as record:
        versions = _allowed(by, note, Act.RETRACT, is_supervisor=by.may(Permission.NOTE_COSIGN))
        text = said(reason, field="reason")
        row = put_mark(record, note, versions, Mark.RETRACTED, words=text, name=signed_name)
        index_notes(record, [note])
    return row


def begin_version(record: Recorder, note: Note, newest: NoteVersion, *, reason: str) -> NoteVersion:
    """Write the draft of the next version inside an open transaction."""
    draft: NoteVersion = NoteVersion.objects.create(
        organization_id=note.organization_id,
        note=note,
        number=newest.number + 1,
        reason=reason[:300],
        facts=newest.facts,
        values=newest.values,
        updated_at=record.at,
        created_at=record.at,
    )
    data = {"number": draft.number, "reason": draft.reason}
    record("note.amended", subject=note, client=note.client, data=data)
    return draft


def put_mark(
    record: Recorder, note: Note, versions: list[NoteVersion], mark: Mark, *, words: str, name: str
) -> NoteMark:
    """Put a mark on the version in force (on the draft, where nothing is signed yet)."""
    signed = [row for row in versions if row.signed_at is not None]
    on = (signed or versions)[-1]
    row: NoteMark = NoteMark.objects.create(
        organization_id=note.organization_id,
        note=note,
        number=on.number,
        mark=mark,
        words=words,
        name=name[:120],
        content_sha256=on.content_sha256,
        given_at=record.at,
        given_by_id=record.by.user_id,
        created_at=record.at,
    )
    record(f"note.{mark}", subject=note, client=note.client, data={"number": on.number})
    return row


def _allowed(by: Actor, note: Note, act: Act, *, is_supervisor: bool = True) -> list[NoteVersion]:
    versions, marks = parts_of(note)
    doer = doer_of(by, note)
    if not is_supervisor and not doer.is_author:
        raise NotAllowed(_("Only the author of this note may do this."), code="not-author")
    refusal = refusal_of(act, doer, version_values(versions), mark_values(marks))
    if refusal is not None:
        raise NotAllowed(str(REFUSALS[refusal]), code=refusal)
    return versions


def _must_cosign(by: Actor) -> None:
    if not by.may(Permission.NOTE_COSIGN):
        raise NotAllowed(_("Licensed clinicians sign beside a colleague."))


def said(text: str, *, field: str) -> str:
    """Return words or a reason without their ends; none and a book are refused."""
    found = text.strip()
    if len(found) < FEWEST_LETTERS_OF_A_REASON:
        raise InvalidInput(_("Say it in a few words."), field=field)
    if len(found) > LONGEST_TEXT:
        raise InvalidInput(_("This is too long for one field."), field=field)
    return found
