"""Which moves a referral may make, and how the first contact stands against its clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from openiop.domain.businesstime import BusinessHours
from openiop.domain.errors import InvalidInput, NotAllowed
from openiop.domain.pipeline import (
    CLOSED,
    OPEN,
    WAY,
    ContactState,
    Stage,
    Step,
    Target,
    check_move,
    contact_clock,
    moves,
    waited_minutes,
)

ZONE = "America/Los_Angeles"
HOURS = BusinessHours.of(ZONE, [[day, 540, 1020] for day in range(5)])
ONE_DAY = Target("first-contact", days=1, warn_minutes=180)
AN_HOUR = Target("first-contact-urgent", minutes=60, warn_minutes=30)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def test_every_stage_is_open_or_closed_and_admission_is_the_end_of_the_way() -> None:
    assert set(OPEN) | set(CLOSED) == set(Stage)
    assert set(OPEN) & set(CLOSED) == set()
    assert WAY[-1] is Stage.ADMITTED


@pytest.mark.parametrize(
    ("stage", "reached", "to"),
    [
        (Stage.ENQUIRY, False, ["declined", "referred_on"]),
        (Stage.ENQUIRY, True, ["contacted", "screening", "verified", "scheduled", "declined", "referred_on"]),
        (Stage.CONTACTED, True, ["screening", "verified", "scheduled", "declined", "referred_on"]),
        (Stage.SCREENING, True, ["verified", "scheduled", "contacted", "declined", "referred_on"]),
        (Stage.VERIFIED, True, ["scheduled", "screening", "declined", "referred_on"]),
        (Stage.SCHEDULED, True, ["verified", "declined", "referred_on"]),
        (Stage.ADMITTED, True, []),
        (Stage.DECLINED, True, ["contacted"]),
        (Stage.DECLINED, False, ["enquiry"]),
        (Stage.REFERRED_ON, True, ["contacted"]),
    ],
)
def test_the_moves_from_each_stage(stage: Stage, reached: bool, to: list[str]) -> None:
    assert [move.to for move in moves(stage, reached=reached)] == to


def test_going_back_and_reopening_need_words() -> None:
    with pytest.raises(InvalidInput) as raised:
        check_move(Stage.SCREENING, Stage.CONTACTED, reached=True, words="  ")
    assert (raised.value.code, raised.value.field) == ("words-missing", "words")
    assert check_move(Stage.SCREENING, Stage.CONTACTED, reached=True, words="Wrong number.").step is Step.BACK
    assert (
        check_move(Stage.DECLINED, Stage.CONTACTED, reached=True, words="Called again.").step is Step.REOPEN
    )


@pytest.mark.parametrize(
    ("stage", "to", "reached", "code"),
    [
        (Stage.ENQUIRY, Stage.SCREENING, False, "not-reached"),
        (Stage.CONTACTED, Stage.CONTACTED, True, "same-stage"),
        (Stage.SCHEDULED, Stage.CONTACTED, True, "too-far-back"),
        (Stage.SCHEDULED, Stage.ADMITTED, True, "admission-by-order"),
        (Stage.DECLINED, Stage.SCREENING, True, "closed"),
        (Stage.ADMITTED, Stage.SCHEDULED, True, "admitted"),
    ],
)
def test_a_move_that_is_not_allowed_says_what_to_do(
    stage: Stage, to: Stage, reached: bool, code: str
) -> None:
    with pytest.raises(NotAllowed) as raised:
        check_move(stage, to, reached=reached, words="because")
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("contacted", "now", "state", "taken", "left"),
    [
        (None, at(2, 15), ContactState.WAITING, 0, 480),
        (None, at(2, 16), ContactState.WAITING, 60, 420),
        (None, at(3, 12), ContactState.DUE_SOON, 300, 180),
        (None, at(3, 15), ContactState.DUE_SOON, 480, 0),
        (None, at(3, 15, 1), ContactState.OVERDUE, 481, 0),
        (at(2, 15, 30), at(9, 9), ContactState.MET, 30, 0),
        (at(3, 15), at(9, 9), ContactState.MET, 480, 0),
        (at(3, 15, 1), at(9, 9), ContactState.LATE, 481, 0),
    ],
)
def test_the_first_contact_is_due_one_business_day_after_receipt(
    contacted: datetime | None, now: datetime, state: ContactState, taken: int, left: int
) -> None:
    clock = contact_clock(received=at(2, 15), contacted=contacted, now=now, target=ONE_DAY, hours=HOURS)
    assert (clock.due, clock.state, clock.taken, clock.left) == (at(3, 15), state, taken, left)


def test_an_urgent_enquiry_at_closing_time_is_due_in_the_next_morning() -> None:
    clock = contact_clock(
        received=at(6, 16, 30), contacted=None, now=at(9, 9, 10), target=AN_HOUR, hours=HOURS
    )
    assert (clock.due, clock.state, clock.taken, clock.left) == (at(9, 9, 30), ContactState.DUE_SOON, 40, 20)


def test_waiting_time_is_calendar_time_until_the_end_of_the_way() -> None:
    received = at(6, 16)
    assert (
        waited_minutes(received=received, closed=None, now=received + timedelta(hours=2, seconds=59)) == 120
    )
    assert waited_minutes(received=received, closed=received + timedelta(minutes=5), now=at(20, 9)) == 5
    assert waited_minutes(received=received, closed=None, now=received - timedelta(minutes=1)) == 0
