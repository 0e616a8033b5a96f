"""What waits for somebody's pen: unsigned notes, groups without a note, second signatures, calls to those who missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from openiop.apps.accounts.permissions import Permission
from openiop.apps.clients.policies import visible_clients
from openiop.apps.core.actor import Actor
from openiop.apps.groups.models import Attendance
from openiop.apps.record.models import GroupNote, Note, NoteMark, NoteVersion
from openiop.apps.record.selectors.notes import Read, read_notes, readable
from openiop.apps.schedule.models import Session
from openiop.apps.treatment.reading import signer_of
from openiop.domain.attendance import State
from openiop.domain.notes.standing import Mark, Standing

BACK = timedelta(days=14)
"""Sessions and absences that are older are history, not work."""
MOST = 200


@dataclass(frozen=True, slots=True)
class Work:
    """What one person has to write and sign, the most pressing first.

    `cosign` is what waits for a supervisor; only one whose profile says they are licensed can sign it.
    """

    unsigned: tuple[Read, ...]
    groups: tuple[GroupNote, ...]
    sessions: tuple[Session, ...]
    cosign: tuple[Read, ...]
    is_licensed: bool
    calls: tuple[Attendance, ...]

    @property
    def count(self) -> int:
        """How many signatures of their own are missing."""
        return len(self.unsigned) + len(self.groups) + len(self.sessions)


def work_of(by: Actor, *, at: datetime) -> Work:
    """Return everything that waits for the actor. Eight queries, however much there is."""
    groups = GroupNote.objects.filter(author_id=by.user_id, signed_at__isnull=True)
    return Work(
        unsigned=tuple(_unsigned(by)),
        groups=tuple(groups.select_related("session__series", "session__site").order_by("due_at")),
        sessions=tuple(_without_note(by, at)),
        cosign=tuple(_to_cosign(by)) if by.may(Permission.NOTE_COSIGN) else (),
        is_licensed=signer_of(by).is_licensed,
        calls=tuple(_calls(by, at)),
    )


def _standing_notes(by: Actor) -> Any:
    gone = NoteMark.objects.filter(note=OuterRef("pk"), mark=Mark.RETRACTED)
    rows = Note.objects.filter(readable(by), client__in=visible_clients(by)).exclude(Exists(gone))
    return rows.select_related("client__site", "author", "session__series", "session__site")


def _unsigned(by: Actor) -> list[Read]:
    """Own drafts, and own notes that a supervisor sent back."""
    draft = NoteVersion.objects.filter(note=OuterRef("pk"), signed_at__isnull=True)
    back = NoteMark.objects.filter(note=OuterRef("pk"), mark=Mark.SENT_BACK)
    rows = _standing_notes(by).filter(author_id=by.user_id)
    found = read_notes(rows.filter(Q(Exists(draft)) | Q(Exists(back))).order_by("due_at")[:MOST])
    return [one for one in found if one.draft is not None or one.standing is Standing.SENT_BACK]


def _to_cosign(by: Actor) -> list[Read]:
    asked = NoteVersion.objects.filter(note=OuterRef("pk"), needs_cosign=True)
    done = NoteMark.objects.filter(
        note=OuterRef("note"), number=OuterRef("number"), mark__in=(Mark.COSIGNED, Mark.SENT_BACK)
    )
    rows = _standing_notes(by).filter(apart="")
    rows = rows.filter(Exists(asked.exclude(Exists(done)))).exclude(author_id=by.user_id)
    found = read_notes(rows.order_by("due_at")[:MOST])
    return [one for one in found if one.standing is Standing.AWAITS_COSIGN]


def _without_note(by: Actor, at: datetime) -> list[Session]:
    """Own sessions with attendance and without a note."""
    own = Q(lead_id=by.user_id) | Q(co_lead_id=by.user_id)
    rows = Session.objects.filter(
        own, attendance_at__isnull=False, group_note__isnull=True, starts_at__gte=at - BACK, starts_at__lte=at
    )
    return list(rows.exclude(state="cancelled").select_related("series", "site").order_by("starts_at"))


def _calls(by: Actor, at: datetime) -> list[Attendance]:
    """People who did not come to an own session whose charts are signed, and whom nobody wrote about since."""
    since = Note.objects.filter(
        client=OuterRef("client"), template_id__in=("phone", "case-management"), day__gte=OuterRef("day")
    )
    rows = Attendance.objects.filter(
        state=State.NO_SHOW,
        session__group_note__author_id=by.user_id,
        session__group_note__signed_at__gte=at - BACK,
        client__in=visible_clients(by),
    ).exclude(Exists(since))
    return list(rows.select_related("client", "session__series").order_by("day", "client__search_key")[:MOST])
