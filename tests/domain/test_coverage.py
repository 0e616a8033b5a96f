"""What a member pays: the worked examples of docs/rules/cost-share.md, and what must hold for every case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiop.domain.coverage import (
    Accumulators,
    BenefitRule,
    FamilyDeductible,
    Network,
    Plan,
    ServiceLine,
    ShareKind,
    estimate,
)
from openiop.domain.coverage_reading import answer, read_case
from openiop.domain.errors import InvalidInput

D = Decimal
FIRST = date(2026, 3, 2)


def plan(**values: object) -> Plan:
    return Plan(year_start=(1, 1), network=Network.IN, **values)  # type: ignore[arg-type]


def percent(rate: str, *, after_deductible: bool = True) -> dict[str, BenefitRule]:
    return {
        "day": BenefitRule(ShareKind.COINSURANCE, rate=D(rate), deductible_applies=after_deductible),
    }


def days(count: int, allowed: str, *, first: date = FIRST, billed: str = "900.00") -> list[ServiceLine]:
    return [ServiceLine(first + timedelta(days=n), "day", D(billed), D(allowed)) for n in range(count)]


def shares(*args: object, **kwargs: object) -> list[Decimal]:
    return [line.cost_share for line in estimate(*args, **kwargs).lines]  # type: ignore[arg-type]


def test_a_the_deductible_fills_on_the_way() -> None:
    own = plan(deductible_individual=D(1500), oop_max_individual=D(4000))
    met = Accumulators(deductible_individual=D(1200), oop_individual=D(1300))
    found = estimate(own, met, percent("0.2"), days(3, "425.00"))
    assert [line.cost_share for line in found.lines] == [D(325), D(85), D(85)]
    assert (found.total("deductible"), found.total("coinsurance")) == (D(300), D(195))
    assert found.deductible_met_on == FIRST
    assert found.maximum_reached_on is None


def test_b_the_maximum_is_reached() -> None:
    own = plan(deductible_individual=D(1000), oop_max_individual=D(1500))
    found = estimate(own, Accumulators(oop_individual=D(450)), percent("0.3"), days(3, "700.00"))
    assert [line.cost_share for line in found.lines] == [D(700), D(350), D(0)]
    assert [line.deductible for line in found.lines] == [D(700), D(300), D(0)]
    assert [line.capped for line in found.lines] == [False, True, True]
    assert found.maximum_reached_on == FIRST + timedelta(days=1)


def test_c_an_embedded_family_deductible_and_a_copay_that_takes_no_more_than_the_rest() -> None:
    own = plan(
        deductible_individual=D(2000), deductible_family=D(4000), family_deductible=FamilyDeductible.EMBEDDED
    )
    met = Accumulators(deductible_individual=D(500), deductible_family=D(3700))
    rules = {"day": BenefitRule(ShareKind.COPAY, copay=D(60), deductible_applies=True)}
    found = estimate(own, met, rules, days(1, "340.00"))
    assert (found.lines[0].deductible, found.lines[0].copay) == (D(300), D(40))


def test_an_aggregate_family_deductible_ignores_the_person_s_own() -> None:
    own = plan(
        deductible_individual=D(100), deductible_family=D(4000), family_deductible=FamilyDeductible.AGGREGATE
    )
    assert shares(own, Accumulators(deductible_individual=D(100)), percent("0"), days(1, "340.00")) == [
        D("340.00")
    ]


def test_d_a_new_plan_year_starts_at_nothing() -> None:
    own = plan(deductible_individual=D(1500), oop_max_individual=D(4000))
    met = Accumulators(deductible_individual=D(1200), oop_individual=D(1300))
    lines = [*days(1, "425.00", first=date(2026, 12, 28)), *days(1, "425.00", first=date(2027, 1, 4))]
    found = estimate(own, met, percent("0.2"), lines)
    assert [line.cost_share for line in found.lines] == [D(325), D(425)]
    assert [line.year_turned for line in found.lines] == [False, True]
    assert found.years == (2026, 2027)


def test_what_was_met_in_the_year_before_the_first_line_counts_for_nothing() -> None:
    own = plan(deductible_individual=D(1500))
    met = Accumulators(deductible_individual=D(1500))
    lines = days(1, "425.00", first=date(2027, 1, 4))
    assert shares(own, met, percent("0"), lines, as_of=date(2026, 12, 20)) == [D(425)]
    assert shares(own, met, percent("0"), lines, as_of=date(2027, 1, 2)) == [D(0)]


def test_a_plan_year_that_starts_in_july_turns_in_july() -> None:
    own = replace(plan(deductible_individual=D(100)), year_start=(7, 1))
    lines = [*days(1, "100.00", first=date(2026, 6, 30)), *days(1, "100.00", first=date(2026, 7, 1))]
    assert shares(own, Accumulators(deductible_individual=D(100)), percent("0"), lines) == [D(0), D(100)]


def test_e_out_of_network_the_balance_stands_apart_and_so_does_what_is_not_covered() -> None:
    own = replace(plan(oop_max_individual=D(1000)), network=Network.OUT)
    rules = {**percent("0.5", after_deductible=False), "class": BenefitRule(ShareKind.NOT_COVERED)}
    lines = [
        ServiceLine(FIRST, "day", D("600.00"), D("400.00")),
        ServiceLine(FIRST, "class", D("80.00"), D("0.00")),
    ]
    found = estimate(own, Accumulators(), rules, lines)
    assert (found.total("cost_share"), found.total("balance_bill")) == (D(200), D(200))
    assert found.total("not_covered") == D(80)
    assert found.met.oop_individual == D(200)


def test_the_legal_limit_for_one_person_protects_in_network_only() -> None:
    family = plan(oop_max_family=D(20000), person_cap=D(10600))
    met = Accumulators(oop_individual=D(10500))
    assert shares(family, met, percent("0.5"), days(1, "900.00")) == [D(100)]
    out = replace(family, network=Network.OUT)
    assert shares(out, met, percent("0.5"), days(1, "900.00")) == [D(450)]


def test_a_half_cent_rounds_up() -> None:
    assert shares(plan(), Accumulators(), percent("0.15", after_deductible=False), days(1, "0.10")) == [
        D("0.02")
    ]


MONEY = st.decimals(min_value=0, max_value=3000, places=2)
LIMIT = st.none() | MONEY
PLANS = st.builds(
    Plan,
    year_start=st.sampled_from([(1, 1), (7, 1), (10, 1)]),
    network=st.sampled_from(Network),
    deductible_individual=LIMIT,
    deductible_family=LIMIT,
    family_deductible=st.sampled_from(FamilyDeductible),
    oop_max_individual=LIMIT,
    oop_max_family=LIMIT,
    person_cap=LIMIT,
)
METS = st.builds(Accumulators, MONEY, MONEY, MONEY, MONEY)
RULES = st.builds(
    BenefitRule,
    kind=st.sampled_from(ShareKind),
    rate=st.decimals(min_value=0, max_value=1, places=2),
    copay=MONEY,
    deductible_applies=st.booleans(),
)
LINES = st.lists(
    st.builds(
        ServiceLine,
        on=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
        kind=st.sampled_from(["day", "visit"]),
        billed=MONEY,
        allowed=MONEY,
    ),
    max_size=12,
)


@given(PLANS, METS, RULES, RULES, LINES)
def test_the_parts_add_up_and_nothing_passes_its_limit(
    own: Plan, met: Accumulators, day: BenefitRule, visit: BenefitRule, lines: list[ServiceLine]
) -> None:
    found = estimate(own, met, {"day": day, "visit": visit}, lines)
    parts = sum(found.total(part) for part in ("deductible", "coinsurance", "copay"))
    assert found.total("cost_share") == parts
    for line in found.lines:
        assert min(line.deductible, line.coinsurance, line.copay, line.balance_bill, line.not_covered) >= 0
        assert line.cost_share <= line.line.allowed
        assert line.left_to_maximum is None or line.cost_share <= line.left_to_maximum
        assert line.not_covered == 0 or line.cost_share == 0


@given(PLANS, METS, RULES, LINES, MONEY)
def test_a_dearer_first_line_never_costs_the_member_less(
    own: Plan, met: Accumulators, day: BenefitRule, lines: list[ServiceLine], more: Decimal
) -> None:
    rules = {"day": day, "visit": day}
    lines = sorted(lines, key=lambda one: one.on)[:1]
    dearer = [replace(line, allowed=line.allowed + more, billed=line.billed + more) for line in lines]
    assert estimate(own, met, rules, dearer).total("cost_share") >= estimate(own, met, rules, lines).total(
        "cost_share"
    )


@given(PLANS, RULES, LINES)
def test_a_year_that_turns_in_the_middle_never_costs_less(
    own: Plan, day: BenefitRule, lines: list[ServiceLine]
) -> None:
    whole = [replace(line, on=date(2026, 8, 1)) for line in lines]
    half = len(whole) // 2
    split = [*whole[:half], *(replace(line, on=date(2027, 8, 1)) for line in whole[half:])]
    rules = {"day": day, "visit": day}
    turned = estimate(own, Accumulators(), rules, split)
    assert turned.total("cost_share") >= estimate(own, Accumulators(), rules, whole).total("cost_share")


CASE = {
    "plan": {"plan_year_start": "01-01", "deductible_individual": 1500, "network": "in"},
    "accumulators": {"as_of": "2026-03-01", "deductible_individual_met": "1200.00"},
    "benefit_rules": {"day": {"kind": "coinsurance", "coinsurance_pct": 20, "deductible_applies": True}},
    "lines": [{"date": "2026-03-02", "code": "day", "billed": 900, "allowed": "425.00"}],
}


def test_a_case_reads_and_answers_in_text_with_two_decimals() -> None:
    found = answer(read_case(CASE))
    assert found["member_cost_share"] == "325.00"
    assert found["lines"][0]["plan_pays"] == "100.00"
    assert found["range"] == {"low": "325.00", "high": "325.00"}


def test_a_fraction_and_a_percentage_mean_the_same() -> None:
    fraction = {
        **CASE,
        "benefit_rules": {"day": {**CASE["benefit_rules"]["day"], "coinsurance_pct": "0.2"}},
    }
    assert answer(read_case(fraction)) == answer(read_case(CASE))


def test_what_is_not_known_makes_a_range() -> None:
    found = answer(read_case({**CASE, "accumulators": {}}))
    assert found["range"] == {"low": "85.00", "high": "425.00"}
    assert found["unknown"] == ["deductible_individual_met"]
    assert "met-so-far-unknown" in found["warnings"]


@pytest.mark.parametrize(
    ("part", "change", "path"),
    [
        ("plan", {"network": None}, "plan.network"),
        ("plan", {"plan_year_start": "13-01"}, "plan.plan_year_start"),
        ("plan", {"deductible_individual": -1}, "plan.deductible_individual"),
        ("plan", {"deductible_individual": "12.345"}, "plan.deductible_individual"),
        ("plan", {"family_deductible_type": "both"}, "plan.family_deductible_type"),
        ("plan", {"oop": 1}, "plan.oop"),
        ("accumulators", {"oop_family_met": "many"}, "accumulators.oop_family_met"),
        ("accumulators", {"as_of": "yesterday"}, "accumulators.as_of"),
        ("benefit_rules", {"day": {"kind": "coinsurance", "deductible_applies": True}},
         "benefit_rules.day.coinsurance_pct"),
        ("benefit_rules", {"day": {"kind": "copay", "copay": 30}}, "benefit_rules.day.deductible_applies"),
        ("benefit_rules", {"day": {"kind": "free"}}, "benefit_rules.day.kind"),
        ("benefit_rules", {"day": None}, "benefit_rules.day"),
    ],
)  # fmt: skip
def test_wrong_input_names_its_field(part: str, change: dict[str, object], path: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_case({**CASE, part: {**CASE[part], **change}})  # type: ignore[dict-item]
    assert caught.value.field == path
    assert caught.value.message.startswith(f"{path}: ")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"code": "visit"}, "lines[0].code"),
        ({"date": "2026-02-30"}, "lines[0].date"),
        ({"allowed": None}, "lines[0].allowed"),
        ({"billed": True}, "lines[0].billed"),
    ],
)
def test_a_wrong_line_names_its_place(change: dict[str, object], path: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_case({**CASE, "lines": [{**CASE["lines"][0], **change}]})  # type: ignore[dict-item]
    assert caught.value.field == path
