"""A session's row as the dose rules see it."""

from __future__ import annotations

from datetime import datetime

from openiop.apps.schedule.models import Session
from openiop.domain import dosage


def dosed(session: Session) -> dosage.Session:
    """Return the session with its break. Nobody writes down when the break was."""
    pause = session.slot.break_minutes
    pieces = (dosage.Piece(dosage.PieceKind.BREAK, pause),) if pause else ()
    return dosage.Session(str(session.pk), session.starts_at, session.ends_at, pieces)


def countable_minutes_of(session: Session, arrived: datetime, left: datetime) -> int:
    """Return the treatment minutes of someone who was there from `arrived` to `left`."""
    return dosage.countable_minutes(dosed(session), arrived, left) if session.series.countable else 0
