"""What can be found of notes, and making the whole index anew.

Of a note is found: the signed version in force, its addenda, and for the author alone the draft. What was amended is
not found by its former words, what was retracted by none: it may be somebody else's. Notes kept apart are found by
their author and by nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.services.indexing import all_referrals
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.chart.services import Entry, Searchable, clear_index, index_records
from openiop.apps.clients.services.indexing import all_consents
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.files.services.indexing import all_files
from openiop.apps.record.models import Note, NoteMark, NoteVersion
from openiop.apps.record.reading import standing_of_rows, template_of, zone_of
from openiop.apps.record.selectors.notes import read_notes
from openiop.apps.treatment.services.indexing import all_plans
from openiop.domain.notes.standing import Mark, Standing
from openiop.domain.notes.template import Ask

KIND, NEEDS, BATCH = "note", Permission.NOTE_VIEW, 500

Brings = Callable[[], Iterable[Searchable]]


def index_notes(record: Recorder, notes: Iterable[Note]) -> None:
    """Bring the index to what notes say now. Two queries to read them, however many."""
    index_records(record, [searchable_note(one.note, one.versions, one.marks) for one in read_notes(notes)])


def all_notes() -> Iterable[Searchable]:
    """Yield what can be found of every note of the organization, a batch at a time."""
    ids = list(Note.objects.order_by("id").values_list("pk", flat=True))
    for begin in range(0, len(ids), BATCH):
        rows = Note.objects.filter(pk__in=ids[begin : begin + BATCH]).select_related("client__site")
        for one in read_notes(rows):
            yield searchable_note(one.note, one.versions, one.marks)


SOURCES: tuple[Brings, ...] = (all_consents, all_files, all_referrals, all_plans, all_notes)
"""Each area brings all that can be found of its records. Whoever adds records to the charts adds a line here."""


def reindex_charts(*, by: Actor, at: datetime) -> int:
    """Throw the organization's index away, make it anew from the records, and return how many pieces there are."""
    with recording(by=by, at=at) as record:
        clear_index()
        count = index_everything(record)
        record("chart.reindexed", data={"pieces": count})
    return count


def index_everything(record: Recorder) -> int:
    """Index every record of the organization inside an open transaction, and return how many pieces there are."""
    return sum(index_records(record, brings()) for brings in SOURCES)


def searchable_note(note: Note, versions: Iterable[NoteVersion], marks: Iterable[NoteMark]) -> Searchable:
    """Return what can be found of a note as it stands."""
    versions, marks = list(versions), list(marks)
    if standing_of_rows(versions, marks) is Standing.RETRACTED:
        return Searchable(KIND, note.public_id, note.client_id)
    signed = [row for row in versions if row.signed_at is not None]
    entries = [_entry(note, signed[-1])] if signed else []
    if versions[-1].signed_at is None:
        entries.append(_entry(note, versions[-1], is_draft=True))
    entries += [_added(note, mark) for mark in marks if mark.mark == Mark.ADDENDUM]
    return Searchable(KIND, note.public_id, note.client_id, tuple(entries))


def _entry(note: Note, version: NoteVersion, *, is_draft: bool = False) -> Entry:
    template, facts = template_of(note), version.facts
    said = [version.values.get(field.key, "") for field in template.all_fields if field.ask is Ask.TEXT]
    about = [facts.get("group", ""), facts.get("objective_words", "")]
    return Entry(
        words="\n".join(words for words in [*said, *about] if words),
        day=note.day,
        needs=NEEDS,
        part="draft" if is_draft else "",
        title=template.title,
        author_id=note.author_id,
        reader_id=note.author_id if is_draft or note.apart else None,
        part2=note.part2,
    )


def _added(note: Note, mark: NoteMark) -> Entry:
    return Entry(
        words=mark.words,
        day=local(mark.given_at, zone_of(note.client)).date(),
        needs=NEEDS,
        part=f"addendum {mark.public_id}",
        title=template_of(note).title,
        author_id=mark.given_by_id,
        reader_id=note.author_id if note.apart else None,
        part2=note.part2,
    )
