"""Rows of people's weeks as the seat rules see them, and how many sit in a slot on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from openiop.apps.accounts.models import Site
from openiop.apps.admissions.models import Episode
from openiop.apps.clients.models import Client, NoContact
from openiop.apps.core.clock import local
from openiop.apps.schedule.bookings import met_span, span_of
from openiop.apps.schedule.models import (
    Absence,
    Appointment,
    Closure,
    Enrollment,
    SeriesSlot,
    Session,
    SessionGuest,
)
from openiop.domain.parts import ROOM, part_in
from openiop.domain.schedule.series import ClosedTime
from openiop.domain.seats import (
    Answer,
    Meeting,
    Neighbour,
    SeatQuestion,
    SeatState,
    first_contact,
    may_be_there,
    may_sit,
)

WIDER = "site"
"""The scope of a pair who must not be at a site at the same time either."""


@dataclass(slots=True)
class Fitting:
    """What a client has from a day on, and whom they must not meet. Read once; `add` keeps it true."""

    week: list[Meeting] = field(default_factory=list)
    neighbours: tuple[Neighbour, ...] = ()

    def add(self, meeting: Meeting) -> None:
        """Remember a seat that was given in the same transaction."""
        self.week.append(meeting)

    def answer(self, episode: Episode, slot: SeriesSlot, wanted: Meeting) -> Answer:
        """Return whether the client may have that seat."""
        series = slot.series
        ended = series.ends_on is not None and series.ends_on < wanted.first
        return may_sit(self._question(wanted, episode.program_id, tuple(series.programs), ended=ended))

    def presence(self, wanted: Meeting) -> Answer:
        """Return whether the client may be there at all, whatever the track."""
        return may_be_there(self._question(wanted, "", (), ended=False))

    def contact(self, wanted: Meeting) -> date | None:
        """Return the first day on which the client would meet someone they must not meet."""
        met = [first_contact(wanted, self.week, neighbour) for neighbour in self.neighbours]
        return min((day for day in met if day is not None), default=None)

    def _question(
        self, wanted: Meeting, program: str, admits: tuple[str, ...], *, ended: bool
    ) -> SeatQuestion:
        return SeatQuestion(program, admits, wanted, tuple(self.week), self.neighbours, ended)


def fitting_of(client: Client, site: Site, first: date) -> Fitting:
    """Return what the client has from `first` on, in the site's wall-clock. Six queries."""
    pairs = NoContact.objects.filter(Q(client=client) | Q(other=client), ended_at__isnull=True)
    scopes: dict[int, bool] = {}
    for one, other, scope in pairs.values_list("client_id", "other_id", "scope"):
        them = other if one == client.pk else one
        scopes[them] = scopes.get(them, False) or scope == WIDER
    weeks = meetings_of({client.pk, *scopes}, site.time_zone, first)
    met = tuple(Neighbour(tuple(weeks[them]), on_site) for them, on_site in scopes.items())
    return Fitting(weeks[client.pk], met)


def meetings_of(client_ids: set[int], zone: str, first: date) -> dict[int, list[Meeting]]:
    """Return each client's seats, make-ups and appointments from `first` on. Five queries."""
    found: dict[int, list[Meeting]] = {pk: [] for pk in client_ids}
    seats = list(
        Enrollment.objects.filter(
            Q(state=SeatState.HELD) | Q(state=SeatState.ENDED, ends_on__gte=first), client_id__in=client_ids
        ).select_related("slot__series")
    )
    slots = {seat.slot for seat in seats}
    odd = _odd_sessions(slots, first)
    off = _off(slots, first, odd)
    for seat in seats:
        last = min((day for day in (seat.ends_on, seat.slot.series.ends_on) if day), default=None)
        off_days = off[seat.slot_id]
        found[seat.client_id].append(weekly(seat.slot, seat.starts_on, last, off_days, seat.modality))
        found[seat.client_id] += [dated(row, seat.modality) for row in odd if _holds(seat, row, first)]
    guests = SessionGuest.objects.filter(
        client_id__in=client_ids, session__day__gte=first, ended_at__isnull=True
    ).exclude(session__state="cancelled")
    for guest in guests.select_related("session__slot__series", "session__site"):
        found[guest.client_id].append(dated(guest.session, guest.modality))
    visits = Appointment.objects.filter(client_id__in=client_ids, state="planned", day__gte=first)
    for visit in visits:
        found[visit.client_id].append(visited(visit, zone))
    return found


def weekly(
    slot: SeriesSlot,
    first: date,
    last: date | None = None,
    off: frozenset[date] = frozenset(),
    part: str = "",
) -> Meeting:
    """Return a slot as a weekly meeting from a day on. `part`: how the seat takes part in a hybrid group."""
    series = slot.series
    here = series.site_id if part_in(series.modality, part) == ROOM else None
    return Meeting(
        series.name, slot.weekday, slot.start_minute, slot.end_minute,
        max(first, series.starts_on), last or series.ends_on, off, slot.pk, here,
    )  # fmt: skip


def wanted_seat(slot: SeriesSlot, first: date, part: str = "") -> Meeting:
    """Return the seat someone asks for, from a day on, without the days on which the group is off."""
    return weekly(slot, first, None, days_off({slot}, first)[slot.pk], part)


