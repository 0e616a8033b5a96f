"""Days put together to weeks, by exact search over all legal weeks of one client.

Each set of days is searched on its own, the most promising partial week first, so the first whole week
found is the cheapest of that set. Partial weeks that agree in minutes and in service counts need only
the cheapest of them; counts are kept only as far as the order can tell them apart (`mix.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import accumulate, combinations, count

from openiop.domain.schedule.chains import (
    BROKEN,
    DAYS,
    EXTRA_DAY,
    SEVERITY,
    UNDERDOSE,
    DayPlan,
    Pool,
    severity,
)
from openiop.domain.schedule.mix import MixCounter
from openiop.domain.schedule.problem import Client, Question, Range
from openiop.domain.schedule.rules import above_ceiling, below_floor, days_outside
from openiop.domain.schedule.words import Reason, Rule

UNDERDOSE_STEP = 30
ANY_MINUTES = DAYS * 24 * 60

WEEK_RULES = frozenset({Rule.DAYS, Rule.DOSE_FLOOR, Rule.DOSE_CEILING, Rule.MIX})
"""Rules of the week that may be given up to find the nearest miss."""

Link = tuple[DayPlan, "Link | None"]
State = tuple[int, int, int]
"""How many of the days are planned, minutes so far, service counts as `MixCounter` keeps them."""


class Effort:
    """How many steps a search may still take; when none are left the answer says so."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    @property
    def spent(self) -> bool:
        """Whether the search was cut short."""
        return self.left < 0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a week may be, widened by the rules given up."""

    client: Client
    given_up: frozenset[Rule]
    days: Range
    floor: int
    ceiling: int
    mix: MixCounter


@dataclass(frozen=True, slots=True)
class Week:
    """One week found: its days, its cost as one number, and the given-up rules it breaks."""

    plans: tuple[DayPlan, ...]
    cost: int
    broken: tuple[Reason, ...]


def limits_of(question: Question, given_up: frozenset[Rule]) -> Limits:
    """The client's limits; one-to-one sessions due take their part of the weekly ceiling.

    With the number of days given up a week may have fewer days, or, when nothing else is given up, one
    more.
    """
    client = question.client
    one = sum(o.minutes for o in client.one)
    one_more = 1 if given_up == {Rule.DAYS} else 0
    days = Range(1, min(DAYS, client.days.hi + one_more)) if Rule.DAYS in given_up else client.days
    return Limits(
        client=client,
        given_up=given_up,
        days=days,
        floor=0 if Rule.DOSE_FLOOR in given_up else client.dose.floor,
        ceiling=ANY_MINUTES
        if Rule.DOSE_CEILING in given_up
        else min(client.dose.ceiling, question.rules.week_total_max - one),
        mix=MixCounter(client.mix, most_days=days.hi, free=Rule.MIX in given_up),
    )


def search(pool: Pool, limits: Limits, effort: Effort, *, limit: int) -> list[Week]:
    """The cheapest legal week of each set of days, for the `limit` cheapest sets, cheapest first."""
    days = [_cheapest(plans, limits) for plans in pool.days]
    sets = sorted(
        (bound, chosen)
        for chosen in _sets_of_days(days, pool.must, limits)
        if (bound := _bound([days[d] for d in chosen], limits)) is not None
    )
    found: list[Week] = []
    for bound, chosen in sets:
        if len(found) >= limit and found[limit - 1].cost <= bound:
            break
        week = _Search([days[d] for d in chosen], limits, effort).best()
        if week is not None:
            found = sorted([*found, week], key=lambda w: w.cost)
    return found[:limit]


def _cheapest(plans: Sequence[DayPlan], limits: Limits) -> list[DayPlan]:
    """Of the days that the order cannot tell apart only the cheapest."""
    best: dict[tuple[int, int], DayPlan] = {}
    for plan in plans:
        key = (plan.minutes, plan.services & limits.mix.counted)
        if key not in best or plan.cost < best[key].cost:
            best[key] = plan
    return list(best.values())


def _sets_of_days(days: Sequence[Sequence[DayPlan]], must: int, limits: Limits) -> Iterator[tuple[int, ...]]:
    offered = [d for d, plans in enumerate(days) if plans]
    forced = {d for d in range(DAYS) if must >> d & 1}
    for size in range(limits.days.lo, limits.days.hi + 1):
        for chosen in combinations(offered, size):
            if size and forced <= set(chosen):
                yield chosen


def _bound(days: Sequence[Sequence[DayPlan]], limits: Limits) -> int | None:
    """No week on these days costs less; None when none can have the right minutes."""
    most = sum(max(p.minutes for p in plans) for plans in days)
    least = sum(min(p.minutes for p in plans) for plans in days)
    if most < limits.floor or least > limits.ceiling:
        return None
    cheapest = sum(min(p.cost for p in plans) for plans in days)
    extra = EXTRA_DAY * extra_days(len(days), limits.client)
    return cheapest + extra + UNDERDOSE * steps_below(most, limits.client.dose.ordered)


class _Search:
    """The cheapest week on one set of days."""

    def __init__(self, days: Sequence[Sequence[DayPlan]], limits: Limits, effort: Effort) -> None:
        self.days, self.limits, self.effort = days, limits, effort
        # What the days from the i-th on can still add: at least and at most so many minutes, at
        # least this cost, each service on so many days.
        self.least = _from_the_end(min(p.minutes for p in plans) for plans in reversed(days))
        self.most = _from_the_end(max(p.minutes for p in plans) for plans in reversed(days))
        self.cost = _from_the_end(min(p.cost for p in plans) for plans in reversed(days))
        self.mix = _from_the_end(limits.mix.offered(plans) for plans in reversed(days))
        self.extra = EXTRA_DAY * extra_days(len(days), limits.client)
        self.order = count()
        self.heap: list[tuple[int, int, int, State, int, Link | None]] = []
        self.known: dict[State, int] = {}

    def best(self) -> Week | None:
        """The cheapest week, or None when no week on these days is legal (or the effort is spent)."""
        self._push((0, 0, 0), 0, None)
        while self.heap:
            total, _, _, state, cost, link = heappop(self.heap)
            if state[0] == len(self.days) and link is not None:
                return _week(total, link, _given_up_and_broken(state, self.limits))
            if cost > self.known[state]:
                continue
            for plan in self.days[state[0]]:
                self._extend(state, cost, plan, link)
            if self.effort.spent:
                return None
        return None

    def _extend(self, state: State, cost: int, plan: DayPlan, link: Link | None) -> None:
        self.effort.left -= 1
        place, minutes = state[0] + 1, state[1] + plan.minutes
        limits = self.limits
        if minutes + self.least[place] > limits.ceiling or minutes + self.most[place] < limits.floor:
            return
        counts = limits.mix.add(state[2], plan.services)
        if counts is not None and limits.mix.can_complete(counts, self.mix[place]):
            self._push((place, minutes, counts), cost + plan.cost, (plan, link))

    def _push(self, state: State, cost: int, link: Link | None) -> None:
        if cost >= self.known.get(state, cost + 1):
            return
        self.known[state] = cost
        total = cost + self.cost[state[0]] + self.extra
        total += UNDERDOSE * steps_below(state[1] + self.most[state[0]], self.limits.client.dose.ordered)
        if state[0] == len(self.days):
            broken = _given_up_and_broken(state, self.limits)
            total += BROKEN * len(broken) + SEVERITY * sum(severity(r) for r in broken)
        # Of equal totals the one nearest to a whole week goes first, then the one found first.
        heappush(self.heap, (total, -state[0], next(self.order), state, cost, link))


def _from_the_end(values: Iterable[int]) -> list[int]:
    """Sums from the i-th to the last, given the values last first; ends with 0."""
    return list(reversed(list(accumulate(values, initial=0))))


def extra_days(days: int, client: Client) -> int:
    """How many days more than the least that were ordered."""
    return max(0, days - client.days.lo)


def steps_below(minutes: int, ordered: int) -> int:
    """How many started half hours it stays under the ordered dose."""
    return max(0, -((minutes - ordered) // UNDERDOSE_STEP))


def _given_up_and_broken(state: State, limits: Limits) -> tuple[Reason, ...]:
    if not limits.given_up & WEEK_RULES:
        return ()
    days, minutes, counts = state
    found = [
        days_outside(days, limits.client.days),
        below_floor(minutes, limits.client.dose.floor),
        above_ceiling(minutes, limits.client.dose.ceiling),
        *limits.mix.outside(counts),
    ]
    return tuple(r for r in found if r is not None)


def _week(cost: int, link: Link, broken: tuple[Reason, ...]) -> Week:
    plans = tuple(reversed(list(_unlink(link))))
    return Week(plans, cost, (*(r for p in plans for r in p.broken), *broken))


def _unlink(link: Link | None) -> Iterator[DayPlan]:
    while link is not None:
        yield link[0]
        link = link[1]
