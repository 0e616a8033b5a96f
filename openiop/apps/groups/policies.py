"""When the sheet of a session is open."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from openiop.apps.schedule.lists import attendance_lists
from openiop.apps.schedule.models import Session
from openiop.domain.errors import NotAllowed


def opens_at(session: Session) -> datetime:
    """Return the instant from which attendance may be saved."""
    return session.starts_at - timedelta(minutes=attendance_lists().opens_minutes_before)


def closed_because(session: Session, *, at: datetime) -> NotAllowed | None:
    """Return why attendance cannot be saved now, or None where it can."""
    if session.state == "cancelled":
        return NotAllowed(
            _("This group was cancelled, so there is no attendance to take."), code="session-cancelled"
        )
    if at < opens_at(session):
        return NotAllowed(
            _("This group has not begun. Attendance can be saved from %(minutes)s minutes before its start.")
            % {"minutes": attendance_lists().opens_minutes_before},
            code="session-not-begun",
        )
    return None
