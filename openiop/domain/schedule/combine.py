"""Days put together to weeks, by exact search over all legal weeks of one client.

A week is judged by its days, its minutes and how often each service comes, so partial weeks that agree
in these need only the cheapest of them. The whole state is one number: bit d for each attended day d,
then two bytes of minutes, then one byte for each service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openiop.domain.schedule.chains import (
    BROKEN,
    DAYS,
    MINUTES_AT,
    SERVICES_AT,
    SEVERITY,
    UNDERDOSE,
    DayPlan,
    services_of,
    severity,
)
from openiop.domain.schedule.problem import Client, Question, Range
from openiop.domain.schedule.rules import above_ceiling, below_floor, days_outside, mix_outside
from openiop.domain.schedule.words import Reason, Rule

DAY_BITS = (1 << DAYS) - 1
MINUTE_BITS = 0xFFFF
UNDERDOSE_STEP = 30

WEEK_RULES = frozenset({Rule.DAYS, Rule.DOSE_FLOOR, Rule.DOSE_CEILING, Rule.MIX})
"""Rules of the week that may be given up to find the nearest miss."""

Link = tuple[DayPlan, "Link | None"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a week may be, widened by the rules given up."""

    client: Client
    given_up: frozenset[Rule]
    services: tuple[str, ...]
    days: Range
    floor: int
    ceiling: int
    mix: Mapping[str, Range]


@dataclass(frozen=True, slots=True)
class Week:
    """One week found: its days, its cost as one number, and the given-up rules it breaks."""

    plans: tuple[DayPlan, ...]
    cost: int
    broken: tuple[Reason, ...]


def limits_of(question: Question, given_up: frozenset[Rule]) -> Limits:
    """The client's limits; one-to-one sessions due take their part of the weekly ceiling."""
    client = question.client
    one = sum(o.minutes for o in client.one)
    ceiling = min(client.dose.ceiling, question.rules.week_total_max - one)
    return Limits(
        client=client,
        given_up=given_up,
        services=services_of(question),
        days=Range(1, DAYS) if Rule.DAYS in given_up else client.days,
        floor=0 if Rule.DOSE_FLOOR in given_up else client.dose.floor,
        ceiling=MINUTE_BITS if Rule.DOSE_CEILING in given_up else ceiling,
        mix={s: Range(0, DAYS) for s in client.mix} if Rule.MIX in given_up else client.mix,
    )


def search(days: Sequence[Sequence[DayPlan]], must: int, limits: Limits) -> dict[int, Week]:
    """The cheapest legal week for each set of days; the days in `must` are part of each."""
    layer: dict[int, tuple[int, Link | None]] = {0: (0, None)}
    for day, plans in enumerate(days):
        grown = {} if must >> day & 1 else dict(layer)
        reach = _Reach(days[day + 1 :], limits)
        for state, (cost, link) in layer.items():
            for plan in plans:
                key, total = state + plan.key, cost + plan.cost
                old = grown.get(key)
                if (old is None or total < old[0]) and reach.possible(key):
                    grown[key] = (total, (plan, link))
        layer = grown
    return _best_by_days(layer, limits)


class _Reach:
    """Whether a partial week can still become a legal one with the days that are left."""

    def __init__(self, later: Sequence[Sequence[DayPlan]], limits: Limits) -> None:
        self.days = limits.days
        self.left = sum(1 for plans in later if plans)
        self.longest = max((p.minutes for plans in later for p in plans), default=0)
        self.floor, self.ceiling = limits.floor, limits.ceiling
        # A count above its most sets the top bit of its byte once this is added.
        self.too_often = sum((0x7F - limits.mix[s].hi) << 8 * i for i, s in enumerate(limits.services))
        self.top_bits = sum(0x80 << 8 * i for i, _ in enumerate(limits.services))

    def possible(self, state: int) -> bool:
        used = (state & DAY_BITS).bit_count()
        minutes = state >> MINUTES_AT & MINUTE_BITS
        more = min(self.days.hi - used, self.left)
        return (
            more >= 0
            and used + self.left >= self.days.lo
            and minutes <= self.ceiling
            and minutes + more * self.longest >= self.floor
            and not ((state >> SERVICES_AT) + self.too_often) & self.top_bits
        )


def _best_by_days(layer: Mapping[int, tuple[int, Link | None]], limits: Limits) -> dict[int, Week]:
    best: dict[int, tuple[int, Link, tuple[Reason, ...]]] = {}
    for state, (cost, link) in layer.items():
        if link is None or not _complete(state, limits):
            continue
        minutes = state >> MINUTES_AT & MINUTE_BITS
        total = cost + UNDERDOSE * steps_below(minutes, limits.client.dose.ordered)
        broken = _given_up_and_broken(state, limits) if limits.given_up & WEEK_RULES else ()
        total += BROKEN * len(broken) + SEVERITY * sum(severity(r) for r in broken)
        days = state & DAY_BITS
        if days not in best or total < best[days][0]:
            best[days] = (total, link, broken)
    return {days: _week(*found) for days, found in best.items()}


def steps_below(minutes: int, ordered: int) -> int:
    """How many started half hours it stays under the ordered dose."""
    return max(0, -((minutes - ordered) // UNDERDOSE_STEP))


def _complete(state: int, limits: Limits) -> bool:
    """Enough days, minutes and sessions of each service (the upper limits held on the way)."""
    if (state & DAY_BITS).bit_count() not in limits.days:
        return False
    if state >> MINUTES_AT & MINUTE_BITS < limits.floor:
        return False
    return all(_count(state, i) >= limits.mix[s].lo for i, s in enumerate(limits.services))


def _count(state: int, place: int) -> int:
    return state >> SERVICES_AT + 8 * place & 0xFF


def _given_up_and_broken(state: int, limits: Limits) -> tuple[Reason, ...]:
    minutes, client = state >> MINUTES_AT & MINUTE_BITS, limits.client
    found = [
        days_outside((state & DAY_BITS).bit_count(), client.days),
        below_floor(minutes, client.dose.floor),
        above_ceiling(minutes, client.dose.ceiling),
        *(mix_outside(s, _count(state, i), client.mix[s]) for i, s in enumerate(limits.services)),
    ]
    return tuple(r for r in found if r is not None)


def _week(cost: int, link: Link, broken: tuple[Reason, ...]) -> Week:
    plans = tuple(reversed(list(_unlink(link))))
    return Week(plans, cost, (*(r for p in plans for r in p.broken), *broken))


def _unlink(link: Link | None) -> Iterator[DayPlan]:
    while link is not None:
        yield link[0]
        link = link[1]
