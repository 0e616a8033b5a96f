"""Read an estimate's case from plain data, and write the result as plain data.

The first mistake is named with its path. A limit that is null does not exist; what has been met and is
null is not known: then the result is a range, from all of it met to nothing met.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from openiop.domain.coverage import (
    CENT,
    NOTHING,
    Accumulators,
    BenefitRule,
    Estimate,
    FamilyDeductible,
    LineShare,
    Network,
    Plan,
    ServiceLine,
    ShareKind,
    estimate,
)
from openiop.domain.errors import InvalidInput

PLAN = {
    "plan_year_start", "deductible_individual", "deductible_family", "family_deductible_type",
    "oop_max_individual", "oop_max_family", "aca_embedded_individual_cap", "network",
}  # fmt: skip
MET = {
    "deductible_individual_met": ("deductible_individual", "deductible_individual"),
    "deductible_family_met": ("deductible_family", "deductible_family"),
    "oop_individual_met": ("oop_individual", "oop_max_individual"),
    "oop_family_met": ("oop_family", "oop_max_family"),
}
"""Input name: the field of Accumulators, and the limit of the plan that it is measured against."""
RULE = {"kind", "coinsurance_pct", "copay", "deductible_applies"}
LINE = {"date", "code", "billed", "allowed"}
OLD_DAYS = 30
MOST_LINES = 2000
LARGEST = Decimal(1_000_000_000)
WHOLE = 100
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Case:
    """One question: the plan, what has been met, the rules, the lines.

    `unknown`: the names of accumulators that matter and are not known.
    """

    plan: Plan
    met: Accumulators
    rules: dict[str, BenefitRule]
    lines: tuple[ServiceLine, ...]
    as_of: date | None
    unknown: tuple[str, ...] = ()


def read_case(payload: Any, *, path: str = "") -> Case:
    """Read `{plan, accumulators, benefit_rules, lines}`; `path` stands before each name in a message."""
    at = f"{path}." if path else ""
    data = _object(payload, path or "the input", {"plan", "accumulators", "benefit_rules", "lines"})
    plan = _plan(_object(data.get("plan"), f"{at}plan", PLAN), f"{at}plan")
    given = _object(data.get("accumulators") or {}, f"{at}accumulators", {*MET, "as_of"})
    met, unknown = _accumulators(given, plan, f"{at}accumulators")
    as_of = given.get("as_of")
    rules = {
        str(kind): _rule(_object(rule, f"{at}benefit_rules.{kind}", RULE), f"{at}benefit_rules.{kind}")
        for kind, rule in _object(data.get("benefit_rules"), f"{at}benefit_rules", None).items()
    }
    return Case(
        plan=plan,
        met=met,
        rules=rules,
        lines=_lines(data.get("lines"), rules, plan, f"{at}lines"),
        as_of=None if as_of is None else _date(as_of, f"{at}accumulators.as_of"),
        unknown=unknown,
    )


def answer(case: Case) -> dict[str, Any]:
    """The estimate as plain data: money as text with two decimals, dates as YYYY-MM-DD."""
    found = estimate(case.plan, case.met, case.rules, case.lines, as_of=case.as_of)
    least = estimate(case.plan, _all_met(case), case.rules, case.lines, as_of=case.as_of)
    return {
        "member_cost_share": _text(found.total("cost_share")),
        "deductible_part": _text(found.total("deductible")),
        "coinsurance_part": _text(found.total("coinsurance")),
        "copay_part": _text(found.total("copay")),
        "balance_bill": _text(found.total("balance_bill")),
        "not_covered": _text(found.total("not_covered")),
        "lines": [_line(share) for share in found.lines],
        "range": {"low": _text(least.total("cost_share")), "high": _text(found.total("cost_share"))},
        "unknown": list(case.unknown),
        "plan_years": list(found.years),
        "deductible_met_on": _day(found.deductible_met_on),
        "maximum_reached_on": _day(found.maximum_reached_on),
        "accumulators_after": {name: _text(getattr(found.met, own)) for name, (own, _) in MET.items()},
        "warnings": _warnings(case, found),
    }


def _warnings(case: Case, found: Estimate) -> list[str]:
    """What the reader of the figures must know: a code for each."""
    said = ["estimate-not-a-promise"]
    first = min((line.on for line in case.lines), default=None)
    if case.unknown:
        said.append("met-so-far-unknown")
    if case.as_of and first and (first - case.as_of).days > OLD_DAYS:
        said.append("met-so-far-old")
    if any(share.year_turned for share in found.lines):
        said.append("plan-year-turns")
    if case.plan.network is Network.OUT:
        said.append("out-of-network")
    return said


def _all_met(case: Case) -> Accumulators:
    """The same with each unknown figure at its limit: the least the member could owe."""
    limits = {
        own: getattr(case.plan, limit) for name, (own, limit) in MET.items() if f"{name}" in case.unknown
    }
    return replace(case.met, **{own: limit for own, limit in limits.items() if limit is not None})


def _plan(data: Mapping[str, Any], path: str) -> Plan:
    def limit(name: str) -> Decimal | None:
        return None if data.get(name) is None else _money(data[name], f"{path}.{name}")

    return Plan(
        year_start=_month_day(data.get("plan_year_start"), f"{path}.plan_year_start"),
        network=_choice(data.get("network"), f"{path}.network", Network),
        deductible_individual=limit("deductible_individual"),
        deductible_family=limit("deductible_family"),
        family_deductible=_choice(
            "none" if data.get("family_deductible_type") is None else data["family_deductible_type"],
            f"{path}.family_deductible_type",
            FamilyDeductible,
        ),
        oop_max_individual=limit("oop_max_individual"),
        oop_max_family=limit("oop_max_family"),
        person_cap=limit("aca_embedded_individual_cap"),
    )


def _accumulators(data: Mapping[str, Any], plan: Plan, path: str) -> tuple[Accumulators, tuple[str, ...]]:
    """What has been met, and the names of those that matter and are not known."""
    known, unknown = {}, []
    for name, (own, limit) in MET.items():
        if data.get(name) is not None:
            known[own] = _money(data[name], f"{path}.{name}")
        elif getattr(plan, limit) is not None:
            unknown.append(name)
    return Accumulators(**known), tuple(unknown)


def _rule(data: Mapping[str, Any], path: str) -> BenefitRule:
    kind = _choice(data.get("kind"), f"{path}.kind", ShareKind)
    if kind is ShareKind.NOT_COVERED:
        return BenefitRule(kind)
    applies = data.get("deductible_applies")
    if not isinstance(applies, bool):
        raise _wrong(f"{path}.deductible_applies", "say true or false: does the deductible come first?")
    if kind is ShareKind.COPAY:
        return BenefitRule(kind, copay=_money(data.get("copay"), f"{path}.copay"), deductible_applies=applies)
    return BenefitRule(
        kind, rate=_rate(data.get("coinsurance_pct"), f"{path}.coinsurance_pct"), deductible_applies=applies
    )


def _lines(data: Any, rules: Mapping[str, BenefitRule], plan: Plan, path: str) -> tuple[ServiceLine, ...]:
    if not isinstance(data, Sequence) or isinstance(data, str):
        raise _wrong(path, "give a list of lines.")
    if len(data) > MOST_LINES:
        raise _wrong(path, f"at most {MOST_LINES} lines; there are {len(data)}.")
    return tuple(_one(row, rules, plan, f"{path}[{at}]") for at, row in enumerate(data))


def _one(row: Any, rules: Mapping[str, BenefitRule], plan: Plan, path: str) -> ServiceLine:
    data = _object(row, path, LINE)
    kind = data.get("code")
    if not isinstance(kind, str) or kind not in rules:
        there = ", ".join(sorted(rules)) or "none"
        raise _wrong(f"{path}.code", f"no benefit rule is named {kind!r}; there are {there}.")
    covered = rules[kind].kind is not ShareKind.NOT_COVERED
    billed, allowed = data.get("billed"), data.get("allowed")
    # Only what the rule reads must be there: a charge that is not covered has no allowed amount.
    if allowed is None and not covered:
        allowed = 0
    if billed is None and covered and plan.network is Network.IN:
        billed = allowed
    return ServiceLine(
        on=_date(data.get("date"), f"{path}.date"),
        kind=kind,
        billed=_money(billed, f"{path}.billed"),
        allowed=_money(allowed, f"{path}.allowed"),
    )


def _line(share: LineShare) -> dict[str, Any]:
    return {
        "date": share.line.on.isoformat(),
        "code": share.line.kind,
        "billed": _text(share.line.billed),
        "allowed": _text(share.line.allowed),
        "plan_year": share.plan_year,
        "member_cost_share": _text(share.cost_share),
        "deductible_part": _text(share.deductible),
        "coinsurance_part": _text(share.coinsurance),
        "copay_part": _text(share.copay),
        "balance_bill": _text(share.balance_bill),
        "not_covered": _text(share.not_covered),
        "plan_pays": _text(share.plan_pays),
        "capped": share.capped,
    }


def _object(data: Any, path: str, keys: set[str] | None) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise _wrong(path, "give an object with keys and values.")
    for key in data:
        if keys is not None and key not in keys:
            raise _wrong(f"{path}.{key}", f"there is no such name here; there are {', '.join(sorted(keys))}.")
    return data


def _money(raw: Any, path: str) -> Decimal:
    """Dollars and cents, as text or a number; never negative."""
    value = _number(raw)
    if value is None:
        raise _wrong(path, 'give an amount in dollars, for example "1500.00".')
    if value < 0:
        raise _wrong(path, f"an amount cannot be negative; got {value}.")
    if value > LARGEST:
        raise _wrong(path, f"{value} is more than any plan has.")
    if value != value.quantize(CENT):
        raise _wrong(path, f"dollars and cents have two decimals; got {value}.")
    return value.quantize(CENT)


def _rate(raw: Any, path: str) -> Decimal:
    """A percentage as people say it (20) or as a 271 says it (0.2). Up to 1 it is a fraction."""
    value = _number(raw)
    if value is None or not 0 <= value <= WHOLE:
        raise _wrong(path, "give a percentage from 0 to 100, for example 20, or as a fraction, 0.2.")
    return value if value <= 1 else value / WHOLE


def _number(raw: Any) -> Decimal | None:
    """The number as it was typed: a float has been rounded already, its shortest text has not."""
    if isinstance(raw, bool) or raw is None:
        return None
    try:
        value = Decimal(str(raw).strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _date(raw: Any, path: str) -> date:
    try:
        return date.fromisoformat(raw if isinstance(raw, str) else "")
    except ValueError:
        raise _wrong(path, f"give a date as YYYY-MM-DD; got {raw!r}.") from None


def _month_day(raw: Any, path: str) -> tuple[int, int]:
    try:
        on = date.fromisoformat(f"2024-{raw}" if isinstance(raw, str) else "")
    except ValueError:
        raise _wrong(path, f"give month and day as MM-DD, for example 01-01; got {raw!r}.") from None
    return on.month, on.day


def _choice(raw: Any, path: str, kinds: type[Choice]) -> Choice:
    try:
        return kinds(raw)
    except ValueError:
        raise _wrong(path, f"give one of {', '.join(kinds)}; got {raw!r}.") from None


def _wrong(path: str, what: str) -> InvalidInput:
    return InvalidInput(f"{path}: {what}", field=path)


def _text(amount: Decimal) -> str:
    return str((amount or NOTHING).quantize(CENT))


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None
