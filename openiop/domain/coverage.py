"""What a member pays for an episode of care: one line of service after the other.

A plain "deductible plus percentage" gives wrong totals, for the deductible and the maximum fill up on
the way, families share them, and a plan year may turn. So each line is weighed in date order against
what is left of each limit. All money is Decimal dollars and cents. An estimate is never a promise.

The rule is OpenIOP's own; docs/rules/cost-share.md works it by hand. The per-person limit inside
family coverage holds in network only (45 CFR 156.130; the yearly amount is passed in).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")


class FamilyDeductible(StrEnum):
    """How a family's deductible works: none, a share inside each person's own, or one for all."""

    NONE = "none"
    EMBEDDED = "embedded"
    AGGREGATE = "aggregate"


class Network(StrEnum):
    """Whether the program has a contract with the plan."""

    IN = "in"
    OUT = "out"


class ShareKind(StrEnum):
    """What the member owes beyond the deductible."""

    COINSURANCE = "coinsurance"
    COPAY = "copay"
    NOT_COVERED = "not_covered"


@dataclass(frozen=True, slots=True)
class Plan:
    """The limits of one plan year for the network in question; None is a limit that does not exist.

    `year_start` is (month, day). `person_cap` is the legal limit for one person inside a family, in network.
    """

    year_start: tuple[int, int]
    network: Network
    deductible_individual: Decimal | None = None
    deductible_family: Decimal | None = None
    family_deductible: FamilyDeductible = FamilyDeductible.NONE
    oop_max_individual: Decimal | None = None
    oop_max_family: Decimal | None = None
    person_cap: Decimal | None = None

    def year_of(self, on: date) -> int:
        """The calendar year in which the plan year of this day began."""
        return on.year if (on.month, on.day) >= self.year_start else on.year - 1


@dataclass(frozen=True, slots=True)
class Accumulators:
    """What has been met so far in the plan year, for the network in question."""

    deductible_individual: Decimal = NOTHING
    deductible_family: Decimal = NOTHING
    oop_individual: Decimal = NOTHING
    oop_family: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class BenefitRule:
    """How the plan shares the cost of one kind of service. `rate` is a fraction: 0.2 is twenty percent."""

    kind: ShareKind
    rate: Decimal = NOTHING
    copay: Decimal = NOTHING
    deductible_applies: bool = False


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One charge: the kind of service names its benefit rule."""

    on: date
    kind: str
    billed: Decimal
    allowed: Decimal


@dataclass(frozen=True, slots=True)
class LineShare:
    """What one line costs the member, part by part. The first three parts are the cost share.

    `left_to_maximum` is what the member could at most have paid before this line (None: no limit).
    """

    line: ServiceLine
    plan_year: int
    deductible: Decimal = NOTHING
    coinsurance: Decimal = NOTHING
    copay: Decimal = NOTHING
    balance_bill: Decimal = NOTHING
    not_covered: Decimal = NOTHING
    left_to_maximum: Decimal | None = None
    capped: bool = False
    year_turned: bool = False

    @property
    def cost_share(self) -> Decimal:
        """Deductible, coinsurance and copay together."""
        return self.deductible + self.coinsurance + self.copay

    @property
    def plan_pays(self) -> Decimal:
        """What is left of the allowed amount for the plan."""
        return NOTHING if self.not_covered else self.line.allowed - self.cost_share


@dataclass(frozen=True, slots=True)
class Estimate:
    """The lines in order and what has been met after the last."""

    lines: tuple[LineShare, ...]
    met: Accumulators
    deductible_met_on: date | None = None
    maximum_reached_on: date | None = None
    years: tuple[int, ...] = field(default=())

    def total(self, part: str) -> Decimal:
        """The sum of one part of all lines, for example "deductible" or "cost_share"."""
        return sum((getattr(line, part) for line in self.lines), NOTHING)


