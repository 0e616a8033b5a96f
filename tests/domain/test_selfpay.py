"""The good-faith estimate's deadlines, counted in business days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from openiop import catalog
from openiop.domain.selfpay import due_when_asked, due_when_booked, may_dispute, read_deadlines

RULES = read_deadlines(catalog.load("costs", "public-estimate").body)
FRIDAY = date(2026, 3, 6)


def test_booked_ten_business_days_ahead_the_estimate_is_due_within_three() -> None:
    assert due_when_booked(RULES, booked=FRIDAY, first_day=date(2026, 3, 20)) == date(2026, 3, 11)


def test_booked_nine_business_days_ahead_it_is_due_within_one() -> None:
    assert due_when_booked(RULES, booked=FRIDAY, first_day=date(2026, 3, 19)) == date(2026, 3, 9)


def test_booked_two_business_days_ahead_there_is_no_estimate_by_this_rule() -> None:
    assert due_when_booked(RULES, booked=FRIDAY, first_day=date(2026, 3, 10)) is None
    assert due_when_booked(RULES, booked=FRIDAY, first_day=date(2026, 3, 11)) == date(2026, 3, 9)


def test_whoever_asks_has_it_within_three_business_days() -> None:
    assert due_when_asked(RULES, asked=FRIDAY) == date(2026, 3, 11)


def test_a_bill_may_be_disputed_from_the_limit_on() -> None:
    estimated = Decimal("1000.00")
    assert may_dispute(RULES, estimated=estimated, billed=Decimal("1400.00"))
    assert not may_dispute(RULES, estimated=estimated, billed=Decimal("1399.99"))
