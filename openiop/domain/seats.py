"""Who may sit where: the rules of one seat in a weekly slot or in one dated session, by real dates.

Everything in someone's week is a `Meeting`. A weekly seat stands from its first to its last day; one dated
session or appointment is a meeting whose first and last day are the same. Times are minutes after midnight
on the site's wall clock; weekday 0 is Monday.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

WEEK = timedelta(days=7)
DAY = timedelta(days=1)


class SeatState(StrEnum):
    """Where a client stands with a slot."""

    HELD = "held"
    WAITING = "waiting"
    ENDED = "ended"


class Refusal(StrEnum):
    """Why a seat cannot be given."""

    WRONG_PROGRAM = "wrong-program"
    ENDED = "series-ended"
    SEATED = "seated-already"
    CLASH = "client-clash"
    NO_CONTACT = "no-contact"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting as one person's week knows it. `last` None: no end in sight.

    `off`: days on which it does not take place. `slot`: the weekly slot it belongs to (None: an
    appointment). `site`: where the person is in body (None: by telehealth).
    """

    name: str
    weekday: int
    start: int
    end: int
    first: date
    last: date | None = None
    off: frozenset[date] = frozenset()
    slot: int | None = None
    site: int | None = None

    def takes_place(self, day: date) -> bool:
        """Tell whether it meets on that day."""
        return (
            day.weekday() == self.weekday
            and self.first <= day
            and (self.last is None or day <= self.last)
            and day not in self.off
        )


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Someone the client must not meet: never in one session; `on_site`: nor at one site at one time."""

    meetings: tuple[Meeting, ...]
    on_site: bool = False


@dataclass(frozen=True, slots=True)
class SeatQuestion:
    """Everything the rules look at before a client gets a seat. `own_week` is what they have already."""

    program_id: str
    admits: tuple[str, ...]
    wanted: Meeting
    own_week: tuple[Meeting, ...]
    neighbours: tuple[Neighbour, ...] = ()
    has_ended: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """None refused, or the first rule that says no, the day on which, and the meeting it concerns."""

    refusal: Refusal | None = None
    clash: Meeting | None = None
    day: date | None = None


def has_room(seats: int, expected: int, away: int) -> bool:
    """Tell whether one more may sit in a meeting that goes on: those marked as away left their seats free."""
    return expected - away < seats


def first_shared_day(one: Meeting, other: Meeting) -> date | None:
    """Return the first day on which both meet at the same time. Back to back is no clash."""
    if one.weekday != other.weekday or one.start >= other.end or other.start >= one.end:
        return None
    return first_common_day(one, other)


def first_common_day(one: Meeting, other: Meeting) -> date | None:
    """Return the first day on which both take place, whatever the time of day."""
    if one.weekday != other.weekday:
        return None
    start = max(one.first, other.first)
    last = min((meeting.last for meeting in (one, other) if meeting.last is not None), default=None)
    day = start + timedelta(days=(one.weekday - start.weekday()) % 7)
    while last is None or day <= last:
        if day not in one.off and day not in other.off:
            return day
        day += WEEK
    return None


def first_clash(wanted: Meeting, week: Iterable[Meeting]) -> tuple[date, Meeting] | None:
    """Return the first day on which the wanted meeting would run into another, and that other."""
    found = [(day, meeting) for meeting in week if (day := first_shared_day(wanted, meeting)) is not None]
    return min(found, key=lambda pair: (pair[0], pair[1].start, pair[1].name), default=None)


def first_contact(wanted: Meeting, own_week: Sequence[Meeting], neighbour: Neighbour) -> date | None:
    """Return the first day on which the client would meet the neighbour, or None.

    In the wider scope each of the two is at the site from the first to the last minute of what they have
    there that day, breaks included; their stays must not overlap.
    """
    days = [
        first_common_day(wanted, theirs)
        for theirs in neighbour.meetings
        if theirs.slot is not None and theirs.slot == wanted.slot
    ]
    if neighbour.on_site and wanted.site is not None:
        days.append(_first_overlappingstay_on(wanted, own_week, neighbour.meetings))
    return min((day for day in days if day is not None), default=None)


def _first_overlappingstay_on(
    wanted: Meeting, own_week: Sequence[Meeting], theirs: Sequence[Meeting]
) -> date | None:
    own = [wanted, *(meeting for meeting in own_week if meeting.site == wanted.site)]
    there = [meeting for meeting in theirs if meeting.site == wanted.site]
    for day in _days_of_change(wanted, [*own, *there]):
        mine, other = stay_on(own, day), stay_on(there, day)
        if mine and other and mine[0] < other[1] and other[0] < mine[1]:
            return day
    return None


def _days_of_change(wanted: Meeting, meetings: Sequence[Meeting]) -> Iterator[date]:
    """Yield the days on which the wanted meeting takes place and that weekday looks unlike the week before.

    Between two such days nothing changes, so what does not happen on them happens on none.
    """
    turns = {wanted.first}
    for meeting in meetings:
        ends = [] if meeting.last is None else [meeting.last + DAY]
        turns |= {meeting.first, *ends, *meeting.off, *(day + DAY for day in meeting.off)}
    days = {turn + timedelta(days=(wanted.weekday - turn.weekday()) % 7) for turn in turns}
    yield from (day for day in sorted(days) if wanted.takes_place(day))


def stay_on(meetings: Iterable[Meeting], day: date) -> tuple[int, int] | None:
    """Return the first and the last minute of someone's day at the site."""
    there = [meeting for meeting in meetings if meeting.takes_place(day)]
    if not there:
        return None
    return min(meeting.start for meeting in there), max(meeting.end for meeting in there)


def may_sit(question: SeatQuestion) -> Answer:
    """Return whether the seat may be given, seats aside: whether one is free only the database can say.

    Order matters: what can never be mended by waiting comes first.
    """
    if question.has_ended:
        return Answer(Refusal.ENDED)
    if question.program_id not in question.admits:
        return Answer(Refusal.WRONG_PROGRAM)
    return may_be_there(question)


def may_be_there(question: SeatQuestion) -> Answer:
    """Return whether the client may be at that place at that time: nobody to avoid, nothing else to attend."""
    wanted, week = question.wanted, question.own_week
    met = [first_contact(wanted, week, neighbour) for neighbour in question.neighbours]
    contact = min((day for day in met if day is not None), default=None)
    if contact is not None:
        return Answer(Refusal.NO_CONTACT, day=contact)
    clash = first_clash(wanted, week)
    if clash is None:
        return Answer()
    day, meeting = clash
    twice = meeting.slot is not None and meeting.slot == wanted.slot
    return Answer(Refusal.SEATED if twice else Refusal.CLASH, meeting, day)
