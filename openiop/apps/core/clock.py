"""The only place that asks what time it is; everything below receives `at`. Starts no Django."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return this instant, aware, in UTC."""
    return datetime.now(tz=UTC)


def local(at: datetime, zone: str) -> datetime:
    """Return the instant `at` as wall-clock time in the named zone."""
    return at.astimezone(ZoneInfo(zone))


def today(zone: str) -> date:
    """Return the calendar day it is now in the named zone."""
    return local(now(), zone).date()
