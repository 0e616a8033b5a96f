"""Minutes that count, for a session's row. The rule is `openiop.domain.groups`."""

from __future__ import annotations

from datetime import datetime, timedelta

from openiop.apps.schedule.models import Session


def countable_minutes_of(session: Session, arrived: datetime, left: datetime) -> int:
    """Return the treatment minutes of someone who was there from `arrived` to `left`."""
    if not session.series.countable:
        return 0
    there = min(left, session.ends_at) - max(arrived, session.starts_at)
    return max(0, int(there / timedelta(minutes=1)) - session.slot.break_minutes)
