"""Reading notes: the only ways from an id in an address to a note, and a client's notes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import Http404

from openiop.apps.audit.services import note_read
from openiop.apps.clients.models import Client
from openiop.apps.clients.policies import visible_clients
from openiop.apps.core.actor import Actor
from openiop.apps.record.models import GroupLine, GroupNote, Note, NoteMark, NoteVersion
from openiop.apps.record.reading import doer_of, mark_values, standing_of_rows, template_of, version_values
from openiop.apps.record.words import REFUSALS
from openiop.apps.schedule.models import Appointment
from openiop.domain.notes import Template
from openiop.domain.notes.clocks import is_late
from openiop.domain.notes.standing import Act, Standing, refusal_of

_WITH = (
    "client__site", "client__organization", "organization", "author", "episode__site", "session__site",
    "session__series", "appointment__site", "group",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """A note with all that was ever written in it."""

    note: Note
    template: Template
    versions: tuple[NoteVersion, ...]
    marks: tuple[NoteMark, ...]

    @property
    def standing(self) -> Standing:
        """How it stands."""
        return standing_of_rows(self.versions, self.marks)

    @property
    def in_force(self) -> NoteVersion | None:
        """The newest signed version."""
        return next((row for row in reversed(self.versions) if row.signed_at is not None), None)

    @property
    def draft(self) -> NoteVersion | None:
        """The version that is being written."""
        return self.versions[-1] if self.versions[-1].signed_at is None else None

    @property
    def shown(self) -> NoteVersion:
        """What a reader sees first: what is signed, else what is written so far."""
        return self.in_force or self.versions[-1]

    def late(self, at: datetime) -> bool:
        """Tell whether it was signed late, or is late and not signed yet."""
        first = self.versions[0]
        return first.is_late if first.signed_at is not None else is_late(self.note.due_at, at)


def readable(by: Actor) -> Q:
    """Return the condition that leaves out notes kept apart, but for their author."""
    return readable_through(by, "")


def readable_through(by: Actor, path: str) -> Q:
    """Return the same condition for rows that reach the note by `path`."""
    return Q(**{f"{path}apart": ""}) | Q(**{f"{path}author_id": by.user_id})


def access_note(by: Actor, public_id: str, *, permission: str, is_own: bool = False) -> Note:
    """Return a note of a client whom the actor may see, or 404; opening it is noted.

    `is_own`: only the author's own, for what only an author does.
    """
    if not by.may(permission):
        raise Http404
    rows = Note.objects.filter(readable(by), public_id=public_id, client__in=visible_clients(by))
    if is_own:
        rows = rows.filter(author_id=by.user_id)
    row: Note | None = rows.select_related(*_WITH).first()
    if row is None:
        raise Http404
    note_read(by=by, action="note.read", subject=row, client=row.client)
    return row


def access_group_note(by: Actor, public_id: str, *, permission: str, is_own: bool = False) -> GroupNote:
    """Return the note of a session at the actor's sites, or 404; opening it is noted."""
    if not by.may(permission):
        raise Http404
    rows = GroupNote.objects.select_related(
        "session__site", "session__series", "session__slot", "session__lead", "session__co_lead", "author"
    ).filter(public_id=public_id)
    if by.site_ids is not None:
        rows = rows.filter(session__site_id__in=by.site_ids)
    if is_own:
        rows = rows.filter(author_id=by.user_id)
    row: GroupNote | None = rows.first()
    if row is None:
        raise Http404
    note_read(by=by, action="group_note.read", subject=row)
    return row


def read_notes(notes: Iterable[Note]) -> list[Read]:
    """Return notes with their versions and marks. Two queries, however many."""
    rows = list(notes)
    versions: dict[int, list[NoteVersion]] = {row.pk: [] for row in rows}
    marks: dict[int, list[NoteMark]] = {row.pk: [] for row in rows}
    of = {"note__in": [row.pk for row in rows]}
    for version in NoteVersion.objects.filter(**of).order_by("number"):
        versions[version.note_id].append(version)
    for mark in NoteMark.objects.filter(**of).order_by("given_at", "id"):
        marks[mark.note_id].append(mark)
    return [Read(row, template_of(row), tuple(versions[row.pk]), tuple(marks[row.pk])) for row in rows]


def read_note(note: Note) -> Read:
    """Return one note with all that was ever written in it."""
    return read_notes([note])[0]


def cosign_refusal(by: Actor, read: Read) -> str:
    """Return in words why the actor cannot sign beside the author, or nothing: pages say it before the form."""
    values = version_values(read.versions), mark_values(read.marks)
    refusal = refusal_of(Act.COSIGN, doer_of(by, read.note), *values)
    return str(REFUSALS[refusal]) if refusal is not None else ""


def notes_of(by: Actor, client: Client, *, limit: int | None = None) -> list[Read]:
    """Return a client's notes that the actor may read, the latest first."""
    rows = Note.objects.filter(readable(by), client=client).select_related(*_WITH)
    return read_notes(rows.order_by("-day", "-id")[:limit])


def appointments_without_note(by: Actor, client: Client, *, at: datetime) -> list[Appointment]:
    """Return the client's last appointments with the actor about which nothing is written yet."""
    rows: Any = Appointment.objects.filter(client=client, staff_id=by.user_id, starts_at__lte=at)
    rows = rows.exclude(state__in=("cancelled", "no_show")).filter(notes__isnull=True)
    return list(rows.select_related("site").order_by("-starts_at")[:5])


def charts_of(by: Actor, group: GroupNote) -> list[Read]:
    """Return the charts that a group note wrote, of clients whom the actor may see, by name."""
    rows = Note.objects.filter(readable(by), group=group, client__in=visible_clients(by))
    return read_notes(rows.select_related(*_WITH).order_by("client__search_key", "id"))


def lines_of(group: GroupNote) -> dict[int, dict[str, str]]:
    """Return what is written of each person so far, by client."""
    return dict(GroupLine.objects.filter(group=group).values_list("client_id", "values"))
