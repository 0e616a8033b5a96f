"""Holidays, and business days between and after days. The rules stand in the catalogue (`holidays`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

SATURDAY, SUNDAY = 5, 6
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Holiday:
    """One holiday of each year: `day` of a month, or else the `nth` `weekday` of it (-1: the last)."""

    month: int
    day: int | None = None
    weekday: int = 0
    nth: int = 1

    def kept_in(self, year: int) -> date:
        """The day on which it is kept: from a Saturday it moves to Friday, from a Sunday to Monday."""
        if self.day is not None:
            own = date(year, self.month, self.day)
            return own + _DAY * {SATURDAY: -1, SUNDAY: 1}.get(own.weekday(), 0)
        first = date(year, self.month, 1)
        first += _DAY * ((self.weekday - first.weekday()) % 7)
        if self.nth > 0:
            return first + _WEEK * (self.nth - 1)
        return max(day for ahead in range(5) if (day := first + _WEEK * ahead).month == self.month)


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """Monday to Friday without the holidays."""

    holidays: tuple[Holiday, ...]

    def is_one(self, day: date) -> bool:
        """Tell whether the day is a business day. New Year's Day may be kept in the year before."""
        if day.weekday() >= SATURDAY:
            return False
        return not any(one.kept_in(year) == day for one in self.holidays for year in (day.year, day.year + 1))

    def after(self, start: date, days: int) -> date:
        """The day so many business days later."""
        day = start
        while days:
            day += _DAY
            days -= self.is_one(day)
        return day

    def between(self, start: date, end: date) -> int:
        """How many business days lie after `start`, up to and with `end`."""
        return sum(self.is_one(start + _DAY * ahead) for ahead in range(1, (end - start).days + 1))


def read_holidays(body: Mapping[str, Any]) -> BusinessDays:
    """The business days of a catalogue file that its schema has passed."""
    names = ("month", "day", "weekday", "nth")
    return BusinessDays(
        tuple(Holiday(**{key: row[key] for key in names if key in row}) for row in body["days"])
    )
