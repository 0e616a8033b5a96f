"""When a plan is due: by house (7, 14, 30 days), by payer, and sooner by what happens."""

from __future__ import annotations

from datetime import date, timedelta

from openiop import catalog
from openiop.domain.treatment.rhythm import Course, Due, Why, due_of

CLOCKS = catalog.plan_clocks()
MON = date(2026, 3, 2)
"""Admitted."""


def day(number):
    return MON + timedelta(days=number)


def due(**course):
    found = due_of(Course(MON, **course), CLOCKS)
    return found.why, found.on


def test_the_first_plan_is_due_within_seven_days_of_admission():
    assert due() == (Why.FIRST_PLAN, day(7))


def test_the_first_review_is_due_within_fourteen_days_then_each_thirty():
    assert due(signed_on=day(2)) == (Why.FIRST_REVIEW, day(14))
    assert due(signed_on=day(2), reviewed_on=day(13)) == (Why.NEXT_REVIEW, day(43))


def test_a_late_first_plan_is_not_overdue_for_review_on_its_own_day():
    assert due(signed_on=day(20)) == (Why.FIRST_REVIEW, day(21))


def test_the_shorter_of_house_program_and_payer_counts():
    reviewed = {"signed_on": day(2), "reviewed_on": day(13)}
    assert due(**reviewed, payer="two-week-payer") == (Why.NEXT_REVIEW, day(27))
    assert due(**reviewed, payer="medicare") == (Why.NEXT_REVIEW, day(43))
    assert due(**reviewed, payer="nobody-knows") == (Why.NEXT_REVIEW, day(43))
    found = due_of(Course(MON, **reviewed), CLOCKS, then_every=7)
    assert (found.why, found.on, found.source) == (Why.NEXT_REVIEW, day(20), "")


def test_the_row_that_counts_names_its_source():
    assert due_of(Course(MON), CLOCKS).source.startswith("House policy")


def test_the_second_missed_day_since_the_last_look_calls_for_a_review():
    assert due(signed_on=day(2), missed=(day(4),)) == (Why.FIRST_REVIEW, day(14))
    assert due(signed_on=day(2), missed=(day(4), day(4))) == (Why.FIRST_REVIEW, day(14))
    assert due(signed_on=day(2), missed=(day(9), day(4))) == (Why.MISSED_DAYS, day(9))
    seen = {"signed_on": day(2), "reviewed_on": day(10)}
    assert due(**seen, missed=(day(4), day(9), day(12))) == (Why.NEXT_REVIEW, day(40))


def test_another_level_an_alert_and_a_reached_day_call_for_one_too():
    assert due(signed_on=day(2), level_changed_on=day(5)) == (Why.LEVEL_CHANGED, day(5))
    assert due(signed_on=day(2), level_changed_on=day(1)) == (Why.FIRST_REVIEW, day(14))
    assert due(signed_on=day(2), alerts=(day(6),)) == (Why.RISK_ALERT, day(6))
    assert due(signed_on=day(2), targets=(day(9),)) == (Why.TARGET_DAY, day(9))


def test_overdue_is_counted_in_days():
    assert Due(Why.FIRST_PLAN, day(7)).days_left(day(10)) == -3
