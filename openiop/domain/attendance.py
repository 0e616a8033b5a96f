"""One mark on a group's sheet: what may be said of one person, and what it means.

Times of day are minutes after midnight at the site, on the session's day. A mark that cannot be right
raises `WrongMark` with the field to mend.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from openiop.domain.absences import AttendanceList
from openiop.domain.errors import InvalidInput


class State(StrEnum):
    """How someone took part, or did not."""

    PRESENT = "present"
    LATE = "late"
    LEFT_EARLY = "left_early"
    EXCUSED = "excused"
    NO_SHOW = "no_show"


HERE = frozenset({State.PRESENT, State.LATE, State.LEFT_EARLY})
"""States of someone who took part, wholly or in part."""

TAKEN_OFF = "taken_off"
"""Not a mark: what is kept of a guest who was put on the sheet by mistake. Only the corrections show it."""

MODES = ("on_site", "telehealth")


class Field(StrEnum):
    """The fields of a mark."""

    STATE = "state"
    ARRIVED = "arrived"
    LEFT = "left"
    MODALITY = "modality"
    REASON = "reason"
    BARRIER = "barrier"
    WORDS = "words"


class Wrong(StrEnum):
    """What is wrong with a mark; the pages hold one sentence for each."""

    UNKNOWN = "unknown"
    AWAY_WITH_TIMES = "away-with-times"
    ARRIVED_MISSING = "arrived-missing"
    LEFT_MISSING = "left-missing"
    ARRIVED_AFTER_END = "arrived-after-end"
    LEFT_BEFORE_START = "left-before-start"
    LEFT_BEFORE_ARRIVED = "left-before-arrived"
    REASON_MISSING = "reason-missing"
    TOO_LONG = "too-long"


class WrongMark(InvalidInput):
    """A mark that cannot be right. `wrong` says how, `field` where."""

    def __init__(self, wrong: Wrong, field: Field) -> None:
        """Keep the code; the words for people are found by it."""
        super().__init__(f"{field}: {wrong}", code=str(wrong), field=str(field))
        self.wrong = wrong


@dataclass(frozen=True, slots=True)
class Meeting:
    """The session as the mark sees it: wall-clock minutes, and how it is held."""

    start_minute: int
    end_minute: int
    modality: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What one person's line says. `arrived` and `left` None: for the whole session."""

    state: State
    arrived: int | None = None
    left: int | None = None
    modality: str = ""
    reason: str = ""
    barrier: str = ""
    words: str = ""

    @property
    def is_here(self) -> bool:
        """Tell whether the person took part."""
        return self.state in HERE


LONGEST_WORDS = 300
"""As long as the column."""


def settled(mark: Mark, meeting: Meeting, lists: AttendanceList) -> Mark:
    """The mark in its one proper form, or WrongMark.

    Times decide: someone "present" who came after the start is late, one who went before the end left
    early. Times equal to the session's own are dropped. People who were there have no reason for absence;
    people who were not have no times, and an excuse has its reason.
    """
    words = " ".join(mark.words.split())
    if len(words) > LONGEST_WORDS:
        raise WrongMark(Wrong.TOO_LONG, Field.WORDS)
    modality = mark.modality or meeting.modality
    if modality not in MODES:
        raise WrongMark(Wrong.UNKNOWN, Field.MODALITY)
    mark = replace(mark, words=words, modality=modality)
    return _here(mark, meeting) if mark.is_here else _away(mark, meeting, lists)


def _here(mark: Mark, meeting: Meeting) -> Mark:
    arrived = mark.arrived if mark.arrived is not None and mark.arrived > meeting.start_minute else None
    left = mark.left if mark.left is not None and mark.left < meeting.end_minute else None
    if arrived is not None and arrived >= meeting.end_minute:
        raise WrongMark(Wrong.ARRIVED_AFTER_END, Field.ARRIVED)
    if left is not None and left <= meeting.start_minute:
        raise WrongMark(Wrong.LEFT_BEFORE_START, Field.LEFT)
    if arrived is not None and left is not None and left <= arrived:
        raise WrongMark(Wrong.LEFT_BEFORE_ARRIVED, Field.LEFT)
    if mark.state is State.LATE and arrived is None:
        raise WrongMark(Wrong.ARRIVED_MISSING, Field.ARRIVED)
    if mark.state is State.LEFT_EARLY and left is None:
        raise WrongMark(Wrong.LEFT_MISSING, Field.LEFT)
    state = mark.state
    if arrived is not None:
        state = State.LATE
    elif left is not None:
        state = State.LEFT_EARLY
    return replace(mark, state=state, arrived=arrived, left=left, reason="", barrier="")


def _away(mark: Mark, meeting: Meeting, lists: AttendanceList) -> Mark:
    if mark.arrived is not None:
        raise WrongMark(Wrong.AWAY_WITH_TIMES, Field.ARRIVED)
    if mark.left is not None:
        raise WrongMark(Wrong.AWAY_WITH_TIMES, Field.LEFT)
    if mark.reason and lists.reason(mark.reason) is None:
        raise WrongMark(Wrong.UNKNOWN, Field.REASON)
    if mark.barrier and lists.barrier(mark.barrier) is None:
        raise WrongMark(Wrong.UNKNOWN, Field.BARRIER)
    if mark.state is State.EXCUSED and not mark.reason:
        raise WrongMark(Wrong.REASON_MISSING, Field.REASON)
    return replace(mark, modality=meeting.modality)
