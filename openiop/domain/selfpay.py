"""Paying oneself: when the good-faith estimate is due, and when a bill may be disputed (45 CFR 149.610, 149.620).

The numbers stand in the catalogue (`costs`, `holidays`), dated and with their source. Business days are Monday
to Friday without federal holidays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from openiop.domain.holidays import BusinessDays


@dataclass(frozen=True, slots=True)
class Deadlines:
    """`booked`: (at least so many business days ahead, within so many business days), the farthest first."""

    booked: tuple[tuple[int, int], ...]
    on_request_days: int
    most_months: int
    dispute_above: Decimal
    dispute_days: int


def read_deadlines(body: Mapping[str, Any]) -> Deadlines:
    """The deadlines of a catalogue file that its schema has passed."""
    own, dispute = body["self_pay"], body["dispute"]
    rows = sorted(((row["at_least"], row["within"]) for row in own["booked"]), reverse=True)
    return Deadlines(
        booked=tuple(rows),
        on_request_days=own["on_request_days"],
        most_months=own["most_months"],
        dispute_above=Decimal(dispute["above"]),
        dispute_days=dispute["days"],
    )


def due_when_booked(rules: Deadlines, days: BusinessDays, *, booked: date, first_day: date) -> date | None:
    """The last day for the estimate of care booked on a day; None where it is booked too late for one."""
    ahead = days.between(booked, first_day)
    within = next((within for at_least, within in rules.booked if ahead >= at_least), None)
    return None if within is None else days.after(booked, within)


def due_when_asked(rules: Deadlines, days: BusinessDays, *, asked: date) -> date:
    """The last day for the estimate of somebody who asks what care would cost."""
    return days.after(asked, rules.on_request_days)


def may_dispute(rules: Deadlines, *, estimated: Decimal, billed: Decimal) -> bool:
    """Tell whether a bill is so far above the estimate that it may be disputed: at or above the limit."""
    return billed - estimated >= rules.dispute_above
