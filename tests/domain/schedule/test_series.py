"""Weekly slots on the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from openiop.domain.schedule.problem import Span
from openiop.domain.schedule.series import ClosedTime, occurrences, on_the_clock

ZONE = "America/Los_Angeles"


def test_nine_in_the_morning_stays_nine_when_clocks_change():
    sundays = list(occurrences(Span(6, 540, 720), first=date(2026, 3, 1), last=date(2026, 3, 8), zone=ZONE))
    assert [row.starts_at for row in sundays] == [
        datetime(2026, 3, 1, 17, tzinfo=UTC),
        datetime(2026, 3, 8, 16, tzinfo=UTC),
    ]


def test_a_session_across_the_change_is_shorter_or_longer_in_real_minutes():
    spring = next(occurrences(Span(6, 60, 240), first=date(2026, 3, 8), last=date(2026, 3, 8), zone=ZONE))
    autumn = next(occurrences(Span(6, 30, 240), first=date(2026, 11, 1), last=date(2026, 11, 1), zone=ZONE))
    assert spring.ends_at - spring.starts_at == timedelta(hours=2)
    assert autumn.ends_at - autumn.starts_at == timedelta(hours=4, minutes=30)


def test_a_closed_day_has_no_session():
    closed = [ClosedTime(date(2026, 3, 9))]
    days = [
        r.day
        for r in occurrences(
            Span(0, 540, 720), first=date(2026, 3, 2), last=date(2026, 3, 16), zone=ZONE, closed=closed
        )
    ]
    assert days == [date(2026, 3, 2), date(2026, 3, 16)]


def test_a_closed_afternoon_leaves_the_morning():
    closed = [ClosedTime(date(2026, 3, 9), 720, 1440)]
    days = [
        r.day
        for r in occurrences(
            Span(0, 540, 720), first=date(2026, 3, 9), last=date(2026, 3, 9), zone=ZONE, closed=closed
        )
    ]
    assert days == [date(2026, 3, 9)]


def test_midnight_at_the_end_is_the_next_day():
    assert on_the_clock(date(2026, 6, 1), 1440, "UTC") == datetime(2026, 6, 2, tzinfo=UTC)


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.integers(0, 6), st.integers(0, 120))
def test_each_day_is_the_slots_weekday_and_comes_once_a_week(first, weekday, length):
    days = [
        row.day
        for row in occurrences(
            Span(weekday, 600, 660), first=first, last=first + timedelta(days=length), zone=ZONE
        )
    ]
    assert all(day.weekday() == weekday for day in days)
    assert all(later - earlier == timedelta(days=7) for earlier, later in pairwise(days))
    assert len(days) in {(length + 1) // 7, (length + 1) // 7 + 1}
