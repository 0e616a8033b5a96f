"""The only place that asks what time it is; everything below receives `at`."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> datetime:
    """Return this instant, aware, in UTC."""
    return timezone.now()


def local(at: datetime, zone: str) -> datetime:
    """Return the instant `at` as wall-clock time in the named zone."""
    return at.astimezone(ZoneInfo(zone))


def today(zone: str) -> date:
    """Return the calendar day it is now in the named zone."""
    return local(now(), zone).date()
