"""The best weeks for one client in the free seats of the groups that run; nothing else moves.

The search is exact: the cheapest of all legal weeks is always among the answers, and each answer is the
cheapest of its kind (its days, its parts of the day, its modes). Cost follows the order of goals:
dose below the order, then one-to-one sessions that find no time, then meetings lost that the client
had, then more days than ordered, then times of day the client dislikes, then groups that may not run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from openiop.domain.schedule.chains import DayPlan, Pool, at_risk, pools
from openiop.domain.schedule.combine import Effort, Limits, Week, extra_days, limits_of, search, steps_below
from openiop.domain.schedule.misses import Miss, nearest_misses
from openiop.domain.schedule.one_to_one import Openings, fit_one_to_one, missed_cost
from openiop.domain.schedule.problem import Client, Daypart, Mode, PlacedOne, Question, daypart
from openiop.domain.schedule.rules import Seat, counted, mix_counts
from openiop.domain.schedule.words import Reason, reason

STEPS = 200_000


@dataclass(frozen=True, slots=True, order=True)
class Cost:
    """What a week costs, compared from the first level to the last."""

    underdose: int
    missed_one_to_one: int
    meetings_lost: int
    extra_days: int
    dislike: int
    groups_at_risk: int


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """What makes two weeks different in the client's life."""

    dayparts: tuple[Daypart, ...]
    modes: tuple[Mode, ...]
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """One legal week, why it is good and what it does not give."""

    meetings: tuple[str, ...]
    kind: Kind
    minutes: int
    cost: Cost
    meets: tuple[Reason, ...]
    breaks: tuple[Reason, ...]
    one: tuple[PlacedOne, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The weeks, best first; when there is none, the nearest misses with what forbids each.

    `complete` is False when the search was cut short: better weeks may then exist.
    """

    placements: tuple[Placement, ...]
    misses: tuple[Miss, ...] = ()
    complete: bool = True


def find_weeks(
    question: Question, *, limit: int = 5, openings: Openings | None = None, steps: int = STEPS
) -> Answer:
    """The `limit` best weeks that differ in kind, or the nearest misses when no week is legal.

    `openings` are the free times of staff for the one-to-one sessions due; without them these
    sessions are not looked at. `steps` bounds the search; usual sites need a few thousand.
    """
    limits, effort = limits_of(question, frozenset()), Effort(steps)
    weeks = [week for pool in pools(question) for week in _weeks_of(pool, limits, effort, limit)]
    if not weeks:
        return Answer((), nearest_misses(question, limit=limit, steps=steps), complete=not effort.spent)
    chosen = [_placement(question, week, openings) for week in _different(weeks, limit)]
    placements = tuple(sorted(chosen, key=lambda p: (p.cost, p.kind, p.meetings)))
    return Answer(placements, complete=not effort.spent)


def _weeks_of(pool: Pool, limits: Limits, effort: Effort, limit: int) -> list[Week]:
    """The cheapest weeks on different days: over all, and for each part of the day and mode alone."""
    shapes = sorted({plan.shape for plans in pool.days for plan in plans})
    found = search(pool, limits, effort, limit=limit)
    if len(shapes) > 1:
        for shape in shapes:
            days = tuple(tuple(p for p in plans if p.shape == shape) for plans in pool.days)
            found += search(replace(pool, days=days), limits, effort, limit=limit)
    return found


def _different(weeks: Iterable[Week], limit: int) -> list[Week]:
    """The cheapest of each part of the day and mode first, then the cheapest on other days."""
    cheapest: dict[Kind, Week] = {}
    for week in sorted(weeks, key=lambda w: (w.cost, _meetings(w.plans))):
        cheapest.setdefault(_kind(week.plans), week)
    character: dict[object, Week] = {}
    for kind, week in cheapest.items():
        character.setdefault((kind.dayparts, kind.modes), week)
    first = list(character.values())[:limit]
    rest = [week for week in cheapest.values() if week not in first]
    return [*first, *rest[: limit - len(first)]]


def _kind(plans: Sequence[DayPlan]) -> Kind:
    return Kind(
        dayparts=tuple(sorted({p.shape[0] for p in plans})),
        modes=tuple(sorted({p.shape[1] for p in plans})),
        days=tuple(p.day for p in plans),
    )


def _meetings(plans: Iterable[DayPlan]) -> tuple[str, ...]:
    return tuple(sorted(meeting for p in plans for _, _, meeting in p.seats))


def _placement(question: Question, week: Week, openings: Openings | None) -> Placement:
    seats = [seat for plan in week.plans for seat in plan.seats]
    one = () if openings is None else fit_one_to_one(question, seats, openings)
    cost = cost_of(question, seats, one if openings is not None else None)
    return Placement(
        meetings=_meetings(week.plans),
        kind=_kind(week.plans),
        minutes=sum(p.minutes for p in week.plans),
        cost=cost,
        meets=tuple(_meets(question, week, seats, one)),
        breaks=tuple(_breaks(question, seats, one if openings is not None else None)),
        one=one,
    )


def cost_of(question: Question, seats: Sequence[Seat], one: Sequence[PlacedOne] | None) -> Cost:
    """The cost of a week by level; `one` is None when one-to-one sessions are not looked at."""
    client = question.client
    minutes = sum(map(counted, seats))
    return Cost(
        underdose=steps_below(minutes, client.dose.ordered),
        missed_one_to_one=0 if one is None else missed_cost(client.one, one),
        meetings_lost=len(client.held - {meeting for _, _, meeting in seats}),
        extra_days=extra_days(len({span.day for _, span, _ in seats}), client),
        dislike=sum(client.dislikes.get(daypart(span.start), 0) for _, span, _ in seats),
        groups_at_risk=sum(at_risk(running, meeting) for running, _, meeting in seats),
    )


def _meets(
    question: Question, week: Week, seats: Sequence[Seat], one: Sequence[PlacedOne]
) -> Iterable[Reason]:
    client = question.client
    minutes = sum(p.minutes for p in week.plans)
    yield reason("dose", minutes=minutes, ordered=client.dose.ordered, floor=client.dose.floor)
    yield reason("days", days=tuple(p.day for p in week.plans))
    for service, count in sorted(mix_counts(seats).items()):
        yield reason("mix", service=service, count=count)
    for plan in week.plans:
        travel = client.travel if plan.shape[1] is Mode.ONSITE else 0
        start, end = plan.seats[0][1].start, plan.seats[-1][1].end
        yield reason("window", day=plan.day, start=start, end=end, travel=travel, mode=plan.shape[1])
    tightest = min(seats, key=lambda s: (s[0].free(s[2]), s[2]))
    yield reason("seats", group=tightest[0].group.id, free=tightest[0].free(tightest[2]))
    if client.held:
        kept = len(client.held & {meeting for _, _, meeting in seats})
        yield reason("kept", kept=kept, held=len(client.held))
    for session in one:
        span = session.span
        yield reason(
            "one-to-one",
            kind=session.kind,
            staff=session.staff,
            day=span.day,
            start=span.start,
            end=span.end,
            mode=session.mode,
        )


def _breaks(question: Question, seats: Sequence[Seat], one: Sequence[PlacedOne] | None) -> Iterable[Reason]:
    """The wishes that give way, in the order of goals."""
    client = question.client
    minutes = sum(map(counted, seats))
    if minutes < client.dose.ordered:
        yield reason("below-order", minutes=minutes, ordered=client.dose.ordered)
    if one is not None:
        placed = [session.kind for session in one]
        for due in client.one:
            if due.kind in placed:
                placed.remove(due.kind)
            else:
                yield reason("one-to-one-missed", kind=due.kind, minutes=due.minutes)
    lost = client.held - {meeting for _, _, meeting in seats}
    if lost:
        yield reason("lost", meetings=tuple(sorted(lost)))
    days = len({span.day for _, span, _ in seats})
    if days > client.days.lo:
        yield reason("more-days", count=days, least=client.days.lo)
    yield from _small_wishes(client, seats)


def _small_wishes(client: Client, seats: Sequence[Seat]) -> Iterable[Reason]:
    """Times of day the client dislikes, and groups that may not run."""
    for part in Daypart:
        on = tuple(sorted({span.day for _, span, _ in seats if daypart(span.start) is part}))
        if on and client.dislikes.get(part, 0):
            yield reason("disliked-time", daypart=part, days=on, weight=client.dislikes[part])
    for running, span, meeting in seats:
        if at_risk(running, meeting):
            yield reason(
                "may-not-run",
                group=running.group.id,
                day=span.day,
                attend=running.taken.get(meeting, 0) + 1,
                least=running.group.run_minimum,
            )
