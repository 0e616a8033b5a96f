"""Make-up seats that mend a short week: the smallest set of open seats that fits the client.

A seat fits when it is still to come, in the week, in a window widened by travel, beside everything the
client has, in a mode the client can use and the day already has, with a seat free, and without anyone
the client must not meet, in the session or at the site. Of the sets that mend the week the smallest wins, then the one with the fewest
extra days, then the one that gives the least beyond what is missing, then the earliest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations, islice
from zoneinfo import ZoneInfo

from openiop.domain.absences import Away, away_from
from openiop.domain.dosage import Interval, Session, Shortfall, Week, countable_minutes
from openiop.domain.schedule.problem import Mode, Span
from openiop.domain.schedule.rules import merged, not_free
from openiop.domain.schedule.words import Reason, Rule, reason


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in one dated session. `attended_by`: who else sits there."""

    session: Session
    mode: Mode
    service: str
    free: int
    attended_by: frozenset[str] = frozenset()
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Planned:
    """Something the client attends or has attended this week. `counts`: its day counts already."""

    starts_at: datetime
    ends_at: datetime
    mode: Mode
    service: str = ""
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """What the client can do: windows and travel in local minutes, modes, who must not be met.

    `away`: planned absences. `not_at`: when someone is at the site whom they must not meet even there.
    """

    windows: tuple[Span, ...]
    travel: int
    modes: frozenset[Mode]
    services: frozenset[str]
    keep_apart_from: frozenset[str] = frozenset()
    away: tuple[Away, ...] = ()
    not_at: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class MendQuestion:
    """One short week. `day_most`: group minutes that one day may have, or None."""

    person: Person
    week: Week
    short: Shortfall
    planned: tuple[Planned, ...]
    seats: tuple[Seat, ...]
    now: datetime
    day_most: int | None = None


@dataclass(frozen=True, slots=True)
class Mend:
    """A set of make-up seats, the minutes and new days it gives, and what then is still missing."""

    sessions: tuple[str, ...]
    minutes: int
    new_days: int
    left: Shortfall

    @property
    def is_whole(self) -> bool:
        """Whether it mends the week."""
        return not self.left


MOST_SEATS = 5
MOST_SETS = 50_000
"""The search looks at no more sets of one size than this; a site's open seats that fit one client give a few hundred."""


def fitting_seats(question: MendQuestion) -> list[Seat]:
    """The seats the client could take, in order of time."""
    seats = [seat for seat in question.seats if not forbidden(question, seat)]
    return sorted(seats, key=lambda s: (s.session.starts_at, s.session.id))


def forbidden(question: MendQuestion, seat: Seat) -> tuple[Reason, ...]:
    """Every reason why the client may not take that seat; empty when it fits."""
    person, session = question.person, seat.session
    found = [
        None if session.starts_at > question.now else reason("past", session=session.id),
        None if question.week.has(session) else reason("other-week", session=session.id),
        None if seat.mode in person.modes else reason(Rule.MODE, mode=seat.mode),
        None if seat.service in person.services else reason(Rule.SERVICE, service=seat.service),
        None if seat.free > 0 else reason(Rule.SEAT, session=session.id),
        None
        if not person.keep_apart_from & seat.attended_by
        else reason(Rule.NO_CONTACT, session=session.id),
        _away(question, seat),
        _outside(question, seat),
        _met_at_the_site(question, [seat], question.week.day_of(session.starts_at)),
        *_beside(question, seat),
    ]
    return tuple(r for r in found if r is not None)


def _away(question: MendQuestion, seat: Seat) -> Reason | None:
    """A planned absence, with the way on either side of a session on site, leaves no time for it."""
    way = timedelta(minutes=question.person.travel if seat.mode is Mode.ONSITE else 0)
    session = seat.session
    away = away_from(question.person.away, session.starts_at - way, session.ends_at + way)
    return None if away is None else reason("away", session=session.id)


def _met_at_the_site(question: MendQuestion, chosen: Sequence[Seat], on: date) -> Reason | None:
    """With these seats the stay at the site, from the first to the last minute of the day, meets nobody to avoid."""
    if not question.person.not_at:
        return None
    own = [(p.starts_at, p.ends_at) for p in question.planned if p.mode is Mode.ONSITE]
    own += [(s.session.starts_at, s.session.ends_at) for s in chosen if s.mode is Mode.ONSITE]
    day = [(start, end) for start, end in own if question.week.day_of(start) == on]
    if not day or not any(s.mode is Mode.ONSITE for s in chosen):
        return None
    first, last = min(start for start, _end in day), max(end for _start, end in day)
    if any(start < last and first < end for start, end in question.person.not_at):
        return reason(Rule.NO_CONTACT_SITE, session=chosen[0].session.id)
    return None


