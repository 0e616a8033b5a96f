"""A client's path through the house, and what comes next on it.

A referral is accepted; consents are signed; the level of care is assessed and decided; an order admits;
a place in the week is found; the client attends, and reviews come due. The rules here only say what is
open. They refuse nothing: each act holds its own rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Step(StrEnum):
    """One thing to be done now."""

    CONSENTS = "consents"
    ASSESS = "assess"
    FINISH = "finish"
    ANSWER = "answer"
    DECIDE = "decide"
    REFER_ON = "refer_on"
    ADMIT = "admit"
    CERTIFY = "certify"
    WINDOWS = "windows"
    PLACE = "place"
    WAIT = "wait"
    FIRST_DAY = "first_day"
    REVIEW = "review"


class Stop(StrEnum):
    """A stop of the path, in its order."""

    CONSENTS = "consents"
    ASSESSMENT = "assessment"
    DECISION = "decision"
    ADMISSION = "admission"
    WEEK = "week"
    CARE = "care"


GIVEN_HERE = frozenset({"iop", "outpatient"})
"""Levels that an intensive outpatient program admits to; any other is somebody else's care."""
OPEN_QUESTIONS = frozenset({"blocked", "needs_data"})
REVIEW_AHEAD = timedelta(days=7)
"""A review within so many days is something to do now (house policy)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a client stands. Minutes are of one week; `booked` counts held seats, `waiting` lines they stand in.

    decision: the newest determination that none replaces, "" where there is none; its `level` counts once it
    is signed, and admits nobody any more once it is_lapsed. on_the_way: a referral or an episode is open.
    """

    today: date
    on_the_way: bool
    consents_lacking: int = 0
    has_draft: bool = False
    decision: str = ""
    is_decided: bool = False
    level: str = ""
    is_lapsed: bool = False
    is_admitted: bool = False
    lacks_certificate: bool = False
    knows_windows: bool = False
    ordered: int = 0
    booked: int = 0
    waiting: int = 0
    starts_on: date | None = None
    review_on: date | None = None
    has_attended: bool = False


@dataclass(frozen=True, slots=True)
class Next:
    """A step with the day it belongs to, where it has one, and whether that day is past."""

    step: Step
    on: date | None = None
    is_late: bool = False


def steps_of(standing: Standing) -> tuple[Next, ...]:
    """Return everything that is open now, the most pressing first; empty where nothing is."""
    if not standing.on_the_way:
        return ()
    found = _of_care(standing) if standing.is_admitted else _before_care(standing)
    if standing.consents_lacking:
        found = (Next(Step.CONSENTS), *found)
    return found


def stop_of(standing: Standing) -> Stop:
    """Return where the path stands: the first stop that is not behind the client."""
    if standing.is_admitted:
        if standing.booked >= standing.ordered or standing.has_attended:
            return Stop.CARE
        return Stop.WEEK
    if standing.is_decided:
        return Stop.ADMISSION
    if standing.decision:
        return Stop.DECISION
    return Stop.CONSENTS if standing.consents_lacking else Stop.ASSESSMENT


def _before_care(standing: Standing) -> tuple[Next, ...]:
    if standing.has_draft:
        return (Next(Step.FINISH),)
    if not standing.decision:
        return (Next(Step.ASSESS),)
    if not standing.is_decided:
        asks = (Next(Step.ANSWER),) if standing.decision in OPEN_QUESTIONS else ()
        return (*asks, Next(Step.DECIDE))
    if standing.level not in GIVEN_HERE:
        return (Next(Step.REFER_ON),)
    return (Next(Step.ASSESS if standing.is_lapsed else Step.ADMIT),)


def _of_care(standing: Standing) -> tuple[Next, ...]:
    found = [Next(Step.FINISH)] if standing.has_draft else []
    if standing.decision and not standing.is_decided:
        found.append(Next(Step.DECIDE))
    if standing.lacks_certificate:
        found.append(Next(Step.CERTIFY))
    found += _place(standing)
    if standing.review_on is not None and standing.review_on <= standing.today + REVIEW_AHEAD:
        found.append(Next(Step.REVIEW, standing.review_on, standing.review_on < standing.today))
    return tuple(found)


def _place(standing: Standing) -> list[Next]:
    if standing.booked >= standing.ordered:
        return [] if standing.has_attended else [Next(Step.FIRST_DAY, standing.starts_on)]
    if standing.waiting:
        return [Next(Step.WAIT)]
    asks = [] if standing.knows_windows else [Next(Step.WINDOWS)]
    return [*asks, Next(Step.PLACE)]
