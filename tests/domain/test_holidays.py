"""Federal holidays and business days (5 U.S.C. 6103; days as the Office of Personnel Management lists them)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from openiop import catalog

DAYS = catalog.business_days()
OPM = {
    2026: "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
    2028: "01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
}
"""2028's New Year's Day is a Saturday and is kept on the last day of 2027."""


@pytest.mark.parametrize("year", OPM)
def test_the_weekdays_that_are_no_business_days_are_the_federal_holidays(year: int) -> None:
    days = (date(year, 1, 1) + timedelta(days=ahead) for ahead in range(366 if year == 2028 else 365))
    found = [day for day in days if day.weekday() < 5 and not DAYS.is_one(day)]
    assert " ".join(f"{day:%m-%d}" for day in found) == OPM[year]


def test_no_weekend_is_a_business_day() -> None:
    assert not DAYS.is_one(date(2026, 3, 7))
    assert not DAYS.is_one(date(2026, 3, 8))


def test_after_and_between_count_the_same_days() -> None:
    start = date(2026, 12, 23)
    for days in range(1, 30):
        assert DAYS.between(start, DAYS.after(start, days)) == days
