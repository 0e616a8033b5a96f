"""Opening time: how much of it lies between two instants, and when so much of it has passed.

Local wall-clock hours in one time zone, with days that are closed. Instants are aware datetimes; every
result is in UTC. A day with a change of the clocks counts the minutes that really pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_FARTHEST = 3 * 366
_MINUTES_OF_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """Opening hours of one place.

    weekly: (weekday with 0 for Monday, first minute, last minute excluded) after midnight; no row means
    open at all times. closed: whole days without opening.
    """

    zone: str
    weekly: tuple[tuple[int, int, int], ...] = ()
    closed: frozenset[date] = frozenset()

    @classmethod
    def of(cls, zone: str, weekly: Iterable[Iterable[int]], closed: Iterable[date] = ()) -> BusinessHours:
        """Build from rows as they are stored."""
        rows = sorted((int(day), int(start), int(end)) for day, start, end in weekly)
        return cls(zone=zone, weekly=tuple(row for row in rows if row[1] < row[2]), closed=frozenset(closed))

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Whole minutes of opening time from `start` to `end`; 0 where `end` is not after `start`."""
        total = timedelta()
        for opening, closing in self._openings(start):
            if opening >= end:
                break
            total += min(closing, end) - max(opening, start)
        return int(total.total_seconds() // 60)

    def add_minutes(self, start: datetime, minutes: int) -> datetime:
        """The instant at which so many minutes of opening time have passed since `start`."""
        left = timedelta(minutes=minutes)
        last = start
        for opening, closing in self._openings(start):
            begin = max(opening, start)
            if closing - begin >= left:
                return (begin + left).astimezone(UTC)
            left -= closing - begin
            last = closing
        return last.astimezone(UTC)

    def add_days(self, start: datetime, days: int) -> datetime:
        """The same time of day so many open days later, within that day's hours.

        What arrives outside opening hours counts as arrived at the next opening.
        """
        zone = ZoneInfo(self.zone)
        first = next((max(opening, start) for opening, _ in self._openings(start)), start)
        clock, day, left = first.astimezone(zone).time(), first.astimezone(zone).date(), days
        for _ in range(_FARTHEST):
            if left == 0:
                break
            day += _DAY
            left -= bool(self._hours(day))
        hours = self._hours(day)
        due = datetime.combine(day, clock, zone).astimezone(UTC)
        if not hours:
            return due
        return min(max(due, hours[0][0]), hours[-1][1])

    def _openings(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Each stretch of opening time that ends after `start`, in order."""
        day = start.astimezone(ZoneInfo(self.zone)).date()
        for _ in range(_FARTHEST):
            for opening, closing in self._hours(day):
                if closing > start:
                    yield opening, closing
            day += _DAY

    def _hours(self, day: date) -> list[tuple[datetime, datetime]]:
        if day in self.closed:
            return []
        if not self.weekly:
            return [(self._instant(day, 0), self._instant(day, _MINUTES_OF_DAY))]
        rows = [(start, end) for weekday, start, end in self.weekly if weekday == day.weekday()]
        return [(self._instant(day, start), self._instant(day, end)) for start, end in rows]

    def _instant(self, day: date, minute: int) -> datetime:
        later, rest = divmod(minute, _MINUTES_OF_DAY)
        wall = time(rest // 60, rest % 60)
        return datetime.combine(day + later * _DAY, wall, ZoneInfo(self.zone)).astimezone(UTC)
