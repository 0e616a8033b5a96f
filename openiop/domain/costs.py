"""What a course of care would cost this person: from plain answers to three courses, or to what must be asked.

No figure is given while coverage, network or the plan's rule for the program is unknown. Whatever else
is unknown becomes a range between its two extremes, never a guess. The arithmetic of each line is
`openiop.domain.coverage`; here stand the days of the course and what follows from an open answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import product
from typing import Any

from openiop.domain.coverage import (
    NOTHING,
    Accumulators,
    BenefitRule,
    Estimate,
    FamilyDeductible,
    Network,
    Plan,
    ServiceLine,
    ShareKind,
    estimate,
)

DAY = "day"
"""The kind of line: one day of the program."""
WEEK = 7
MONTHS = range(1, 13)
WHOLE = 100
OLD = timedelta(days=30)
ENOUGH = Decimal("1000000.00")
"""Stands for a deductible that nobody knows: more than any course costs."""


class Ask(StrEnum):
    """What may be unknown: whom to ask with which words stands in the catalogue."""

    ACTIVE = "active"
    NETWORK = "network"
    RULE = "rule"
    SHARE = "share"
    APPLIES = "applies"
    DEDUCTIBLE = "deductible"
    MAXIMUM = "maximum"
    MET = "met"
    YEAR = "year"
    FAMILY = "family"
    PRICE = "price"
    ALLOWED = "allowed"


class Course(StrEnum):
    """The three courses that are shown."""

    SHORT = "short"
    LIKELY = "likely"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Dose:
    """How the program runs: days a week, weeks (least, most), how many of the planned days people attend.

    `weekdays`: on which days of the week it meets, 0 for Monday; as many as `days_a_week`.
    """

    weekdays: tuple[int, ...]
    weeks: tuple[int, int]
    short_weeks: int
    attendance_pct: int

    @property
    def planned(self) -> int:
        """All planned days."""
        return len(self.weekdays) * self.weeks[1]

    def days_of(self, course: Course) -> int:
        """How many days a course has; the likely one is rounded half up."""
        if course is Course.SHORT:
            return min(len(self.weekdays) * self.short_weeks, self.planned)
        if course is Course.FULL:
            return self.planned
        share = Decimal(self.planned * self.attendance_pct) / WHOLE
        return int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Answers:
    """What the person said. None is "I do not know"; a deductible of 0 is none at all.

    `billed` is the program's price of a day, `allowed` what the plan allows of it where that is known.
    `on_family`: the plan covers a family.
    """

    active: bool | None = None
    network: Network | None = None
    rule: ShareKind | None = None
    pct: Decimal | None = None
    copay: Decimal | None = None
    deductible_applies: bool | None = None
    on_family: bool | None = None
    family_kind: FamilyDeductible | None = None
    deductible: Decimal | None = None
    deductible_family: Decimal | None = None
    maximum: Decimal | None = None
    maximum_family: Decimal | None = None
    met_deductible: Decimal | None = None
    met_deductible_family: Decimal | None = None
    met_maximum: Decimal | None = None
    met_maximum_family: Decimal | None = None
    as_of: date | None = None
    year_month: int | None = None
    billed: Decimal | None = None
    allowed: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Prospect:
    """One course: its days, what the person would pay at least and at most, and the lines behind the most.

    `balance` and `not_covered` are the person's own too, and stand apart; they are those of `lines`.
    """

    course: Course
    days: int
    low: Decimal
    high: Decimal
    lines: Estimate

    @property
    def balance(self) -> Decimal:
        """What may be billed beyond the allowed amount, out of network."""
        return self.lines.total("balance_bill")

    @property
    def not_covered(self) -> Decimal:
        """What the plan does not cover."""
        return self.lines.total("not_covered")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Either courses with figures, or none; `asks` is what is open either way, what blocks first."""

    courses: tuple[Prospect, ...]
    asks: tuple[Ask, ...]
    blocked: bool
    turns_on: date | None = None
    after_turn: Prospect | None = None


def dates(start: date, weekdays: tuple[int, ...], count: int) -> tuple[date, ...]:
    """The first `count` days of the program from `start` on, on its days of the week."""
    found: list[date] = []
    day = start
    while len(found) < count and weekdays:
        if day.weekday() in weekdays:
            found.append(day)
        day += timedelta(days=1)
    return tuple(found)


