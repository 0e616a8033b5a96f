"""The good-faith estimate's deadlines, counted in business days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from openiop import catalog
from openiop.domain.selfpay import due_when_asked, due_when_booked, may_dispute, read_deadlines

RULES = read_deadlines(catalog.load("costs", "public-estimate").body)
DAYS = catalog.business_days()
FRIDAY = date(2026, 3, 6)


def test_booked_ten_business_days_ahead_the_estimate_is_due_within_three() -> None:
    assert due_when_booked(RULES, DAYS, booked=FRIDAY, first_day=date(2026, 3, 20)) == date(2026, 3, 11)


def test_booked_nine_business_days_ahead_it_is_due_within_one() -> None:
    assert due_when_booked(RULES, DAYS, booked=FRIDAY, first_day=date(2026, 3, 19)) == date(2026, 3, 9)


def test_booked_two_business_days_ahead_there_is_no_estimate_by_this_rule() -> None:
    assert due_when_booked(RULES, DAYS, booked=FRIDAY, first_day=date(2026, 3, 10)) is None
    assert due_when_booked(RULES, DAYS, booked=FRIDAY, first_day=date(2026, 3, 11)) == date(2026, 3, 9)


def test_whoever_asks_has_it_within_three_business_days() -> None:
    assert due_when_asked(RULES, DAYS, asked=FRIDAY) == date(2026, 3, 11)


def test_a_bill_may_be_disputed_from_the_limit_on() -> None:
    estimated = Decimal("1000.00")
    assert may_dispute(RULES, estimated=estimated, billed=Decimal("1400.00"))
    assert not may_dispute(RULES, estimated=estimated, billed=Decimal("1399.99"))


def test_a_holiday_is_no_business_day() -> None:
    """Asked on the eve of Thanksgiving 2026: Friday, Monday, Tuesday."""
    assert due_when_asked(RULES, DAYS, asked=date(2026, 11, 25)) == date(2026, 12, 1)


def test_a_holiday_between_booking_and_first_day_can_bring_the_estimate_forward() -> None:
    booked, first_day = date(2026, 11, 20), date(2026, 12, 4)
    assert DAYS.between(booked, first_day) == 9
    assert due_when_booked(RULES, DAYS, booked=booked, first_day=first_day) == date(2026, 11, 23)
