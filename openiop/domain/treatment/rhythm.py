"""When the plan is due: the first one, its reviews, and what calls for a review sooner.

The days stand in `catalog/planclocks`, dated, by house and by payer, each with its source; where several
rows hold, the shortest counts. A late plan or review is told, never blocked and never dated back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from openiop.domain.text import Text

HOUSE = "house"
"""The row that always holds."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """One row: days to the first plan and to the first review (from admission), and from review to review.

    A None asks for nothing beyond the house's own days.
    """

    key: str
    title: Text
    plan_within: int | None
    first_review_within: int | None
    then_every: int | None
    cosign_within: int | None
    source: str
    tag: str


@dataclass(frozen=True, slots=True)
class PlanClocks:
    """One version of the file. `missed_days`: so many missed days since the last look call for a review."""

    id: str
    version: int
    effective_from: date
    effective_to: date | None
    missed_days: int
    rows: tuple[Rhythm, ...]

    def holding(self, payer: str = "") -> tuple[Rhythm, ...]:
        """The house's row and that of the payer, where there is one."""
        return tuple(row for row in self.rows if row.key in {HOUSE, payer})

    def shortest(
        self, name: str, payer: str = "", *, program: int | None = None
    ) -> tuple[int, Rhythm | None]:
        """The fewest days that any row asks for, and the row; None where the program itself asks for fewer."""
        asked: list[tuple[int, Rhythm | None]] = [
            (days, row) for row in self.holding(payer) if (days := getattr(row, name)) is not None
        ]
        if program is not None:
            asked.append((program, None))
        return min(asked, key=lambda pair: pair[0])


class Why(StrEnum):
    """What makes a plan or a review due."""

    FIRST_PLAN = "first-plan"
    FIRST_REVIEW = "first-review"
    NEXT_REVIEW = "next-review"
    LEVEL_CHANGED = "level-changed"
    MISSED_DAYS = "missed-days"
    RISK_ALERT = "risk-alert"
    TARGET_DAY = "target-day"


@dataclass(frozen=True, slots=True)
class Due:
    """A plan or a review that is due by a day, and why."""

    why: Why
    on: date
    source: str = ""

    def days_left(self, today: date) -> int:
        """Days until it is due; negative once it is overdue."""
        return (self.on - today).days


@dataclass(frozen=True, slots=True)
class Course:
    """What the record tells of one episode of care.

    signed_on: the day the first plan was signed. reviewed_on: the last review or newer version. level_changed_on:
    the last decision for another level. missed: days on which the client was expected and did not come, since
    the last look. alerts: days of risk alerts since then; until measures are built, there are none.
    """

    admitted_on: date
    signed_on: date | None = None
    reviewed_on: date | None = None
    level_changed_on: date | None = None
    missed: tuple[date, ...] = ()
    alerts: tuple[date, ...] = ()
    targets: tuple[date, ...] = ()
    payer: str = ""


def due_of(
    course: Course, clocks: PlanClocks, *, first_after: int | None = None, then_every: int | None = None
) -> Due:
    """Return what is due first. `first_after` and `then_every` are the program's own days.

    A trigger is due on its day: with the second missed day, the change of level, the alert, the day by which
    an objective was to be reached.
    """
    if course.signed_on is None:
        days, row = clocks.shortest("plan_within", course.payer)
        return Due(Why.FIRST_PLAN, course.admitted_on + timedelta(days=days), row.source if row else "")
    return min((_by_clock(course, clocks, first_after, then_every), *_triggers(course, clocks)), key=_order)


def _by_clock(course: Course, clocks: PlanClocks, first_after: int | None, then_every: int | None) -> Due:
    if course.reviewed_on is None:
        days, row = clocks.shortest("first_review_within", course.payer, program=first_after)
        # A first plan that came late is not overdue for review on the day it is signed.
        start = max(course.admitted_on, (course.signed_on or course.admitted_on) - timedelta(days=days - 1))
        return Due(Why.FIRST_REVIEW, start + timedelta(days=days), row.source if row else "")
    days, row = clocks.shortest("then_every", course.payer, program=then_every)
    return Due(Why.NEXT_REVIEW, course.reviewed_on + timedelta(days=days), row.source if row else "")


def _triggers(course: Course, clocks: PlanClocks) -> Iterable[Due]:
    last_look = course.reviewed_on or course.signed_on or course.admitted_on
    if course.level_changed_on is not None and course.level_changed_on > last_look:
        yield Due(Why.LEVEL_CHANGED, course.level_changed_on)
    missed = sorted(day for day in set(course.missed) if day > last_look)
    if len(missed) >= clocks.missed_days:
        yield Due(Why.MISSED_DAYS, missed[clocks.missed_days - 1])
    yield from (Due(Why.RISK_ALERT, day) for day in course.alerts if day > last_look)
    yield from (Due(Why.TARGET_DAY, day) for day in course.targets if day > last_look)


def _order(due: Due) -> tuple[date, str]:
    return due.on, due.why


def read_clocks(body: Mapping[str, Any]) -> PlanClocks:
    """Build the clocks from a catalogue body that its schema has passed."""
    until = body["effective_to"]
    return PlanClocks(
        id=body["id"],
        version=body["version"],
        effective_from=date.fromisoformat(body["effective_from"]),
        effective_to=date.fromisoformat(until) if until else None,
        missed_days=body["missed_days"],
        rows=tuple(Rhythm(**(dict(row) | {"title": Text.of(row["title"])})) for row in body["rows"]),
    )