def estimate(
    plan: Plan,
    met: Accumulators,
    rules: dict[str, BenefitRule],
    lines: Sequence[ServiceLine],
    *,
    as_of: date | None = None,
) -> Estimate:
    """Weigh the lines in date order; lines of one day keep the order given.

    `as_of` is the day of the accumulators: what was met in an earlier plan year than the first line's
    counts for nothing. Raises KeyError for a line whose kind has no rule.
    """
    year = plan.year_of(as_of) if as_of else None
    shares: list[LineShare] = []
    deductible_on = maximum_on = None
    for line in sorted(lines, key=lambda one: one.on):
        this_year = plan.year_of(line.on)
        turned = year is not None and this_year > year
        if turned:
            met, deductible_on, maximum_on = Accumulators(), None, None
        year = this_year
        share = replace(weigh(plan, met, rules[line.kind], line), year_turned=turned)
        met = _after(met, share)
        shares.append(share)
        if share.deductible and deductible_left(plan, met) == NOTHING:
            deductible_on = deductible_on or line.on
        if share.cost_share and maximum_left(plan, met) == NOTHING:
            maximum_on = maximum_on or line.on
    years = tuple(dict.fromkeys(share.plan_year for share in shares))
    return Estimate(tuple(shares), met, deductible_on, maximum_on, years)


def weigh(plan: Plan, met: Accumulators, rule: BenefitRule, line: ServiceLine) -> LineShare:
    """What one line costs, given what has been met before it."""
    year = plan.year_of(line.on)
    if rule.kind is ShareKind.NOT_COVERED:
        # The whole charge is the member's own, and counts toward no limit.
        return LineShare(line, year, not_covered=line.billed)
    left = maximum_left(plan, met)
    open_deductible = deductible_left(plan, met) if rule.deductible_applies else NOTHING
    first = min(line.allowed, open_deductible)
    rest = line.allowed - first
    if rule.kind is ShareKind.COINSURANCE:
        after = (rest * rule.rate).quantize(CENT, rounding=ROUND_HALF_UP)
    else:
        after = min(rule.copay, rest)
    owed = first + after
    paid = owed if left is None else min(owed, left)
    first = min(first, paid)
    balance = max(NOTHING, line.billed - line.allowed) if plan.network is Network.OUT else NOTHING
    return LineShare(
        line,
        year,
        deductible=first,
        coinsurance=paid - first if rule.kind is ShareKind.COINSURANCE else NOTHING,
        copay=paid - first if rule.kind is ShareKind.COPAY else NOTHING,
        balance_bill=balance,
        left_to_maximum=left,
        capped=paid < owed,
    )


def maximum_left(plan: Plan, met: Accumulators) -> Decimal | None:
    """What the member can still owe this plan year: the least of the limits there are, or None."""
    cap = plan.person_cap if plan.network is Network.IN else None
    limits = (
        (plan.oop_max_individual, met.oop_individual),
        (plan.oop_max_family, met.oop_family),
        (cap, met.oop_individual),
    )
    left = [limit - used for limit, used in limits if limit is not None]
    return max(NOTHING, min(left)) if left else None


def deductible_left(plan: Plan, met: Accumulators) -> Decimal:
    """What is left of the deductible for this person: nothing where the plan has none."""
    own = (plan.deductible_individual, met.deductible_individual)
    family = (plan.deductible_family, met.deductible_family)
    counted = {
        FamilyDeductible.NONE: (own,),
        FamilyDeductible.EMBEDDED: (own, family),
        FamilyDeductible.AGGREGATE: (family,),
    }[plan.family_deductible]
    left = [limit - used for limit, used in counted if limit is not None]
    return max(NOTHING, min(left)) if left else NOTHING


def _after(met: Accumulators, share: LineShare) -> Accumulators:
    """What has been met once this line is paid: a family's figures move with the person's."""
    return Accumulators(
        met.deductible_individual + share.deductible,
        met.deductible_family + share.deductible,
        met.oop_individual + share.cost_share,
        met.oop_family + share.cost_share,
    )
