"""What comes next on a client's path, and where on it they stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiop.domain.path import Next, Standing, Step, Stop, steps_of, stop_of

TODAY = date(2026, 3, 2)
NEW = Standing(TODAY, on_the_way=True)
DECIDED = replace(NEW, decision="complete", is_decided=True, level="iop")
ADMITTED = replace(
    DECIDED, is_admitted=True, ordered=540, starts_on=date(2026, 3, 3), review_on=date(2026, 3, 17)
)


def steps(standing: Standing) -> list[Step]:
    return [found.step for found in steps_of(standing)]


@pytest.mark.parametrize(
    ("standing", "expected", "stop"),
    [
        (replace(NEW, on_the_way=False), [], Stop.ASSESSMENT),
        (NEW, [Step.ASSESS], Stop.ASSESSMENT),
        (replace(NEW, consents_lacking=2), [Step.CONSENTS, Step.ASSESS], Stop.CONSENTS),
        (replace(NEW, has_draft=True), [Step.FINISH], Stop.ASSESSMENT),
        (replace(NEW, decision="complete"), [Step.DECIDE], Stop.DECISION),
        (replace(NEW, decision="on_hold"), [Step.DECIDE], Stop.DECISION),
        (replace(NEW, decision="blocked"), [Step.ANSWER, Step.DECIDE], Stop.DECISION),
        (replace(NEW, decision="needs_data"), [Step.ANSWER, Step.DECIDE], Stop.DECISION),
        (replace(NEW, decision="blocked", has_draft=True), [Step.FINISH], Stop.DECISION),
        (DECIDED, [Step.ADMIT], Stop.ADMISSION),
        (replace(DECIDED, level="outpatient"), [Step.ADMIT], Stop.ADMISSION),
        (replace(DECIDED, level="residential"), [Step.REFER_ON], Stop.ADMISSION),
        (replace(DECIDED, level="emergency_first"), [Step.REFER_ON], Stop.ADMISSION),
        (ADMITTED, [Step.WINDOWS, Step.PLACE], Stop.WEEK),
        (replace(ADMITTED, knows_windows=True), [Step.PLACE], Stop.WEEK),
        (replace(ADMITTED, knows_windows=True, booked=360), [Step.PLACE], Stop.WEEK),
        (replace(ADMITTED, knows_windows=True, booked=360, waiting=2), [Step.WAIT], Stop.WEEK),
        (replace(ADMITTED, booked=540), [Step.FIRST_DAY], Stop.CARE),
        (replace(ADMITTED, booked=540, has_attended=True), [], Stop.CARE),
        (
            replace(ADMITTED, booked=540, has_attended=True, lacks_certificate=True),
            [Step.CERTIFY],
            Stop.CARE,
        ),
        (replace(ADMITTED, booked=540, has_attended=True, has_draft=True), [Step.FINISH], Stop.CARE),
        (
            replace(ADMITTED, booked=540, has_attended=True, decision="complete", is_decided=False),
            [Step.DECIDE],
            Stop.CARE,
        ),
    ],
)
def test_what_comes_next(standing: Standing, expected: list[Step], stop: Stop) -> None:
    assert steps(standing) == expected
    assert stop_of(standing) is stop


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (8, ()),
        (7, (Next(Step.REVIEW, TODAY + timedelta(days=7)),)),
        (0, (Next(Step.REVIEW, TODAY),)),
        (-1, (Next(Step.REVIEW, TODAY - timedelta(days=1), is_late=True),)),
    ],
)
def test_a_review_is_a_step_from_seven_days_before(days: int, found: tuple[Next, ...]) -> None:
    standing = replace(ADMITTED, booked=540, has_attended=True, review_on=TODAY + timedelta(days=days))
    assert steps_of(standing) == found


def test_the_first_day_is_named() -> None:
    assert steps_of(replace(ADMITTED, booked=600)) == (Next(Step.FIRST_DAY, date(2026, 3, 3)),)


STANDINGS = st.builds(
    Standing,
    today=st.just(TODAY),
    on_the_way=st.just(True),
    consents_lacking=st.integers(0, 2),
    has_draft=st.booleans(),
    decision=st.sampled_from(["", "complete", "on_hold", "blocked", "needs_data", "settled"]),
    is_decided=st.booleans(),
    level=st.sampled_from(["", "iop", "php"]),
    is_admitted=st.booleans(),
    ordered=st.sampled_from([0, 540]),
    booked=st.sampled_from([0, 540]),
    waiting=st.integers(0, 1),
    has_attended=st.booleans(),
)


@given(STANDINGS)
def test_nobody_on_the_way_is_ever_at_a_dead_end(standing: Standing) -> None:
    found = steps(standing)
    assert len(found) == len(set(found))
    assert found or (standing.is_admitted and standing.has_attended)
