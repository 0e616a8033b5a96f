"""A week as `<c-week-grid>` draws it: each day a list, each item laid on quarter hours by class names.

The strict CSP allows no style attributes, so a place in the grid is a class: `s<row>` where the item starts,
`n<span>` for how many quarters it lasts, `l<lane>` for its column beside others at the same time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from django.utils.functional import Promise

from openiop.web.templatetags.openiop import hour_words, time_range

QUARTER = 15
ROWS, SPANS, LANES = 68, 32, 8
"""What the style sheet has classes for: 17 hours, 8 hours at most for one item, 8 side by side."""


@dataclass(frozen=True, slots=True)
class WeekItem:
    """One session, visit or window of a day, in local wall-clock minutes since midnight.

    `tone` is a class: ok, warn, bad, info, night, off (cancelled), busy (a window, drawn behind), new. `key`
    is the id of what can be moved.
    """

    day: date
    start: int
    end: int
    title: str | Promise
    href: str = ""
    note: str | Promise = ""
    flag: str | Promise = ""
    tone: str = ""
    key: str = ""
    row: int = 0
    span: int = 1
    lane: int = 1
    width: int = 1

    @property
    def time_words(self) -> str:
        """Return the range of time in words."""
        return time_range(_time(self.start), _time(self.end))


@dataclass(frozen=True, slots=True)
class WeekDay:
    """One column: a day, or what a room or a person has on that day (then `title` names it)."""

    date: date
    items: tuple[WeekItem, ...]
    note: str | Promise = ""
    is_today: bool = False
    title: str | Promise = ""
    key: str = ""

    @property
    def lanes(self) -> int:
        """Return how many items stand side by side at most; a fuller day is drawn wider."""
        return max((item.lane + item.width - 1 for item in self.items), default=1)


@dataclass(frozen=True, slots=True)
class Hour:
    """One label of the scale at the side."""

    row: int
    words: str
    minute: int = 0


@dataclass(frozen=True, slots=True)
class Week:
    """What the component draws."""

    days: tuple[WeekDay, ...]
    hours: tuple[Hour, ...]

    @property
    def is_crowded(self) -> bool:
        """Tell whether a day has more side by side than can be read; each day is then drawn as a list."""
        return any(day.lanes > LANES for day in self.days)


def item_between(starts: datetime, ends: datetime, title: str | Promise, **more: Any) -> WeekItem:
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
    shown = [item for item in items if item.day in chosen]
    columns = [
        WeekDay(
            date=day,
            items=tuple(item for item in shown if item.day == day),
            note=(notes or {}).get(day, ""),
            is_today=day == today,
            key=f"{day:%Y%m%d}",
        )
        for day in chosen
    ]
    return lay_columns(columns, hours=hours)


def lay_columns(columns: Iterable[WeekDay], *, hours: tuple[int, int] = (9, 18)) -> Week:
    """Lay each column's items on one scale of hours, which grows beyond `hours` where an item needs it."""
    chosen = list(columns)
    shown = [item for column in chosen for item in column.items if item.tone != "busy"]
    first = min([hours[0], *(item.start // 60 for item in shown)])
    last = max([hours[1], *(-(-item.end // 60) for item in shown)])
    last = min(last, first + ROWS // 4)
    return Week(
        days=tuple(
            replace(
                column,
                items=_laid(
                    sorted(column.items, key=lambda item: (item.start, item.end)), first * 60, last * 60
                ),
            )
            for column in chosen
        ),
        hours=tuple(Hour((hour - first) * 4, hour_words(hour), hour * 60) for hour in range(first, last)),
    )


def _laid(items: list[WeekItem], opens: int, closes: int) -> tuple[WeekItem, ...]:
    """Give each item of a day its row, its span and its lanes; windows lie behind all lanes."""
    inside = [item for item in items if min(item.end, closes) > max(item.start, opens)]
    clusters = _clusters([item for item in inside if item.tone != "busy"])
    columns = max((max(lanes) for _members, lanes in clusters), default=1)
    windows = [replace(item, width=columns) for item in inside if item.tone == "busy"]
    side_by_side = [
        replace(item, lane=lane, width=columns - lane + 1 if lane == max(lanes) else 1)
        for members, lanes in clusters
        for item, lane in zip(members, lanes, strict=True)
    ]
    return tuple(_placed(item, opens, closes) for item in (*windows, *side_by_side))


def _clusters(items: list[WeekItem]) -> list[tuple[list[WeekItem], list[int]]]:
    """Part the items (sorted by start) into groups that overlap; give each the first lane that is free."""
    clusters: list[tuple[list[WeekItem], list[int]]] = []
    busy_until = -1
    free_from: list[int] = []
    for item in items:
        if item.start >= busy_until:
            clusters.append(([], []))
            free_from = []
        lane = next((n for n, end in enumerate(free_from) if end <= item.start), len(free_from))
        free_from[lane : lane + 1] = [item.end]
        busy_until = max(busy_until, item.end)
        clusters[-1][0].append(item)
        clusters[-1][1].append(lane + 1)
    return clusters


def _placed(item: WeekItem, opens: int, closes: int) -> WeekItem:
    """Turn an item's minutes into rows of a quarter hour, cut to the hours shown."""
    start, end = max(item.start, opens), min(item.end, closes)
    span = max(-(-end // QUARTER) - start // QUARTER, 1)
    return replace(item, row=(start - opens) // QUARTER, span=min(span, SPANS))


def _time(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)