def dated(session: Session, part: str = "") -> Meeting:
    """Return one session as a meeting of that day alone."""
    span = met_span(session)
    here = session.site_id if part_in(session.modality, part) == ROOM else None
    return Meeting(
        session.series.name, span.day, span.start, span.end,
        session.day, session.day, slot=session.slot_id, site=here,
    )  # fmt: skip


def visited(visit: Appointment, zone: str) -> Meeting:
    """Return an appointment as a meeting of its day alone."""
    here = visit.site_id if visit.modality == "on_site" else None
    return visit_at(visit.kind, visit.starts_at, visit.ends_at, zone=zone, site_id=here)


def visit_at(kind: str, starts_at: datetime, ends_at: datetime, *, zone: str, site_id: int | None) -> Meeting:
    """Return a time for an appointment as a meeting; `site_id` None: by telehealth."""
    starts = local(starts_at, zone)
    start, day = starts.hour * 60 + starts.minute, starts.date()
    length = int((ends_at - starts_at).total_seconds() // 60)
    return Meeting(kind, day.weekday(), start, start + length, day, day, site=site_id)


def days_off(slots: set[SeriesSlot], first: date) -> dict[int, frozenset[date]]:
    """Return the days from `first` on which each slot does not meet: closures, cancelled and moved sessions."""
    return _off(slots, first, _odd_sessions(slots, first))


def _odd_sessions(slots: Iterable[SeriesSlot], first: date) -> list[Session]:
    """Return the sessions from `first` on that are not as their slot says: cancelled, or moved."""
    rows = Session.objects.filter(Q(state="cancelled") | Q(moved_from__isnull=False))
    rows = rows.filter(Q(day__gte=first) | Q(moved_from__gte=first), slot__in=[slot.pk for slot in slots])
    return list(rows.select_related("slot__series", "series", "site"))


def _holds(seat: Enrollment, session: Session, first: date) -> bool:
    """Tell whether a seat is one in a session that was moved to a day from `first` on."""
    if session.slot_id != seat.slot_id or session.state == "cancelled" or session.day < first:
        return False
    return seat.starts_on <= session.day and (seat.ends_on is None or session.day <= seat.ends_on)


def _off(slots: set[SeriesSlot], first: date, odd: Iterable[Session]) -> dict[int, frozenset[date]]:
    found: dict[int, set[date]] = {slot.pk: set() for slot in slots}
    for row in odd:
        found[row.slot_id].add(row.moved_from or row.day)
    sites = {slot.series.site_id for slot in slots}
    closures = list(Closure.objects.filter(site_id__in=sites, room__isnull=True, day__gte=first))
    for slot in slots:
        found[slot.pk] |= set(_closed(slot, closures))
    return {key: frozenset(days) for key, days in found.items()}


def _closed(slot: SeriesSlot, closures: Iterable[Closure]) -> Iterator[date]:
    for row in closures:
        shut = ClosedTime(row.day, row.start_minute, row.end_minute)
        here = row.site_id == slot.series.site_id and row.day.weekday() == slot.weekday
        if here and shut.closes(row.day, span_of(slot)):
            yield row.day


def seated_on(slot_id: int, day: date) -> int:
    """Return how many sit in a slot on a day: weekly holders of that day, and guests."""
    holders = Enrollment.objects.filter(
        Q(state=SeatState.HELD) | Q(state=SeatState.ENDED, ends_on__gte=day),
        slot_id=slot_id,
        starts_on__lte=day,
    )
    guests = SessionGuest.objects.filter(
        session__slot_id=slot_id, session__day=day, ended_at__isnull=True
    ).exclude(session__state="cancelled")
    return holders.count() + guests.count()


def first_full_day(slot: SeriesSlot, first: date) -> date | None:
    """Return the first day from `first` on which no seat is left for one more weekly holder, or None.

    A make-up guest and a seat that ends later take places on single days that the slot's counter does
    not know; only those days are looked at.
    """
    guests = (
        SessionGuest.objects.filter(session__slot=slot, session__day__gte=first, ended_at__isnull=True)
        .exclude(session__state="cancelled")
        .values_list("session__day")
        .annotate(count=Count("id"))
    )
    days = {day for day, _count in guests.order_by("session__day")}
    leaving = Enrollment.objects.filter(slot=slot, state=SeatState.ENDED, ends_on__gte=first)
    for ends_on in leaving.values_list("ends_on", flat=True):
        days |= set(_meeting_days(slot, first, ends_on))
    return next((day for day in sorted(days) if seated_on(slot.pk, day) >= slot.seats), None)


def _meeting_days(slot: SeriesSlot, first: date, last: date) -> Iterator[date]:
    day = first + timedelta(days=(slot.weekday - first.weekday()) % 7)
    while day <= last:
        yield day
        day += timedelta(days=7)


def absence_at(client_id: int, starts_at: datetime, ends_at: datetime) -> Absence | None:
    """Return the planned absence of a client that touches that time, or None."""
    found: Absence | None = (
        Absence.objects.filter(
            client_id=client_id, cancelled_at__isnull=True, starts_at__lt=ends_at, ends_at__gt=starts_at
        )
        .order_by("starts_at")
        .first()
    )
    return found