def prospects(
    answers: Answers, dose: Dose, *, start: date, today: date, caps: Mapping[int, Decimal]
) -> Outcome:
    """The three courses from `start`, or what must be asked first.

    `caps`: calendar year -> the legal limit for one person, in network (45 CFR 156.130).
    """
    stops = blocking(answers)
    if stops:
        return Outcome((), (*stops, *open_points(answers, today=today)), blocked=True)
    found = tuple(_prospect(answers, dose, course, start=start, caps=caps) for course in Course)
    turn = _turn(answers, start)
    last = dates(start, dose.weekdays, dose.planned)[-1]
    turns = turn is not None and start < turn <= last and answers.rule is not ShareKind.NOT_COVERED
    later = None
    if turn is not None and turns:
        fresh = replace(
            answers, met_deductible=NOTHING, met_deductible_family=NOTHING, met_maximum=NOTHING,
            met_maximum_family=NOTHING, as_of=None,
        )  # fmt: skip
        later = _prospect(fresh, dose, Course.LIKELY, start=turn, caps=caps)
    asks = open_points(answers, today=today)
    return Outcome(found, asks, blocked=False, turns_on=turn if turns else None, after_turn=later)


def blocking(answers: Answers) -> tuple[Ask, ...]:
    """What must be known before any figure: coverage, network, the rule with its share, and the price."""
    found = []
    if answers.active is not True:
        found.append(Ask.ACTIVE)
    if answers.network is None:
        found.append(Ask.NETWORK)
    if answers.rule is None:
        found.append(Ask.RULE)
    share = {ShareKind.COINSURANCE: answers.pct, ShareKind.COPAY: answers.copay}
    if answers.rule in share and share[answers.rule] is None:
        found.append(Ask.SHARE)
    if answers.billed is None and not _is_flat(answers):
        found.append(Ask.PRICE)
    elif answers.network is Network.OUT and answers.allowed is None and _is_covered(answers):
        found.append(Ask.ALLOWED)
    return tuple(found)


def open_points(answers: Answers, *, today: date) -> tuple[Ask, ...]:
    """What is open and makes the figures a range, or could lower them."""
    if answers.rule is ShareKind.NOT_COVERED:
        return ()
    found = []
    if answers.deductible_applies is None:
        found.append(Ask.APPLIES)
    first = answers.deductible_applies is not False
    if first and answers.deductible is None and answers.family_kind is not FamilyDeductible.AGGREGATE:
        found.append(Ask.DEDUCTIBLE)
    if first and answers.on_family is not False and _family_open(answers):
        found.append(Ask.FAMILY)
    if answers.maximum is None:
        found.append(Ask.MAXIMUM)
    if _met_open(answers) or (answers.as_of is not None and today - answers.as_of > OLD):
        found.append(Ask.MET)
    if answers.year_month is None:
        found.append(Ask.YEAR)
    return tuple(found)


def _family_open(answers: Answers) -> bool:
    return answers.on_family is None or answers.family_kind is None or answers.deductible_family is None


def _met_open(answers: Answers) -> bool:
    """Tell whether a figure of what was paid so far is missing that is measured against a limit."""
    first = answers.deductible_applies is not False
    own = first and answers.deductible != NOTHING and answers.met_deductible is None
    return own or answers.met_maximum is None


def _is_covered(answers: Answers) -> bool:
    return answers.rule is not ShareKind.NOT_COVERED


def _is_flat(answers: Answers) -> bool:
    """Tell whether the price of a day does not matter: the same amount each day, and no deductible first."""
    return (
        answers.rule is ShareKind.COPAY
        and answers.deductible_applies is False
        and answers.network is Network.IN
    )


def _prospect(
    answers: Answers, dose: Dose, course: Course, *, start: date, caps: Mapping[int, Decimal]
) -> Prospect:
    """Weigh a course under every reading that the open answers allow: the least and the most of them."""
    days = dates(start, dose.weekdays, dose.days_of(course))
    found = [_estimate(case, days, caps) for case in _readings(answers, days)]
    costs = [one.total("cost_share") for one in found]
    worst = costs.index(max(costs))
    return Prospect(course, len(days), min(costs), max(costs), found[worst])


