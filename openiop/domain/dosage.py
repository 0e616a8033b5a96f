"""Hours of care: what counts, what a week has, who will fall short and why.

Countable minutes are the minutes a client was in a session while it was held; a break or a lunch does
not count, a supervised meal does. A minute that two sessions share counts once. A session belongs to
the local date on which it starts, in the site's time zone; a week starts on the payer's first day.
Floors and orders are passed in: the catalogue and the client's order hold them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from openiop.domain.schedule.series import on_the_clock
from openiop.domain.schedule.words import Reason, reason

MONDAY, SUNDAY = 0, 6


class Interval(NamedTuple):
    """A piece of time, half open."""

    start: datetime
    end: datetime


class PieceKind(StrEnum):
    """A part of a session that is not group work."""

    BREAK = "break"
    LUNCH = "lunch"
    SUPERVISED_MEAL = "supervised-meal"


COUNTED_PIECES = frozenset({PieceKind.SUPERVISED_MEAL})


@dataclass(frozen=True, slots=True)
class Piece:
    """A break, lunch or meal of so many minutes. `after`: minutes from the start of the session.

    None when nobody knows when it was: then it is taken off whatever was attended.
    """

    kind: PieceKind
    minutes: int
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A dated session with the parts of it that do not count."""

    id: str
    starts_at: datetime
    ends_at: datetime
    pieces: tuple[Piece, ...] = ()


class Standing(StrEnum):
    """How one session of a client stands."""

    PLANNED = "planned"
    ATTENDED = "attended"
    MISSED = "missed"
    EXCUSED = "excused"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Entry:
    """One session in one client's week. `why` is the coded reason of an absence or cancellation."""

    session: Session
    standing: Standing
    arrived: datetime | None = None
    left: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Week:
    """Seven local days from `first`, in the site's time zone."""

    first: date
    zone: str

    @property
    def last(self) -> date:
        """The seventh day."""
        return self.first + timedelta(days=6)

    @property
    def days(self) -> tuple[date, ...]:
        """The seven days."""
        return tuple(self.first + timedelta(days=n) for n in range(7))

    @property
    def starts_at(self) -> datetime:
        """Local midnight before the first day."""
        return on_the_clock(self.first, 0, self.zone)

    @property
    def ends_at(self) -> datetime:
        """Local midnight after the last day: 167 or 169 hours later in a week of clock change."""
        return on_the_clock(self.first + timedelta(days=7), 0, self.zone)

    def day_of(self, at: datetime) -> date:
        """The local date of an instant."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    def has(self, session: Session) -> bool:
        """Whether the session starts in this week."""
        return self.starts_at <= session.starts_at < self.ends_at


def week_of(at: datetime, zone: str, first_day: int = MONDAY) -> Week:
    """The week an instant lies in; `first_day` is a weekday, 6 for a payer who starts on Sunday."""
    on = at.astimezone(ZoneInfo(zone)).date()
    return Week(on - timedelta(days=(on.weekday() - first_day) % 7), zone)


@dataclass(frozen=True, slots=True)
class Need:
    """So many minutes on so many days of a week. A day counts from `day_minutes` on."""

    minutes: int
    days: int
    day_minutes: int = 1


@dataclass(frozen=True, slots=True)
class Given:
    """Minutes and days of one kind: scheduled, attended or forecast."""

    minutes: int
    days: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What is missing to a need; both 0 when it is met."""

    minutes: int
    days: int

    def __bool__(self) -> bool:
        return self.minutes > 0 or self.days > 0


@dataclass(frozen=True, slots=True)
class Dosage:
    """One client's week. The forecast is what was attended and all that is still to come."""

    week: Week
    scheduled: Given
    attended: Given
    forecast: Given
    below_floor: Shortfall
    below_order: Shortfall
    reasons: tuple[Reason, ...]
    unmarked: tuple[str, ...]


def countable(session: Session, arrived: datetime | None, left: datetime | None) -> tuple[Interval, ...]:
    """The pieces of time that count for someone there from `arrived` to `left`.

    None means from the start, or to the end. Time before or after the session does not count.
    """
    start = max(session.starts_at, arrived or session.starts_at)
    end = min(session.ends_at, left or session.ends_at)
    pieces = [p for p in session.pieces if p.kind not in COUNTED_PIECES]
    out = [Interval(start, end)] if start < end else []
    for piece in pieces:
        if piece.after is not None:
            at = session.starts_at + timedelta(minutes=piece.after)
            out = list(_without(out, Interval(at, at + timedelta(minutes=piece.minutes))))
    return _shortened(out, sum(p.minutes for p in pieces if p.after is None))


def countable_minutes(session: Session, arrived: datetime | None = None, left: datetime | None = None) -> int:
    """Whole minutes that count."""
    return minutes_in(countable(session, arrived, left))


