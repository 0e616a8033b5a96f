"""The clash is found and named."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from openiop.domain.schedule.clash import (
    Dated,
    Holder,
    Weekly,
    Whose,
    dated_clash,
    outside_hours,
    weekly_clash,
)
from openiop.domain.schedule.problem import Span

RUTH = Holder(Whose.STAFF, 1, "Ruth")
FERN = Holder(Whose.ROOM, 1, "Fern")
ANA = Holder(Whose.CLIENT, 1, "Ana")
DAY = date(2026, 3, 2)
NINE = datetime(2026, 3, 2, 17, tzinfo=UTC)


def weekly(title, day, start, end, *holders, starts_on=DAY, ends_on=None):
    return Weekly(title, Span(day, start, end), frozenset(holders), starts_on, ends_on)


@pytest.mark.parametrize("shared", [RUTH, FERN])
def test_a_facilitator_or_a_room_cannot_be_taken_twice(shared):
    clash = weekly_clash(weekly("Skills", 0, 540, 630, shared), [weekly("Process", 0, 600, 690, shared, ANA)])
    assert clash is not None
    assert (clash.holder, clash.title) == (shared, "Process")


def test_other_people_at_the_same_time_are_no_clash():
    assert weekly_clash(weekly("Skills", 0, 540, 630, RUTH), [weekly("Process", 0, 540, 630, FERN)]) is None


def test_a_series_that_ended_before_is_no_clash():
    ended = weekly(
        "Old", 0, 540, 630, RUTH, starts_on=DAY - timedelta(days=90), ends_on=DAY - timedelta(days=1)
    )
    assert weekly_clash(weekly("New", 0, 540, 630, RUTH), [ended]) is None


def test_back_to_back_is_no_clash_and_a_shared_minute_is():
    hour = Dated("Individual", NINE, NINE + timedelta(hours=1), frozenset({ANA, RUTH}))
    after = Dated("Group", hour.ends_at, hour.ends_at + timedelta(hours=1), frozenset({ANA}))
    inside = Dated(
        "Group", hour.ends_at - timedelta(minutes=1), hour.ends_at + timedelta(hours=1), frozenset({ANA})
    )
    assert dated_clash(after, [hour]) is None
    clash = dated_clash(inside, [hour])
    assert clash is not None
    assert (clash.holder, clash.title) == (ANA, "Individual")


def test_a_meeting_must_lie_inside_one_window():
    hours = [Span(0, 480, 720), Span(0, 780, 1020)]
    assert not outside_hours(Span(0, 480, 720), hours)
    assert outside_hours(Span(0, 700, 800), hours)
    assert outside_hours(Span(1, 500, 600), hours)
