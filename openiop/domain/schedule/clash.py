"""Two things at once: the same client, the same member of staff or the same room. The clash is named.

A weekly meeting is compared with weekly meetings, a dated one with what stands on its day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from openiop.domain.schedule.problem import Span


class Whose(StrEnum):
    """Whose time is taken twice."""

    CLIENT = "client"
    STAFF = "staff"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Holder:
    """Someone or something that can be in one place only. `name` is what people call it."""

    whose: Whose
    key: int
    name: str


@dataclass(frozen=True, slots=True)
class Weekly:
    """A weekly meeting and who and what it needs; it stands from `starts_on` to `ends_on` (None: open)."""

    title: str
    span: Span
    holders: frozenset[Holder]
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Dated:
    """A session or appointment on the clock, and who and what it needs."""

    title: str
    starts_at: datetime
    ends_at: datetime
    holders: frozenset[Holder]


@dataclass(frozen=True, slots=True)
class Clash:
    """What stands in the way, and whose time it takes."""

    holder: Holder
    title: str
    weekly: Weekly | None = None
    dated: Dated | None = None


def weekly_clash(wanted: Weekly, others: Iterable[Weekly]) -> Clash | None:
    """Return the first weekly meeting that takes the same people or room at the same time, or None."""
    for other in others:
        shared = wanted.holders & other.holders
        if shared and wanted.span.overlaps(other.span) and _stand_together(wanted, other):
            return Clash(
                min(shared, key=lambda holder: (holder.whose, holder.key)), other.title, weekly=other
            )
    return None


def dated_clash(wanted: Dated, others: Iterable[Dated]) -> Clash | None:
    """Return the first dated thing that takes the same people or room at the same time, or None."""
    for other in others:
        shared = wanted.holders & other.holders
        if shared and wanted.starts_at < other.ends_at and other.starts_at < wanted.ends_at:
            return Clash(min(shared, key=lambda holder: (holder.whose, holder.key)), other.title, dated=other)
    return None


def outside_hours(span: Span, hours: Iterable[Span]) -> bool:
    """Tell whether a weekly meeting lies outside working or opening hours."""
    return not any(span.inside(window) for window in hours)


def _stand_together(one: Weekly, other: Weekly) -> bool:
    return (one.ends_on is None or other.starts_on <= one.ends_on) and (
        other.ends_on is None or one.starts_on <= other.ends_on
    )
