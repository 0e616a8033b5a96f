"""Opening time between two instants, in the site's own zone and across changes of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiop.domain.businesstime import BusinessHours

ZONE = "America/Los_Angeles"
DESK = BusinessHours.of(ZONE, [[day, 540, 1020] for day in range(5)], closed=[date(2026, 3, 4)])
"""Monday to Friday, nine to five; closed on Wednesday 4 March 2026."""


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        (at(2, 9), at(2, 10), 60),
        (at(2, 8), at(2, 10), 60),
        (at(2, 16), at(3, 10), 120),
        (at(3, 16), at(5, 10), 120),
        (at(6, 16), at(9, 10), 120),
        (at(7, 12), at(8, 12), 0),
        (at(3, 10), at(3, 9), 0),
    ],
)
def test_only_opening_time_counts(start: datetime, end: datetime, minutes: int) -> None:
    assert DESK.minutes_between(start, end) == minutes


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        (at(2, 10), 60, at(2, 11)),
        (at(2, 16, 30), 60, at(3, 9, 30)),
        (at(7, 12), 30, at(9, 9, 30)),
        (at(2, 10), 0, at(2, 10)),
    ],
)
def test_minutes_are_added_within_opening_time(start: datetime, minutes: int, end: datetime) -> None:
    assert DESK.add_minutes(start, minutes) == end


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (at(2, 15), 1, at(3, 15)),
        (at(3, 15), 1, at(5, 15)),
        (at(6, 16), 1, at(9, 16)),
        (at(7, 12), 1, at(10, 9)),
        (at(2, 20), 1, at(5, 9)),
        (at(2, 7), 1, at(3, 9)),
        (at(2, 15), 10, at(17, 15)),
    ],
)
def test_a_business_day_later_is_the_same_time_on_the_next_open_day(
    start: datetime, days: int, end: datetime
) -> None:
    assert DESK.add_days(start, days) == end


def test_a_shorter_day_ends_the_clock_at_its_closing() -> None:
    hours = BusinessHours.of(ZONE, [[0, 540, 1200], [1, 600, 720]])
    assert hours.add_days(at(2, 18), 1) == at(3, 12)
    assert hours.add_days(at(2, 9), 1) == at(3, 10)


@pytest.mark.parametrize(("day", "minutes"), [(date(2026, 3, 8), 23 * 60), (date(2026, 11, 1), 25 * 60)])
def test_a_day_with_a_change_of_the_clocks_has_its_real_length(day: date, minutes: int) -> None:
    always = BusinessHours.of(ZONE, [])
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE))
    end = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE)) + timedelta(days=1)
    assert always.minutes_between(start.astimezone(UTC), end.astimezone(UTC)) == minutes


def test_a_place_that_never_opens_does_not_hang() -> None:
    never = BusinessHours.of(
        ZONE, [[0, 540, 1020]], closed=[date(2026, 1, 5) + timedelta(weeks=n) for n in range(300)]
    )
    assert never.minutes_between(at(2, 9), at(31, 9)) == 0
    assert never.add_minutes(at(2, 9), 60) == at(2, 9)
    assert never.add_days(at(2, 9), 1).tzinfo is UTC


instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(start=instants, minutes=st.integers(0, 3000))
def test_adding_and_measuring_agree(start: datetime, minutes: int) -> None:
    end = DESK.add_minutes(start, minutes)
    assert DESK.minutes_between(start, end) == minutes
