"""When the attendance is corrected after the charts were signed: each chart follows, and loses nothing.

A version is signed by a person who read it. So a chart whose minutes changed gets its next version ready, with the
same words, the new facts and the reason; its author signs it, and until then the page says what changed. Whoever
was not there after all has the note retracted; whoever was there after all has one prepared.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from openiop.apps.admissions.models import Episode
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.core.actor import Actor
from openiop.apps.groups.models import Attendance
from openiop.apps.groups.selectors.sheet import marks_of
from openiop.apps.groups.services.attendance import Entry, Saved, record_attendance
from openiop.apps.groups.services.walkins import add_walk_in, take_off_walk_in
from openiop.apps.record.models import GroupNote, Note, NoteVersion
from openiop.apps.record.reading import (
    amendments_of,
    content_of,
    parts_of,
    roster_facts,
    standing_of_rows,
)
from openiop.apps.record.services.correcting import begin_version, put_mark
from openiop.apps.record.services.groups import new_chart
from openiop.apps.record.services.indexing import index_notes
from openiop.apps.schedule.models import Session, SessionGuest
from openiop.domain.attendance import HERE
from openiop.domain.errors import NotAllowed
from openiop.domain.notes.facts import changed
from openiop.domain.notes.standing import Mark, Standing


def record_sheet(
    *, by: Actor, session: Session, marks: Sequence[Entry], at: datetime, why: str = ""
) -> Saved:
    """Save the attendance, and let the charts of a signed group follow in the same transaction."""
    with transaction.atomic():
        saved = record_attendance(by=by, session=session, marks=marks, at=at, why=why)
        if saved.new or saved.corrected:
            follow_roster(by=by, session=session, why=why, at=at)
    return saved


def seat_and_follow(*, by: Actor, session: Session, episode: Episode, at: datetime) -> Attendance:
    """Add somebody who came without a seat; where the group's charts are signed, prepare theirs."""
    with transaction.atomic():
        mark = add_walk_in(by=by, session=session, episode=episode, at=at)
        follow_roster(by=by, session=session, why="", at=at)
    return mark


def take_off_and_follow(
    *, by: Actor, session: Session, client_id: str, version: int, why: str, at: datetime
) -> SessionGuest:
    """Take a guest off the sheet who was added by mistake, and retract a chart that was only prepared for them.

    NotAllowed where a note of theirs about this session is signed or is written by hand: first it is dealt with.
    """
    with recording(by=by, at=at) as record:
        notes = Note.objects.filter(session=session, client__public_id=client_id)
        for note in notes.select_related("client", "session"):
            versions, marks = parts_of(note)
            if standing_of_rows(versions, marks) is Standing.RETRACTED:
                continue
            _refuse_written(note, versions)
            words = _("Taken off the sheet: %(why)s") % {"why": why.strip()}
            put_mark(record, note, versions, Mark.RETRACTED, words=words[:300], name=by.name)
        return take_off_walk_in(by=by, session=session, client_id=client_id, version=version, why=why, at=at)


def _refuse_written(note: Note, versions: Sequence[NoteVersion]) -> None:
    """Refuse where the note says of the person that they were there."""
    who = {"who": note.client.shown_name}
    if note.group_id is None:
        words = _("There is a note about %(who)s of this session. Retract it first, then take them off.")
        raise NotAllowed(words % who, code="note-stands")
    if any(row.signed_at is not None for row in versions):
        words = _(
            "The chart of %(who)s for this group is signed. Mark them as a no-show first, with the reason: that retracts the chart. Then take them off."
        )
        raise NotAllowed(words % who, code="chart-signed")


def follow_roster(*, by: Actor, session: Session, why: str, at: datetime) -> int:
    """Bring the charts of a signed group to what the roster says now, and return how many were touched."""
    with recording(by=by, at=at) as record:
        group: GroupNote | None = (
            GroupNote.objects.filter(session=session, signed_at__isnull=False)
            .select_related(
                "session__site", "session__series", "session__slot", "session__lead", "session__co_lead"
            )
            .first()
        )
        if group is None:
            return 0
        reason = why.strip() or _("Attendance completed")
        charts = _standing_charts(group)
        touched = 0
        for mark in marks_of(group.session).values():
            touched += _follow(record, group, mark, charts.get(mark.client_id), reason)
        if touched:
            index_notes(record, Note.objects.filter(group=group).select_related("client__site"))
    return touched


def _follow(record: Recorder, group: GroupNote, mark: Attendance, note: Note | None, reason: str) -> bool:
    if mark.state not in HERE:
        if note is None:
            return False
        versions, _marks = parts_of(note)
        words = _("Attendance corrected, was not there: %(why)s") % {"why": reason}
        put_mark(record, note, versions, Mark.RETRACTED, words=words, name=record.by.name)
        return True
    if note is None:
        _prepare(record, group, mark)
        return True
    return _reissue(record, group, note, roster_facts(group.session, mark), reason)


def _reissue(record: Recorder, group: GroupNote, note: Note, facts: dict[str, Any], reason: str) -> bool:
    versions, _marks = parts_of(note)
    newest = versions[-1]
    if not changed(newest.facts, facts):
        return False
    words = _("Attendance corrected: %(why)s") % {"why": reason}
    if newest.signed_at is not None:
        newest = begin_version(record, note, newest, reason=words)
    newest.facts = newest.facts | facts
    newest.updated_at = record.at
    newest.version += 1
    newest.save()
    data = {"number": newest.number, "minutes": facts["minutes"]}
    record("note.reissued", subject=note, client=note.client, data=data)
    return True


def _prepare(record: Recorder, group: GroupNote, mark: Attendance) -> None:
    """Begin the chart of somebody who was there after all, with the group's part."""
    content = content_of(group, amendments_of(group))
    chart = new_chart(group, content, mark, {}, record.at)
    chart.note.save()
    chart.draft.note = chart.note
    chart.draft.save()
    record("note.started", subject=chart.note, client=mark.client, data={"kind": group.template_id})


def _standing_charts(group: GroupNote) -> dict[int, Note]:
    """Return the group's charts that are not retracted, by client."""
    found: dict[int, Note] = {}
    for note in Note.objects.filter(group=group).select_related("client__site", "session"):
        if standing_of_rows(*parts_of(note)) is not Standing.RETRACTED:
            found[note.client_id] = note
    return found
