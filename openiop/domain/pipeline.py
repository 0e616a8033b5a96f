"""The way of a referral from the first enquiry to admission, and how long people wait on it.

Forward from stage to stage, one back with a reason, closed by "declined" or "referred on", reopened
with a reason. Nobody moves on before they were reached: the first contact is what the clock measures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from openiop.domain.businesstime import BusinessHours
from openiop.domain.errors import InvalidInput, NotAllowed
from openiop.domain.text import gettext_noop as _


class Stage(StrEnum):
    """Where a referral stands. The first six are the way in; the last two end it."""

    ENQUIRY = "enquiry"
    CONTACTED = "contacted"
    SCREENING = "screening"
    VERIFIED = "verified"
    SCHEDULED = "scheduled"
    ADMITTED = "admitted"
    DECLINED = "declined"
    REFERRED_ON = "referred_on"


WAY = (Stage.ENQUIRY, Stage.CONTACTED, Stage.SCREENING, Stage.VERIFIED, Stage.SCHEDULED, Stage.ADMITTED)
OPEN = WAY[:-1]
CLOSED = (Stage.ADMITTED, Stage.DECLINED, Stage.REFERRED_ON)


class DeclineReason(StrEnum):
    """Why a referral ends without admission."""

    HIGHER_LEVEL = "higher_level"
    LOWER_LEVEL = "lower_level"
    WITHDRAWAL_FIRST = "withdrawal_first"
    MEDICAL_FIRST = "medical_first"
    NO_SEAT = "no_seat"
    HOURS = "hours"
    DISTANCE = "distance"
    COVERAGE = "coverage"
    COST = "cost"
    CHOSE_OTHER_CARE = "chose_other_care"
    NOT_NOW = "not_now"
    NOT_REACHED = "not_reached"
    AGE = "age"
    DUPLICATE = "duplicate"
    OTHER = "other"


class Step(StrEnum):
    """The kind of a move."""

    FORWARD = "forward"
    BACK = "back"
    CLOSE = "close"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed move: where to, what kind, and whether it needs words."""

    to: Stage
    step: Step

    @property
    def needs_words(self) -> bool:
        """Return True where the history must say why."""
        return self.step in (Step.BACK, Step.REOPEN)


class ContactState(StrEnum):
    """How the first contact stands against its clock."""

    WAITING = "waiting"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    MET = "met"
    LATE = "late"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Target:
    """A clock of the catalogue: so much business time, and how long before its end to warn.

    days: whole business days; minutes: minutes of opening time. One of the two is zero.
    """

    key: str
    days: int = 0
    minutes: int = 0
    warn_minutes: int = 0


@dataclass(frozen=True, slots=True)
class ContactClock:
    """The first contact: when due, how it stands, and the opening time that has passed or is left.

    taken: minutes of opening time from receipt to contact, or until now; left: until due, at least 0.
    """

    due: datetime
    state: ContactState
    taken: int
    left: int


def moves(stage: Stage, *, reached: bool) -> tuple[Move, ...]:
    """The moves from a stage, in the order of the way. Admission is not among them: an order makes it."""
    if stage is Stage.ADMITTED:
        return ()
    if stage in CLOSED:
        return (Move(Stage.CONTACTED if reached else Stage.ENQUIRY, Step.REOPEN),)
    place = WAY.index(stage)
    ahead = WAY[place + 1 : -1] if reached else ()
    behind = WAY[place - 1 : place] if place > 1 else ()
    return (
        *(Move(to, Step.FORWARD) for to in ahead),
        *(Move(to, Step.BACK) for to in behind),
        Move(Stage.DECLINED, Step.CLOSE),
        Move(Stage.REFERRED_ON, Step.CLOSE),
    )


def check_move(stage: Stage, to: Stage, *, reached: bool, words: str = "") -> Move:
    """The move, or a refusal that says what to do instead."""
    move = next((move for move in moves(stage, reached=reached) if move.to is to), None)
    if move is None:
        raise _refusal(stage, to, reached=reached)
    if move.needs_words and not words.strip():
        raise InvalidInput(
            _("Say why, so that the next person understands."), code="words-missing", field="words"
        )
    return move


def contact_clock(
    *, received: datetime, contacted: datetime | None, now: datetime, target: Target, hours: BusinessHours
) -> ContactClock:
    """How the first contact stands. Only opening time counts."""
    due = (
        hours.add_days(received, target.days) if target.days else hours.add_minutes(received, target.minutes)
    )
    end = contacted or now
    left = max(0, hours.minutes_between(now, due)) if contacted is None else 0
    return ContactClock(
        due=due,
        state=_state(contacted=contacted, now=now, due=due, left=left, target=target),
        taken=hours.minutes_between(received, end),
        left=left,
    )


def waited_minutes(*, received: datetime, closed: datetime | None, now: datetime) -> int:
    """Whole minutes of calendar time since receipt, until closed or now; never below zero."""
    return max(0, int(((closed or now) - received).total_seconds() // 60))


def _state(
    *, contacted: datetime | None, now: datetime, due: datetime, left: int, target: Target
) -> ContactState:
    if contacted is not None:
        return ContactState.MET if contacted <= due else ContactState.LATE
    if now > due:
        return ContactState.OVERDUE
    return ContactState.DUE_SOON if left <= target.warn_minutes else ContactState.WAITING


def _refusal(stage: Stage, to: Stage, *, reached: bool) -> NotAllowed:
    if stage is Stage.ADMITTED:
        return NotAllowed(
            _("This person is admitted; the episode of care goes on from here."), code="admitted"
        )
    if stage in CLOSED:
        return NotAllowed(_("This referral is closed. Reopen it first."), code="closed")
    if to is stage:
        return NotAllowed(_("The referral already stands there."), code="same-stage")
    if to is Stage.ADMITTED and reached:
        return NotAllowed(_("Admission comes with the first order, not by hand."), code="admission-by-order")
    if not reached:
        return NotAllowed(
            _("Nobody has reached this person yet. Record the contact first."), code="not-reached"
        )
    return NotAllowed(_("The referral can go back one stage at a time."), code="too-far-back")
