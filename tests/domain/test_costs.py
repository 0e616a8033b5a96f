"""Three courses from plain answers: exact figures, ranges for what is open, and no figure where one must ask."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiop.domain.costs import Answers, Ask, Course, Dose, blocking, dates, prospects
from openiop.domain.coverage import FamilyDeductible, Network, ShareKind

MONDAY = date(2026, 3, 2)
CAPS = {2026: Decimal("10600.00"), 2027: Decimal("12000.00")}
THREE_DAYS = Dose(weekdays=(0, 2, 4), weeks=(8, 12), short_weeks=4, attendance_pct=75)
KNOWN = Answers(
    active=True,
    network=Network.IN,
    rule=ShareKind.COINSURANCE,
    pct=Decimal(20),
    deductible_applies=True,
    on_family=False,
    deductible=Decimal("1500.00"),
    maximum=Decimal("4000.00"),
    met_deductible=Decimal("1200.00"),
    met_maximum=Decimal("1300.00"),
    as_of=date(2026, 3, 1),
    year_month=1,
    billed=Decimal("425.00"),
)


def outcome(answers: Answers, *, start: date = MONDAY, dose: Dose = THREE_DAYS) -> Any:
    return prospects(answers, dose, start=start, today=MONDAY, caps=CAPS)


def figures(answers: Answers, **options: Any) -> list[tuple[int, str, str]]:
    return [(one.days, str(one.low), str(one.high)) for one in outcome(answers, **options).courses]


def test_the_days_follow_the_program_from_the_first_day_on() -> None:
    assert dates(date(2026, 3, 3), (0, 2), 3) == (date(2026, 3, 4), date(2026, 3, 9), date(2026, 3, 11))


def test_the_likely_course_is_the_planned_days_attended_rounded_half_up() -> None:
    assert [THREE_DAYS.days_of(course) for course in Course] == [12, 27, 36]
    assert replace(THREE_DAYS, attendance_pct=50, weeks=(1, 1)).days_of(Course.LIKELY) == 2  # 1.5


def test_a_full_set_of_answers_gives_one_figure_each() -> None:
    # Day 1: 300 of the deductible and 20 % of 125; each later day 85. Maximum: 4,000 - 1,300 = 2,700 left.
    assert figures(KNOWN) == [
        (12, "1260.00", "1260.00"),  # 325 + 11 x 85
        (27, "2535.00", "2535.00"),  # 325 + 26 x 85
        (36, "2700.00", "2700.00"),  # 325 + 35 x 85 = 3,300, cut at 2,700
    ]
    assert outcome(KNOWN).asks == ()


@pytest.mark.parametrize(
    ("change", "asks"),
    [
        ({"active": None}, (Ask.ACTIVE,)),
        ({"active": False}, (Ask.ACTIVE,)),
        ({"network": None}, (Ask.NETWORK,)),
        ({"rule": None}, (Ask.RULE,)),
        ({"pct": None}, (Ask.SHARE,)),
        ({"rule": ShareKind.COPAY}, (Ask.SHARE,)),
        ({"billed": None}, (Ask.PRICE,)),
        ({"network": Network.OUT}, (Ask.ALLOWED,)),
    ],
)
def test_no_figure_while_something_that_decides_it_is_unknown(
    change: dict[str, Any], asks: tuple[Ask, ...]
) -> None:
    found = outcome(replace(KNOWN, **change))
    assert found.blocked
    assert found.courses == ()
    assert found.asks[: len(asks)] == asks


def test_nothing_answered_asks_for_everything_that_decides_it() -> None:
    assert blocking(Answers()) == (Ask.ACTIVE, Ask.NETWORK, Ask.RULE, Ask.PRICE)


def test_the_same_amount_each_day_needs_no_price() -> None:
    flat = replace(KNOWN, rule=ShareKind.COPAY, copay=Decimal("40.00"), deductible_applies=False, billed=None)
    assert figures(flat) == [(12, "480.00", "480.00"), (27, "1080.00", "1080.00"), (36, "1440.00", "1440.00")]


def test_what_was_paid_so_far_and_is_unknown_makes_a_range_between_all_and_nothing() -> None:
    found = outcome(replace(KNOWN, met_deductible=None))
    # All met: 12 x 85. Nothing met: 425 x 3 + (225 + 200 x 20 %) + 8 x 85, the maximum is not reached.
    assert (found.courses[0].low, found.courses[0].high) == (Decimal("1020.00"), Decimal("2220.00"))
    assert Ask.MET in found.asks


def test_an_unknown_deductible_is_none_or_all_of_the_course() -> None:
    found = outcome(replace(KNOWN, deductible=None))
    assert (found.courses[0].low, found.courses[0].high) == (Decimal("1020.00"), Decimal("2700.00"))


def test_an_unknown_maximum_leaves_the_limit_of_law_in_network() -> None:
    dear = replace(KNOWN, maximum=None, met_maximum=None, billed=Decimal("2000.00"))
    found = outcome(dear)
    assert found.courses[2].high == Decimal("10600.00")
    assert Ask.MAXIMUM in found.asks


def test_out_of_network_the_balance_stands_apart() -> None:
    out = replace(
        KNOWN, network=Network.OUT, allowed=Decimal("300.00"), maximum=None, met_deductible=Decimal("1500.00")
    )
    short = outcome(out).courses[0]
    assert (short.high, short.balance) == (Decimal("720.00"), Decimal("1500.00"))


def test_what_is_not_covered_is_all_ones_own_and_no_cost_share() -> None:
    found = outcome(replace(KNOWN, rule=ShareKind.NOT_COVERED))
    assert [(one.high, one.not_covered) for one in found.courses] == [
        (Decimal("0.00"), Decimal("5100.00")),
        (Decimal("0.00"), Decimal("11475.00")),
        (Decimal("0.00"), Decimal("15300.00")),
    ]


def test_a_plan_year_that_turns_on_the_way_is_named_and_weighed_anew() -> None:
    found = outcome(replace(KNOWN, year_month=4))
    assert found.turns_on == date(2026, 4, 1)
    # From April on the deductible is whole again: 1,500 of it, and 20 % of the rest of 27 x 425.
    assert found.after_turn is not None
    assert found.after_turn.high == Decimal("3495.00")
    assert outcome(KNOWN).turns_on is None


def test_a_familys_deductible_of_unknown_kind_is_a_range() -> None:
    family = replace(
        KNOWN, on_family=True, deductible_family=Decimal("3000.00"), met_deductible_family=Decimal("1200.00")
    )
    found = outcome(family)
    one_for_all = outcome(replace(family, family_kind=FamilyDeductible.AGGREGATE))
    own = outcome(replace(family, family_kind=FamilyDeductible.EMBEDDED))
    assert (found.courses[0].low, found.courses[0].high) == (own.courses[0].low, one_for_all.courses[0].high)
    assert Ask.FAMILY in found.asks


def test_old_figures_of_what_was_paid_are_asked_anew() -> None:
    assert Ask.MET in outcome(replace(KNOWN, as_of=date(2026, 1, 15))).asks


# What holds for every set of answers (finder-coverage, 7) ------------------------------------------------

MONEY = st.integers(0, 800_000).map(lambda cents: Decimal(cents) / 100)
MAYBE = st.none() | MONEY
ANSWERS = st.builds(
    Answers,
    active=st.just(True),
    network=st.sampled_from(Network),
    rule=st.sampled_from(ShareKind),
    pct=st.integers(0, 100).map(Decimal),
    copay=MONEY,
    deductible_applies=st.none() | st.booleans(),
    on_family=st.none() | st.booleans(),
    family_kind=st.none() | st.sampled_from(FamilyDeductible),
    deductible=MAYBE,
    deductible_family=MAYBE,
    maximum=MAYBE,
    maximum_family=MAYBE,
    met_deductible=MAYBE,
    met_deductible_family=MAYBE,
    met_maximum=MAYBE,
    met_maximum_family=MAYBE,
    year_month=st.none() | st.integers(1, 12),
    billed=MONEY,
    allowed=MONEY,
)
FIXED = {"active", "network", "rule", "pct", "copay", "billed", "allowed", "as_of"}
# A yearly maximum that becomes known may lower both ends: it is no part of the range while unknown.
LIMITS = {"maximum", "maximum_family", "met_maximum", "met_maximum_family"}
OPEN = sorted({one.name for one in fields(Answers)} - FIXED - LIMITS)


@given(ANSWERS)
def test_more_days_never_cost_less_and_no_figure_is_negative(answers: Answers) -> None:
    found = outcome(answers).courses
    assert all(Decimal(0) <= one.low <= one.high for one in found)
    assert [one.high for one in found] == sorted(one.high for one in found)
    assert [one.low for one in found] == sorted(one.low for one in found)


@given(ANSWERS, st.sampled_from(OPEN), MONEY, st.booleans(), st.integers(1, 12))
def test_an_answer_more_never_widens_the_range(
    answers: Answers, name: str, money: Decimal, yes: bool, month: int
) -> None:
    value: Any = {
        "deductible_applies": yes, "on_family": yes, "year_month": month, "family_kind": FamilyDeductible.EMBEDDED,
    }.get(name, money)  # fmt: skip
    before = replace(answers, **{name: None})
    after = replace(answers, **{name: value})
    for wide, narrow in zip(outcome(before).courses, outcome(after).courses, strict=True):
        assert wide.low <= narrow.low
        assert narrow.high <= wide.high


@given(ANSWERS, st.sampled_from(["active", "network", "rule"]))
def test_without_coverage_network_or_rule_there_is_no_figure(answers: Answers, name: str) -> None:
    found = outcome(replace(answers, **{name: None}))
    assert found.courses == ()
    assert found.after_turn is None
