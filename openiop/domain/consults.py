"""A first talk with the intake staff: which times are free, and how long one is held.

How long a talk lasts and how far ahead it is offered are house policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTES = 30
STEP = 30
HELD = timedelta(minutes=15)
"""How long a chosen time waits for a name and a number."""
SOONEST = timedelta(hours=2)
"""The least time before a talk, so that somebody sees it."""
DAYS_AHEAD = 10
A_DAY = 6
"""How many times of a day are offered: more would be a wall of buttons."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A member of the intake staff and what fills their day already: (start, end)."""

    key: int
    busy: tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A day's hours in minutes after midnight, and who works on it."""

    day: date
    hours: tuple[tuple[int, int], ...]
    staff: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A time at which somebody is free; the one with the least on that day."""

    starts_at: datetime
    holder: int


def offers(days: Iterable[OpenDay], *, zone: str, not_before: datetime) -> Iterator[Offer]:
    """Every free time, each once, in order. A talk lies within opening hours and meets nothing else."""
    for one in days:
        staff = sorted(one.staff, key=lambda holder: (len(holder.busy), holder.key))
        for start in _starts(one, zone):
            end = start + timedelta(minutes=MINUTES)
            free = next((holder for holder in staff if _is_free(holder.busy, start, end)), None)
            if start >= not_before and free is not None:
                yield Offer(start, free.key)


def spread(found: Sequence[Offer], most: int = A_DAY) -> list[Offer]:
    """At most so many of a day's offers, spread over it from the first to the last."""
    if len(found) <= most:
        return list(found)
    return [found[at * (len(found) - 1) // (most - 1)] for at in range(most)]


def _starts(one: OpenDay, zone: str) -> Iterator[datetime]:
    for opens, closes in one.hours:
        for minute in range(-(-opens // STEP) * STEP, closes - MINUTES + 1, STEP):
            yield datetime.combine(one.day, time(minute // 60, minute % 60), ZoneInfo(zone))


def _is_free(busy: Sequence[tuple[datetime, datetime]], start: datetime, end: datetime) -> bool:
    return all(end <= begins or ends <= start for begins, ends in busy)
