"""Somebody came without a seat: a guest of that one date, marked present, all or nothing."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from openiop.apps.admissions.models import Episode
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor
from openiop.apps.groups.models import Attendance
from openiop.apps.groups.policies import closed_because
from openiop.apps.groups.selectors.sheet import roster
from openiop.apps.groups.services.attendance import Entry, record_attendance
from openiop.apps.schedule.models import Session
from openiop.apps.schedule.parts import parts_on
from openiop.apps.schedule.services import seat_walk_in
from openiop.domain.attendance import HERE, Mark, State
from openiop.domain.errors import Conflict
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
