"""When no week is legal: the nearest weeks, and exactly what forbids each.

Each family of rules is given up alone, so an answer says "if only this gave way": an hour more on
Monday, one seat in a full group, one day fewer. When no single family is enough all are given up
together. Track, site, closed cohorts and people to be kept apart never give way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from openiop.domain.schedule.chains import MEETING_RULES, pools
from openiop.domain.schedule.combine import WEEK_RULES, Effort, Week, limits_of, search
from openiop.domain.schedule.problem import Question
from openiop.domain.schedule.rules import broken_by_meeting, merged, seats_of
from openiop.domain.schedule.words import Reason, Rule, reason

FAMILIES: tuple[frozenset[Rule], ...] = (
    frozenset({Rule.WINDOW}),
    frozenset({Rule.BUSY}),
    frozenset({Rule.SEAT}),
    frozenset({Rule.MODE}),
    frozenset({Rule.DAYS}),
    frozenset({Rule.DAY_LENGTH}),
    frozenset({Rule.DOSE_FLOOR, Rule.DOSE_CEILING}),
    frozenset({Rule.MIX}),
)
TOGETHER = (MEETING_RULES | WEEK_RULES) - {Rule.DOSE_CEILING}


@dataclass(frozen=True, slots=True)
class Miss:
    """A week that is almost legal. `meetings` is empty when nothing at all is offered."""

    meetings: tuple[str, ...]
    minutes: int
    days: tuple[int, ...]
    forbidden_by: tuple[Reason, ...]


def nearest_misses(question: Question, *, limit: int = 5, steps: int) -> tuple[Miss, ...]:
    """The nearest week for each rule that could give way, the fewest broken rules first."""
    found = [week for family in FAMILIES if (week := _nearest(question, family, steps)) is not None]
    if not found:
        together = _nearest(question, TOGETHER, steps)
        if together is None:
            return (Miss((), 0, (), nothing_offered(question)),)
        found = [together]
    by_meetings: dict[tuple[str, ...], Week] = {}
    for week in sorted(found, key=lambda w: w.cost):
        by_meetings.setdefault(_meetings(week), week)
    return tuple(_miss(week) for week in list(by_meetings.values())[:limit])


def mended_weeks(question: Question, *, steps: int) -> tuple[Miss, ...]:
    """Where the best week gives less than ordered: the nearest that gives all of it, if one rule gave way."""
    client = question.client
    whole = replace(question, client=replace(client, dose=replace(client.dose, floor=client.dose.ordered)))
    found = [week for family in FAMILIES if (week := _nearest(whole, family, steps)) is not None]
    return tuple(
        _miss(week)
        for week in sorted(found, key=lambda w: w.cost)
        if week.broken and sum(plan.minutes for plan in week.plans) >= client.dose.ordered
    )


def _nearest(question: Question, given_up: frozenset[Rule], steps: int) -> Week | None:
    limits, effort = limits_of(question, given_up), Effort(steps)
    weeks = [w for pool in pools(question, given_up) for w in search(pool, limits, effort, limit=1)]
    return min(weeks, key=lambda w: (w.cost, _meetings(w)), default=None)


def _meetings(week: Week) -> tuple[str, ...]:
    return tuple(sorted(meeting for plan in week.plans for _, _, meeting in plan.seats))


def _miss(week: Week) -> Miss:
    return Miss(
        meetings=_meetings(week),
        minutes=sum(plan.minutes for plan in week.plans),
        days=tuple(plan.day for plan in week.plans),
        forbidden_by=week.broken,
    )


def nothing_offered(question: Question) -> tuple[Reason, ...]:
    """Why not one week can be made even with all wishes given up: how many meetings each rule closes."""
    closed: dict[str, int] = {}
    windows = merged(question.client.windows)
    for seat in seats_of(question.running).values():
        for broken in broken_by_meeting(question, seat, windows):
            closed[broken.code] = closed.get(broken.code, 0) + 1
    counts = sorted(closed.items(), key=lambda pair: (-pair[1], pair[0]))
    if not counts:
        return (reason("nothing-runs"),)
    return tuple(reason("closes", rule=code, meetings=count) for code, count in counts)
