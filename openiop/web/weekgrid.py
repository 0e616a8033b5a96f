"""A week as `<c-week-grid>` draws it: each day a list, each item laid on quarter hours by class names.

The strict CSP allows no style attributes, so a place in the grid is a class: `s<row>` where the item starts,
`n<span>` for how many quarters it lasts, `l<lane>` for its column beside others at the same time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.utils.functional import Promise

from openiop.web.templatetags.openiop import local_time, time_range

QUARTER = 15
ROWS, SPANS, LANES = 72, 32, 8
"""What the style sheet has classes for: 18 hours, 8 hours at most for one item, 8 side by side."""


@dataclass(frozen=True, slots=True)
class WeekItem:
    """One session, visit or window of a day, in local wall-clock minutes since midnight.

    `tone` is a class: ok, warn, bad, info, night, off (cancelled), busy (a window, drawn behind), new.
    """

    day: date
    start: int
    end: int
    title: str | Promise
    href: str = ""
    note: str | Promise = ""
    flag: str | Promise = ""
    tone: str = ""
    row: int = 0
    span: int = 1
    lane: int = 1

    @property
    def time_words(self) -> str:
        """Return the range of time in words."""
        return time_range(_time(self.start), _time(self.end))


@dataclass(frozen=True, slots=True)
class WeekDay:
    """One column."""

    date: date
    items: tuple[WeekItem, ...]
    note: str | Promise = ""
    is_today: bool = False


@dataclass(frozen=True, slots=True)
class Hour:
    """One label of the scale at the side."""

    row: int
    words: str


@dataclass(frozen=True, slots=True)
class Week:
    """What the component draws."""

    days: tuple[WeekDay, ...]
    hours: tuple[Hour, ...]


def item_between(starts: datetime, ends: datetime, title: str | Promise, **more: str) -> WeekItem:
    """Make an item from two local instants of one day (an end past midnight stops at midnight)."""
    last = ends.hour * 60 + ends.minute if ends.date() == starts.date() else 24 * 60
    return WeekItem(starts.date(), starts.hour * 60 + starts.minute, last, title, **more)


def build_week(
    days: Iterable[date],
    items: Iterable[WeekItem],
    *,
    today: date | None = None,
    notes: dict[date, str | Promise] | None = None,
    hours: tuple[int, int] = (9, 18),
) -> Week:
    """Lay the items on the days. The scale grows beyond `hours` (first, last) where an item needs it."""
    chosen = list(days)
    shown = sorted((item for item in items if item.day in chosen), key=lambda item: (item.start, item.end))
    first = min([hours[0], *(item.start // 60 for item in shown if item.tone != "busy")])
    last = max([hours[1], *(-(-item.end // 60) for item in shown if item.tone != "busy")])
    last = min(last, first + ROWS // 4)
    return Week(
        days=tuple(
            WeekDay(
                date=day,
                items=_laid([item for item in shown if item.day == day], first * 60, last * 60),
                note=(notes or {}).get(day, ""),
                is_today=day == today,
            )
            for day in chosen
        ),
        hours=tuple(Hour((hour - first) * 4, local_time(_time(hour * 60))) for hour in range(first, last)),
    )


def _laid(items: list[WeekItem], opens: int, closes: int) -> tuple[WeekItem, ...]:
    """Give each item of a day its row, span and the first lane that is free; windows lie behind all lanes."""
    free_from = [0] * LANES
    laid = []
    for item in items:
        start, end = max(item.start, opens), min(item.end, closes)
        if end <= start:
            continue
        row = (start - opens) // QUARTER
        span = min(max(-(-end // QUARTER) - start // QUARTER, 1), SPANS)
        if item.tone == "busy":
            laid.append(replace(item, row=row, span=span, lane=1))
            continue
        lane = next((n for n in range(LANES) if free_from[n] <= start), LANES - 1)
        free_from[lane] = end
        laid.append(replace(item, row=row, span=span, lane=lane + 1))
    return tuple(laid)


def _time(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)