def _estimate(answers: Answers, days: tuple[date, ...], caps: Mapping[int, Decimal]) -> Estimate:
    """The course under one full set of answers."""
    covered = _is_covered(answers)
    billed = answers.billed if answers.billed is not None else answers.copay or NOTHING
    allowed = answers.allowed if answers.allowed is not None else billed
    lines = [ServiceLine(day, DAY, billed, allowed if covered else NOTHING) for day in days]
    rule = BenefitRule(
        answers.rule or ShareKind.NOT_COVERED,
        rate=(answers.pct or NOTHING) / WHOLE,
        copay=answers.copay or NOTHING,
        deductible_applies=bool(answers.deductible_applies),
    )
    # The limits rise from year to year: the highest that the course meets never understates.
    years = [caps[day.year] for day in days if day.year in caps]
    cap = max(years) if years and answers.network is Network.IN else None
    plan = Plan(
        year_start=(answers.year_month or 1, 1),
        network=answers.network or Network.OUT,
        deductible_individual=answers.deductible,
        deductible_family=answers.deductible_family,
        family_deductible=answers.family_kind or FamilyDeductible.NONE,
        oop_max_individual=answers.maximum,
        oop_max_family=answers.maximum_family,
        person_cap=cap,
    )
    met = Accumulators(
        answers.met_deductible or NOTHING,
        answers.met_deductible_family or NOTHING,
        answers.met_maximum or NOTHING,
        answers.met_maximum_family or NOTHING,
    )
    return estimate(plan, met, {DAY: rule}, lines, as_of=answers.as_of)


def _readings(answers: Answers, days: tuple[date, ...]) -> Iterator[Answers]:
    """Every full set of answers that the open ones allow, at their extremes.

    What was met so far: nothing, or all of it. A deductible: none, or more than the course costs. The
    start of the plan year: each month that makes a difference. A yearly maximum that nobody knows is left out: it could only
    lower the figures, and the page says so.
    """
    applies = [True, False] if answers.deductible_applies is None else [answers.deductible_applies]
    months = _months(answers, days) if answers.year_month is None else [answers.year_month]
    for first, month, kind in product(applies, months, _kinds(answers)):
        case = replace(answers, deductible_applies=first, year_month=month, family_kind=kind)
        most, least = _extremes(case)
        yield replace(case, **most)
        if least != most:
            yield replace(case, **least)


def _months(answers: Answers, days: tuple[date, ...]) -> list[int]:
    """The months whose first day falls into the course, or between it and the figures; and one that does not."""
    first, last = min(answers.as_of or days[0], days[0]), days[-1]
    turns = {
        month for month in MONTHS for year in (first.year, last.year) if first < date(year, month, 1) <= last
    }
    return [*sorted(turns), *[month for month in MONTHS if month not in turns][:1]]


def _kinds(answers: Answers) -> list[FamilyDeductible]:
    """The ways in which the deductible may work."""
    if answers.on_family is False:
        return [FamilyDeductible.NONE]
    return list(FamilyDeductible) if answers.family_kind is None else [answers.family_kind]


def _extremes(case: Answers) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is open in one reading, at its most and at its least."""
    most: dict[str, Any] = {}
    least: dict[str, Any] = {}
    counted = {
        FamilyDeductible.NONE: ("deductible",),
        FamilyDeductible.EMBEDDED: ("deductible", "deductible_family"),
        FamilyDeductible.AGGREGATE: ("deductible_family",),
    }[case.family_kind or FamilyDeductible.NONE]
    for limit in counted if case.deductible_applies else ():
        if getattr(case, limit) is None:
            most[limit], least[limit] = ENOUGH, NOTHING
        elif getattr(case, f"met_{limit}") is None:
            most[f"met_{limit}"], least[f"met_{limit}"] = NOTHING, getattr(case, limit)
    for limit in ("maximum", "maximum_family"):
        if getattr(case, f"met_{limit}") is None and getattr(case, limit) is not None:
            most[f"met_{limit}"], least[f"met_{limit}"] = NOTHING, getattr(case, limit)
    return most, least


def _turn(answers: Answers, start: date) -> date | None:
    """The first day of the next plan year after `start`, where it is known."""
    if answers.year_month is None:
        return None
    this = date(start.year, answers.year_month, 1)
    return this if this > start else date(start.year + 1, answers.year_month, 1)