def _outside(question: MendQuestion, seat: Seat) -> Reason | None:
    start = seat.session.starts_at.astimezone(ZoneInfo(question.week.zone))
    minute = start.hour * 60 + start.minute
    length = int((seat.session.ends_at - seat.session.starts_at) / timedelta(minutes=1))
    span = Span(start.weekday(), minute, minute + length)
    travel = question.person.travel if seat.mode is Mode.ONSITE else 0
    return not_free(span, travel, merged(question.person.windows))


def _beside(question: MendQuestion, seat: Seat) -> Iterator[Reason | None]:
    """What the client has on that day must go with it."""
    session = seat.session
    for own in _same_day(question, seat):
        if own.starts_at < session.ends_at and session.starts_at < own.ends_at:
            yield reason(Rule.OVERLAP, session=session.id)
        if own.mode is not seat.mode:
            yield reason(Rule.DAY_MODE, session=session.id)
        if own.service == seat.service:
            yield reason(Rule.DAY_SERVICE, service=seat.service)


def _same_day(question: MendQuestion, seat: Seat) -> list[Planned]:
    on = question.week.day_of(seat.session.starts_at)
    return [own for own in question.planned if question.week.day_of(own.starts_at) == on]


def find_mends(question: MendQuestion, *, limit: int = 3) -> list[Mend]:
    """The best sets of seats that mend the week; when none does, the one that comes nearest.

    Empty when nothing is missing or no seat fits.
    """
    seats = [s for s in fitting_seats(question) if s.counts and countable_minutes(s.session) > 0]
    if not question.short or not seats:
        return []
    longest = max(countable_minutes(seat.session) for seat in seats)
    for size in range(1, min(MOST_SEATS, len(seats)) + 1):
        if size * longest >= question.short.minutes and size >= question.short.days:
            whole = [
                (_rank(mend, sets), mend) for sets, mend in _sets(question, seats, size) if mend.is_whole
            ]
            if whole:
                return [mend for _, mend in sorted(whole, key=lambda pair: pair[0])[:limit]]
    mends = (m for n in range(1, min(MOST_SEATS, len(seats)) + 1) for _, m in _sets(question, seats, n))
    nearest = min(mends, key=_missing, default=None)
    return [nearest] if nearest is not None else []


def _sets(
    question: MendQuestion, seats: Sequence[Seat], size: int
) -> Iterator[tuple[tuple[Seat, ...], Mend]]:
    """Each set of that many seats that go together."""
    for chosen in islice(combinations(seats, size), MOST_SETS):
        if _go_together(question, chosen):
            yield chosen, _mend(question, chosen)


def _missing(mend: Mend) -> tuple[int, int, int]:
    return (mend.left.minutes, mend.left.days, len(mend.sessions))


def _rank(mend: Mend, chosen: Sequence[Seat]) -> tuple[object, ...]:
    times = tuple(seat.session.starts_at for seat in chosen)
    return (mend.new_days, mend.minutes, times, mend.sessions)


def _go_together(question: MendQuestion, chosen: Sequence[Seat]) -> bool:
    """The seats do not clash with each other, and no day becomes too long or mixed."""
    for one, two in combinations(chosen, 2):
        a, b = one.session, two.session
        if a.starts_at < b.ends_at and b.starts_at < a.ends_at:
            return False
        same_day = question.week.day_of(a.starts_at) == question.week.day_of(b.starts_at)
        if same_day and (one.mode is not two.mode or one.service == two.service):
            return False
    if any(_met_at_the_site(question, chosen, on) for on in _days(question, chosen)):
        return False
    if question.day_most is None:
        return True
    return all(_day_minutes(question, chosen, on) <= question.day_most for on in _days(question, chosen))


def _days(question: MendQuestion, chosen: Iterable[Seat]) -> set[date]:
    return {question.week.day_of(seat.session.starts_at) for seat in chosen}


def _day_minutes(question: MendQuestion, chosen: Iterable[Seat], on: date) -> int:
    own = [(p.starts_at, p.ends_at) for p in question.planned]
    own += [(s.session.starts_at, s.session.ends_at) for s in chosen]
    day = [(start, end) for start, end in own if question.week.day_of(start) == on]
    return sum(int((end - start) / timedelta(minutes=1)) for start, end in day)


def _mend(question: MendQuestion, chosen: Sequence[Seat]) -> Mend:
    counted = {question.week.day_of(p.starts_at) for p in question.planned if p.counts}
    new_days = len(_days(question, chosen) - counted)
    minutes = sum(countable_minutes(seat.session) for seat in chosen)
    left = Shortfall(max(0, question.short.minutes - minutes), max(0, question.short.days - new_days))
    return Mend(tuple(seat.session.id for seat in chosen), minutes, new_days, left)
