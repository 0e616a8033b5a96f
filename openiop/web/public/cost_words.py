"""An estimate in plain words: money, stretches of equal days, and the weeks as bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext as _

from openiop.apps.core.words import date_pattern, day_words
from openiop.domain.costs import Prospect
from openiop.domain.coverage import NOTHING, LineShare
from openiop.engines.charts import Chart, bar_chart

DOLLAR = Decimal(1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in a row that cost the same: from, to, how many, the figure of one, and why."""

    first: str
    last: str
    days: int
    each: str
    why: str


def money(amount: Decimal) -> str:
    """Return dollars and cents: $1,234.50."""
    return f"${amount:,.2f}"


def about(low: Decimal, high: Decimal) -> str:
    """Return a figure or a range in whole dollars."""
    least, most = (f"${amount.quantize(DOLLAR):,}" for amount in (low, high))
    return least if least == most else _("%(low)s to %(high)s") % {"low": least, "high": most}


def day(value: Any) -> str:
    """Return a day as people write it."""
    return day_words(value, date_pattern())


def stretches(lines: Sequence[LineShare]) -> list[Stretch]:
    """Return the lines, equal neighbours taken together."""
    found = []
    for (_key, why), group in groupby(lines, key=lambda line: (_figures(line), _why(line))):
        rows = list(group)
        first, last = rows[0], rows[-1]
        each = first.cost_share + first.not_covered
        found.append(Stretch(day(first.line.on), day(last.line.on), len(rows), money(each), why))
    return found


def _figures(line: LineShare) -> tuple[Decimal | bool, ...]:
    return (line.deductible, line.coinsurance, line.copay, line.not_covered, line.balance_bill, line.capped)


def _why(line: LineShare) -> str:
    """Return why this day costs what it costs."""
    turned = (
        gettext("A new plan year starts: the counting begins again.") + " "
        if line.year_turned and not line.not_covered
        else ""
    )
    return turned + (_at_the_limit(line) or _before_the_limit(line))


def _at_the_limit(line: LineShare) -> str:
    if line.not_covered:
        return _("No plan pays this. You pay all of it.")
    if line.capped and not line.cost_share:
        return _("You have reached the most you can pay this year. The plan pays the rest.")
    return _("On this day you reach the most you can pay this year.") if line.capped else ""


def _before_the_limit(line: LineShare) -> str:
    share = line.coinsurance + line.copay
    if line.deductible and share:
        parts = {"first": money(line.deductible), "rest": money(share)}
        return _("%(first)s is the last of your deductible. %(rest)s is your share of what is left.") % parts
    if line.deductible:
        return _("The deductible comes first: you pay the whole day.")
    return _("This is your share. The plan pays the rest.") if share else _("The plan pays this day.")


def steps(prospect: Prospect) -> list[str]:
    """Return the whole way in sentences: the stretches, when limits are reached, and what stands apart."""
    found = []
    for one in stretches(prospect.lines.lines):
        words = {"first": one.first, "last": one.last, "days": one.days, "each": one.each, "why": one.why}
        if one.days == 1:
            found.append(_("%(first)s: %(each)s. %(why)s") % words)
        else:
            found.append(_("%(days)s days, %(first)s to %(last)s: %(each)s each. %(why)s") % words)
    if prospect.lines.deductible_met_on:
        found.append(
            _("Your deductible is paid on %(day)s.") % {"day": day(prospect.lines.deductible_met_on)}
        )
    if prospect.lines.maximum_reached_on:
        when = {"day": day(prospect.lines.maximum_reached_on)}
        found.append(_("You reach your yearly maximum on %(day)s. After that the plan pays in full.") % when)
    if prospect.balance > NOTHING:
        amount = {"amount": money(prospect.balance)}
        found.append(
            _("Out of network, the program may also bill you up to %(amount)s that your plan does not allow.")
            % amount
        )
    return found


def weeks(prospect: Prospect) -> list[tuple[str, Decimal]]:
    """Return what each week costs, counted from the first day."""
    first = prospect.lines.lines[0].line.on
    costs: dict[int, Decimal] = {}
    for line in prospect.lines.lines:
        week = (line.line.on - first).days // 7 + 1
        costs[week] = costs.get(week, NOTHING) + line.cost_share + line.not_covered
    return [(_("Week %(number)s") % {"number": number}, amount) for number, amount in costs.items()]


def chart_of(prospect: Prospect) -> Chart:
    """Return the weeks as bars, with the same figures as a table."""
    bars = weeks(prospect)
    total = prospect.high + prospect.not_covered
    count = {"weeks": len(bars), "total": money(total)}
    words = ngettext(
        "Your cost over %(weeks)s week, %(total)s in all.",
        "Your cost over %(weeks)s weeks, %(total)s in all.",
        len(bars),
    )
    return bar_chart(
        title=_("What each week would cost you"),
        description=words % count,
        label_title=_("Week"),
        value_title=_("Dollars"),
        bars=[(label, float(amount)) for label, amount in bars],
        language=(get_language() or "en")[:2],
    )
