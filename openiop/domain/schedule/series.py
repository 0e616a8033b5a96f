"""Dated sessions from weekly slots, in the site's time zone, across the days when clocks change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from openiop.domain.schedule.problem import Span


@dataclass(frozen=True, slots=True)
class ClosedTime:
    """A part of a day on which a site or a room is closed (minutes after midnight)."""

    day: date
    start: int = 0
    end: int = 1440

    def closes(self, day: date, span: Span) -> bool:
        """Tell whether it takes away any minute of a meeting on that day."""
        return self.day == day and span.start < self.end and self.start < span.end


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One meeting on the calendar: the site's day and the two instants (aware)."""

    day: date
    starts_at: datetime
    ends_at: datetime


def on_the_clock(day: date, minute: int, zone: str) -> datetime:
    """Return the instant of a wall-clock minute at the site (1440 is the next midnight).

    A minute that the spring change skips means the instant an hour later on the clock; of a minute that
    comes twice in autumn, the first is meant.
    """
    days, rest = divmod(minute, 1440)
    local = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), ZoneInfo(zone))
    return local.astimezone(ZoneInfo("UTC"))


def occurrences(
    span: Span, *, first: date, last: date, zone: str, closed: Iterable[ClosedTime] = ()
) -> Iterator[Occurrence]:
    """Yield each meeting of a weekly slot from `first` to `last` (both included), closures left out."""
    shut = tuple(closed)
    day = first + timedelta(days=(span.day - first.weekday()) % 7)
    while day <= last:
        if not any(closure.closes(day, span) for closure in shut):
            yield Occurrence(day, on_the_clock(day, span.start, zone), on_the_clock(day, span.end, zone))
        day += timedelta(days=7)
