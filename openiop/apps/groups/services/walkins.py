"""Somebody came without a seat: a guest of that one date, marked present; or was put there by mistake."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from openiop.apps.admissions.models import Episode
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor
from openiop.apps.groups.models import Attendance
from openiop.apps.groups.policies import closed_because
from openiop.apps.groups.selectors.sheet import marks_of, roster
from openiop.apps.groups.services.attendance import (
    AttendanceConflict,
    Entry,
    check_why,
    record_attendance,
    write_over,
)
from openiop.apps.schedule.models import Session, SessionGuest
from openiop.apps.schedule.parts import parts_on
from openiop.apps.schedule.services import seat_walk_in
from openiop.apps.schedule.services.guests import WALK_IN
from openiop.domain.attendance import HERE, TAKEN_OFF, Mark, State
from openiop.domain.errors import Conflict, NotAllowed
from openiop.domain.parts import REMOTE, ROOM, part_in


def add_walk_in(*, by: Actor, session: Session, episode: Episode, at: datetime) -> Attendance:
    """Add the client to the sheet as a guest of that date and mark them present.

    Raises Conflict (on the sheet already, full, clash) or NotAllowed (sheet not open, another site, track,
    no-contact, closed group or episode). Then the sheet stays as it was.
    """
    with recording(by=by, at=at):
        refused = closed_because(session, at=at)
        if refused is not None:
            raise refused
        client = episode.client
        marks = Attendance.objects.filter(session=session)
        if client.pk in roster([session])[session.pk] or marks.filter(client=client).exists():
            raise Conflict(
                _("%(who)s is on the sheet already. Mark them there.") % {"who": client.shown_name},
                code="on-the-sheet",
            )
        away = set(marks.exclude(state__in=HERE).values_list("client_id", flat=True))
        parts = parts_on(session)
        in_room = sum(parts.get(pk, ROOM) != REMOTE for pk in away)
        guest = seat_walk_in(
            by=by, session=session, episode=episode, away=len(away), away_in_room=in_room, at=at
        )
        part = part_in(session.modality, guest.modality)
        here = Entry(client.public_id, Mark(State.PRESENT, modality=part))
        record_attendance(by=by, session=session, marks=[here], at=at)
        return marks.get(client=client)


def take_off_walk_in(
    *, by: Actor, session: Session, client_id: str, version: int, why: str, at: datetime
) -> SessionGuest:
    """Take somebody off the sheet who was added to it by mistake; what was marked of them is kept.

    `client_id`: the client's public id; `version`: of the mark that the writer had before their eyes. Raises
    NotAllowed (sheet not open, not on it as a guest of the day), InvalidInput (why), AttendanceConflict.
    """
    why = why.strip()
    with recording(by=by, at=at) as record:
        refused = closed_because(session, at=at)
        if refused is not None:
            raise refused
        guest = walk_in_of(session, client_id)
        check_why(why, needed=True)
        row = marks_of(session).get(guest.client_id)
        if row is not None and row.version != version:
            raise AttendanceConflict({client_id: row})
        words = {"group": session.series.name, "day": session.day.isoformat(), "why": why}
        if row is not None:
            words["former"] = row.state
            gone = {"state": TAKEN_OFF, "arrived_at": None, "left_at": None, "countable_minutes": 0}
            write_over(record, row, gone | {"recorded_at": at, "recorded_by_id": by.user_id}, why=why)
        SessionGuest.objects.filter(pk=guest.pk).update(ended_at=at)
        record("attendance.taken_off", subject=guest, client=guest.client, data=words)
    return guest


def walk_in_of(session: Session, client_id: str) -> SessionGuest:
    """Return the seat of somebody who was added to the sheet; NotAllowed for everybody else."""
    rows = SessionGuest.objects.filter(session=session, reason=WALK_IN, ended_at__isnull=True)
    guest: SessionGuest | None = rows.filter(client__public_id=client_id).select_related("client").first()
    if guest is None:
        raise NotAllowed(
            _(
                "Only who was added to this date alone can be taken off the sheet. Mark everybody else as away."
            ),
            code="no-walk-in",
        )
    return guest
