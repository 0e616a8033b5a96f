"""Who may sit where: the rules of one seat in one weekly slot or one dated session.

Times are minutes after midnight on the site's wall clock; weekday 0 is Monday.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class SeatState(StrEnum):
    """Where a client stands with a slot."""

    HELD = "held"
    WAITING = "waiting"
    ENDED = "ended"


class Refusal(StrEnum):
    """Why a seat cannot be given."""

    WRONG_PROGRAM = "wrong-program"
    ENDED = "series-ended"
    CLASH = "client-clash"
    NO_CONTACT = "no-contact"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A weekly meeting as one person's week knows it."""

    name: str
    weekday: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SeatQuestion:
    """Everything the rules look at before a client gets a seat."""

    program_id: str
    admits: tuple[str, ...]
    wanted: Meeting
    own_week: tuple[Meeting, ...]
    seated: frozenset[int]
    keep_apart_from: frozenset[int]
    has_ended: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """None refused, or the first rule that says no and the meeting it concerns."""

    refusal: Refusal | None = None
    clash: Meeting | None = None


def overlap(one: Meeting, other: Meeting) -> bool:
    """Tell whether two weekly meetings share a minute. Back to back is no overlap."""
    return one.weekday == other.weekday and one.start < other.end and other.start < one.end


def first_clash(wanted: Meeting, week: Iterable[Meeting]) -> Meeting | None:
    """Return the first meeting of the week that the wanted one would run into."""
    return next((meeting for meeting in week if overlap(wanted, meeting)), None)


def may_sit(question: SeatQuestion) -> Answer:
    """Return whether the seat may be given, seats aside: whether one is free only the database can say.

    Order matters: what can never be mended by waiting comes first.
    """
    if question.has_ended:
        return Answer(Refusal.ENDED)
    if question.program_id not in question.admits:
        return Answer(Refusal.WRONG_PROGRAM)
    if question.seated & question.keep_apart_from:
        return Answer(Refusal.NO_CONTACT)
    clash = first_clash(question.wanted, question.own_week)
    return Answer(Refusal.CLASH, clash) if clash else Answer()