def _without(intervals: Iterable[Interval], gap: Interval) -> Iterator[Interval]:
    for piece in intervals:
        before = Interval(piece.start, min(piece.end, gap.start))
        after = Interval(max(piece.start, gap.end), piece.end)
        yield from (part for part in (before, after) if part.start < part.end)


def _shortened(intervals: Sequence[Interval], minutes: int) -> tuple[Interval, ...]:
    """The same with that many minutes taken off the end."""
    off, out = timedelta(minutes=minutes), list(intervals)
    while out and off:
        last = out.pop()
        if last.end - last.start > off:
            out.append(Interval(last.start, last.end - off))
            break
        off -= last.end - last.start
    return tuple(out)


def minutes_in(intervals: Iterable[Interval]) -> int:
    """Whole minutes in the union: shared time counts once."""
    total, until = timedelta(), None
    for start, end in sorted(intervals):
        fresh = start if until is None else max(start, until)
        if end > fresh:
            total += end - fresh
            until = end
    return int(total.total_seconds()) // 60


def given(parts: Iterable[tuple[date, Sequence[Interval]]], day_minutes: int) -> Given:
    """Minutes and days of these pieces of time, each with the local date it belongs to."""
    by_day: dict[date, list[Interval]] = {}
    for on, intervals in parts:
        by_day.setdefault(on, []).extend(intervals)
    minutes = {on: minutes_in(pieces) for on, pieces in by_day.items()}
    everything = minutes_in(piece for pieces in by_day.values() for piece in pieces)
    return Given(everything, sum(1 for m in minutes.values() if m >= max(1, day_minutes)))


def shortfall(has: Given, need: Need) -> Shortfall:
    """What is missing."""
    return Shortfall(max(0, need.minutes - has.minutes), max(0, need.days - has.days))


def weekly_dosage(entries: Iterable[Entry], week: Week, *, now: datetime, order: Need, floor: Need) -> Dosage:
    """One client's week against the order and the program's floor, with what takes minutes away.

    Sessions of other weeks are left out. A past session nobody has marked counts in the forecast and
    is named in `unmarked`.
    """
    own = sorted(
        (e for e in entries if week.has(e.session)), key=lambda e: (e.session.starts_at, e.session.id)
    )

    def total(parts: Iterable[tuple[Entry, Sequence[Interval]]]) -> Given:
        return given(((week.day_of(e.session.starts_at), p) for e, p in parts), floor.day_minutes)

    held = [e for e in own if e.standing is not Standing.CANCELLED]
    came = [(e, countable(e.session, e.arrived, e.left)) for e in own if e.standing is Standing.ATTENDED]
    to_come = [e for e in own if e.standing is Standing.PLANNED]
    scheduled = total((e, countable(e.session, None, None)) for e in held)
    forecast = total([*came, *((e, countable(e.session, None, None)) for e in to_come)])
    below_floor, below_order = shortfall(forecast, floor), shortfall(forecast, order)
    return Dosage(
        week=week,
        scheduled=scheduled,
        attended=total(came),
        forecast=forecast,
        below_floor=below_floor,
        below_order=below_order,
        reasons=tuple(_reasons(own, scheduled, order)) if below_floor or below_order else (),
        unmarked=tuple(e.session.id for e in to_come if e.session.ends_at <= now),
    )


def _reasons(entries: Iterable[Entry], scheduled: Given, order: Need) -> Iterator[Reason]:
    """What takes minutes away, the largest first."""
    found = [lost for entry in entries if (lost := _lost(entry)) is not None]
    if scheduled.minutes < order.minutes or scheduled.days < order.days:
        found.append(
            reason(
                "not-scheduled",
                minutes=max(0, order.minutes - scheduled.minutes),
                days=max(0, order.days - scheduled.days),
            )
        )
    yield from sorted(found, key=lambda r: -r.number("minutes"))


def _lost(entry: Entry) -> Reason | None:
    """What one session took away, or None when it gave all it could."""
    whole = countable_minutes(entry.session)
    if entry.standing is Standing.PLANNED:
        return None
    if entry.standing is Standing.ATTENDED:
        lost = whole - countable_minutes(entry.session, entry.arrived, entry.left)
        code = "late" if entry.arrived and entry.arrived > entry.session.starts_at else "left-early"
    else:
        lost, code = whole, str(entry.standing)
    if lost == 0:
        return None
    return reason(code, session=entry.session.id, minutes=lost, why=entry.why)


def falling_short(weeks: Iterable[tuple[str, Dosage]]) -> list[tuple[str, Dosage]]:
    """Who will be below the program's floor at the end of the week, the largest shortfall first."""
    short = [(client, dosage) for client, dosage in weeks if dosage.below_floor]
    return sorted(short, key=lambda s: (-s[1].below_floor.minutes, -s[1].below_floor.days, s[0]))
