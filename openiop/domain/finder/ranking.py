"""In which order places are shown: one rule without money in it, told to everybody who looks.

Five parts make up to 100 points; the points and shares stand in the catalogue. The same inputs give the same
order wherever it runs: sums are rounded, and ties go by miles, name and id.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from openiop.domain.finder.options import Bits, Option, State, state_in

DAYS_A_MONTH = 30.4375
NOON, FIVE = 12 * 60, 17 * 60
SATURDAY = 5


class Seats(StrEnum):
    """How many places a program has, as far as is told: never a count of people."""

    MANY = "many"
    FEW = "few"
    SOON = "soon"
    FULL = "full"
    UNKNOWN = "unknown"


class Times(StrEnum):
    """When a person can come."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    WEEKEND = "weekend"


@dataclass(frozen=True, slots=True)
class Rule:
    """Points of each part, and shares in percent where something is not known."""

    distance: int
    schedule: int
    opening: int
    freshness: int
    answers: int
    virtual_share: int
    schedule_unknown: int
    seats: dict[Seats, int]
    fresh_months: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for: the options they ticked and the times they can come."""

    options: tuple[Option, ...] = ()
    times: frozenset[Times] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place within reach. `times` is None where its week is not known; `told_on` is the day of its newest fact."""

    id: str
    name: str
    miles: float
    bits: Bits
    told_on: date | None = None
    times: frozenset[Times] | None = None
    seats: Seats = Seats.UNKNOWN
    is_virtual: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a place's points."""

    key: str
    points: float
    of: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place with its points and how they came about."""

    candidate: Candidate
    parts: tuple[Part, ...]

    @property
    def points(self) -> float:
        """All points together."""
        return round(sum(part.points for part in self.parts), 4)

    @property
    def order(self) -> tuple[float, float, str, str]:
        """By what places are sorted."""
        return (
            -self.points,
            round(self.candidate.miles, 4),
            self.candidate.name.casefold(),
            self.candidate.id,
        )


def rank(rule: Rule, candidates: Iterable[Candidate], wish: Wish, *, radius: float, on: date) -> list[Ranked]:
    """The places in the order of their points. `radius` is how far was looked, in miles."""
    found = [Ranked(one, parts_of(rule, one, wish, radius=radius, on=on)) for one in candidates]
    return sorted(found, key=lambda ranked: ranked.order)


def parts_of(rule: Rule, one: Candidate, wish: Wish, *, radius: float, on: date) -> tuple[Part, ...]:
    """The five parts of a place's points."""
    shares = (
        ("distance", rule.distance, _near(rule, one, radius)),
        ("schedule", rule.schedule, _fits(rule, one, wish)),
        ("opening", rule.opening, rule.seats[one.seats] / 100),
        ("freshness", rule.freshness, _fresh(rule, one.told_on, on)),
        ("answers", rule.answers, _answered(rule, one.bits, wish)),
    )
    return tuple(Part(key, round(of * share, 4), of) for key, of, share in shares)


def times_of(slots: Iterable[tuple[int, int]]) -> frozenset[Times]:
    """The times at which something meets: weekday (0 is Monday) and minute of the day it begins."""
    return frozenset(
        Times.WEEKEND if day >= SATURDAY
        else Times.MORNING if start < NOON
        else Times.AFTERNOON if start < FIVE
        else Times.EVENING
        for day, start in slots
    )  # fmt: skip


def _near(rule: Rule, one: Candidate, radius: float) -> float:
    if one.is_virtual:
        return rule.virtual_share / 100
    return 1 - min(one.miles, radius) / radius if radius > 0 else 1.0


def _fits(rule: Rule, one: Candidate, wish: Wish) -> float:
    """The share of the wanted times that the place has; all of it where none was named."""
    if not wish.times:
        return 1.0
    if one.times is None:
        return rule.schedule_unknown / 100
    return len(wish.times & one.times) / len(wish.times)


def _fresh(rule: Rule, told_on: date | None, on: date) -> float:
    if told_on is None:
        return 0.0
    months = max(0.0, (on - told_on).days / DAYS_A_MONTH)
    return max(0.0, 1 - months / rule.fresh_months)


def _answered(rule: Rule, bits: Bits, wish: Wish) -> float:
    """How surely the place has what was asked for: listed is all, not answered a part."""
    if not wish.options:
        return 1.0
    worth = {State.LISTED: 1.0, State.NOT_ANSWERED: rule.unanswered / 100, State.NOT_LISTED: 0.0}
    return sum(worth[state_in(bits, option)] for option in wish.options) / len(wish.options)
