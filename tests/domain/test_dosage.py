"""Hours of care: countable minutes, weeks across clock changes, shortfalls with their reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from openiop.domain.dosage import (
    SUNDAY,
    Entry,
    Given,
    Interval,
    Need,
    Piece,
    PieceKind,
    Session,
    Shortfall,
    Standing,
    Week,
    countable_minutes,
    falling_short,
    minutes_in,
    week_of,
    weekly_dosage,
)
from openiop.domain.schedule.series import on_the_clock
from openiop.domain.schedule.words import reason

LA = "America/Los_Angeles"
MONDAY_2 = date(2026, 11, 2)
WEEK = Week(MONDAY_2, LA)
FLOOR = Need(540, 3)
ORDER = Need(600, 3)


def session(name: str, day: date, start: int, end: int, *pieces: Piece) -> Session:
    return Session(name, on_the_clock(day, start, LA), on_the_clock(day, end, LA), pieces)


def three_days(*standings: Standing, minutes: int = 180) -> list[Entry]:
    days = [MONDAY_2, MONDAY_2 + timedelta(2), MONDAY_2 + timedelta(4)]
    return [
        Entry(session(f"s{i}", day, 540, 540 + minutes), standing)
        for i, (day, standing) in enumerate(zip(days, standings, strict=True))
    ]


def test_a_break_and_a_lunch_are_taken_off_a_supervised_meal_is_not() -> None:
    half_day = session(
        "s", MONDAY_2, 540, 750, Piece(PieceKind.BREAK, 15, 60), Piece(PieceKind.LUNCH, 30, 120)
    )
    assert countable_minutes(half_day) == 165
    with_meal = replace(
        half_day, pieces=(Piece(PieceKind.BREAK, 15, 60), Piece(PieceKind.SUPERVISED_MEAL, 30, 120))
    )
    assert countable_minutes(with_meal) == 195


def test_a_break_before_the_client_came_takes_nothing_off() -> None:
    group = session("s", MONDAY_2, 540, 720, Piece(PieceKind.BREAK, 15, 60))
    assert countable_minutes(group, arrived=on_the_clock(MONDAY_2, 620, LA)) == 100


def test_a_break_nobody_timed_is_taken_off_whatever_was_attended() -> None:
    group = session("s", MONDAY_2, 540, 720, Piece(PieceKind.BREAK, 15))
    assert countable_minutes(group, left=on_the_clock(MONDAY_2, 600, LA)) == 45
    assert countable_minutes(group, left=on_the_clock(MONDAY_2, 550, LA)) == 0


def test_time_outside_the_session_does_not_count() -> None:
    group = session("s", MONDAY_2, 540, 600)
    early, late = on_the_clock(MONDAY_2, 500, LA), on_the_clock(MONDAY_2, 700, LA)
    assert countable_minutes(group, early, late) == 60
    assert countable_minutes(group, late, None) == 0


@pytest.mark.parametrize(
    ("day", "first_day", "first"),
    [(date(2026, 11, 1), 0, date(2026, 10, 26)), (date(2026, 11, 1), SUNDAY, date(2026, 11, 1)),
     (date(2026, 11, 2), 0, date(2026, 11, 2)), (date(2026, 11, 7), SUNDAY, date(2026, 11, 1))],
)  # fmt: skip
def test_a_week_starts_on_the_payers_first_day(day: date, first_day: int, first: date) -> None:
    late_evening = on_the_clock(day, 23 * 60 + 30, LA)
    assert week_of(late_evening, LA, first_day).first == first


def test_weeks_with_a_clock_change_are_an_hour_longer_or_shorter() -> None:
    autumn, spring = Week(date(2026, 10, 26), LA), Week(date(2026, 3, 2), LA)
    assert autumn.ends_at - autumn.starts_at == timedelta(hours=169)
    assert spring.ends_at - spring.starts_at == timedelta(hours=167)


def test_a_sunday_late_session_belongs_to_the_ending_week_though_utc_says_monday() -> None:
    late = session("s", date(2026, 11, 8), 22 * 60, 23 * 60)
    assert late.starts_at.astimezone(UTC).date() == date(2026, 11, 9)
    assert WEEK.has(late)
    assert not Week(date(2026, 11, 9), LA).has(late)


def test_minutes_in_the_repeated_hour_count_as_they_pass() -> None:
    night = session("s", date(2026, 11, 1), 30, 150)
    assert countable_minutes(night) == 180


def test_overlapping_attendance_counts_once() -> None:
    entries = [
        Entry(session("a", MONDAY_2, 540, 660), Standing.ATTENDED),
        Entry(session("b", MONDAY_2, 600, 720), Standing.ATTENDED),
    ]
    dosage = weekly_dosage(entries, WEEK, now=WEEK.ends_at, order=ORDER, floor=FLOOR)
    assert dosage.attended == Given(180, 1)


def test_a_full_week_meets_the_floor_and_tells_what_is_below_the_order() -> None:
    entries = three_days(Standing.ATTENDED, Standing.ATTENDED, Standing.PLANNED)
    dosage = weekly_dosage(entries, WEEK, now=entries[2].session.starts_at, order=ORDER, floor=FLOOR)
    assert (dosage.scheduled, dosage.attended, dosage.forecast) == (
        Given(540, 3),
        Given(360, 2),
        Given(540, 3),
    )
    assert not dosage.below_floor
    assert dosage.below_order == Shortfall(60, 0)
    assert dosage.reasons == (reason("not-scheduled", minutes=60, days=0),)


def test_a_missed_day_and_a_late_one_say_why_the_week_falls_short() -> None:
    missed, late, planned = three_days(Standing.MISSED, Standing.ATTENDED, Standing.PLANNED, minutes=200)
    entries = [
        replace(missed, why="work"),
        replace(late, arrived=late.session.starts_at + timedelta(minutes=20)),
        planned,
    ]
    dosage = weekly_dosage(entries, WEEK, now=planned.session.starts_at, order=ORDER, floor=FLOOR)
    assert dosage.forecast == Given(380, 2)
    assert dosage.below_floor == Shortfall(160, 1)
    assert dosage.reasons == (
        reason("missed", session="s0", minutes=200, why="work"),
        reason("late", session="s1", minutes=20, why=""),
    )


def test_a_cancelled_session_is_not_scheduled_and_named() -> None:
    entries = three_days(Standing.ATTENDED, Standing.CANCELLED, Standing.PLANNED)
    entries[1] = replace(entries[1], why="closed")
    dosage = weekly_dosage(entries, WEEK, now=WEEK.starts_at, order=Need(540, 3), floor=FLOOR)
    assert dosage.scheduled == Given(360, 2)
    assert reason("cancelled", session="s1", minutes=180, why="closed") in dosage.reasons


def test_a_past_session_nobody_marked_is_named() -> None:
    entries = three_days(Standing.PLANNED, Standing.PLANNED, Standing.PLANNED)
    dosage = weekly_dosage(entries, WEEK, now=entries[1].session.starts_at, order=FLOOR, floor=FLOOR)
    assert dosage.unmarked == ("s0",)


def test_a_short_day_does_not_count_as_a_day_where_the_payer_says_so() -> None:
    entries = three_days(Standing.ATTENDED, Standing.ATTENDED, Standing.ATTENDED, minutes=175)
    dosage = weekly_dosage(entries, WEEK, now=WEEK.ends_at, order=FLOOR, floor=Need(540, 3, day_minutes=180))
    assert dosage.attended == Given(525, 0)


def test_those_who_fall_short_are_listed_with_the_largest_shortfall_first() -> None:
    def dosage(*standings: Standing) -> object:
        return weekly_dosage(three_days(*standings), WEEK, now=WEEK.starts_at, order=ORDER, floor=FLOOR)

    full = dosage(Standing.PLANNED, Standing.PLANNED, Standing.PLANNED)
    one = dosage(Standing.MISSED, Standing.PLANNED, Standing.PLANNED)
    two = dosage(Standing.MISSED, Standing.MISSED, Standing.PLANNED)
    assert [who for who, _ in falling_short([("a", full), ("b", one), ("c", two)])] == ["c", "b"]  # type: ignore[list-item]


@over(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 200)), max_size=8))
def test_minutes_of_a_union_equal_the_minutes_counted_one_by_one(pieces: list[tuple[int, int]]) -> None:
    zero = datetime(2026, 3, 8, tzinfo=UTC)
    at = [Interval(zero + timedelta(minutes=s), zero + timedelta(minutes=s + n)) for s, n in pieces]
    assert minutes_in(at) == len({m for s, n in pieces for m in range(s, s + n)})


@over(
    st.integers(0, 240),
    st.integers(0, 240),
    st.lists(st.tuples(st.integers(0, 180), st.integers(1, 60)), max_size=3),
)
def test_minutes_attended_are_never_more_than_the_session_has(
    arrived: int, left: int, breaks: list[tuple[int, int]]
) -> None:
    group = session("s", MONDAY_2, 540, 720, *(Piece(PieceKind.BREAK, n, at) for at, n in breaks))
    start = on_the_clock(MONDAY_2, 510, LA)
    got = countable_minutes(group, start + timedelta(minutes=arrived), start + timedelta(minutes=left))
    there = set(range(max(540, 510 + arrived), min(720, 510 + left)))
    off = {540 + at + k for at, n in breaks for k in range(n)}
    assert got == len(there - off)
