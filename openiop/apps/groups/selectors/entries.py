"""What stands in people's weeks: sessions of their seats, make-ups, and appointments, with what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from openiop.apps.admissions.models import Episode
from openiop.apps.groups.counting import dosed
from openiop.apps.groups.models import Attendance
from openiop.apps.groups.selectors.sheet import holds_on, seats_between
from openiop.apps.schedule.models import Appointment, Enrollment, Session, SessionGuest
from openiop.apps.schedule.selectors.absences import away_between
from openiop.domain import dosage
from openiop.domain.absences import Away, away_from
from openiop.domain.attendance import HERE, State
from openiop.domain.dosage import Entry, Standing
from openiop.domain.parts import part_in


@dataclass(frozen=True, slots=True)
class Item:
    """One session or appointment of a person's week. `session` None: an appointment of that `kind`.

    `is_ahead`: excused by a planned absence, and nobody has marked it yet.
    """

    entry: Entry
    day: date
    counts: bool
    mode: str
    is_guest: bool = False
    session: Session | None = None
    attendance: Attendance | None = None
    kind: str = ""
    is_ahead: bool = False


@dataclass(slots=True)
class _Rows:
    """The rows of a stretch of days, read once."""

    seats: dict[int, list[Enrollment]]
    guests: dict[int, dict[int, str]]
    marks: dict[int, dict[int, Attendance]]
    sessions: list[Session]
    appointments: dict[int, list[Appointment]]
    away: dict[int, list[Away]]


def items_of(episodes: Sequence[Episode], first: date, last: date) -> dict[int, tuple[Item, ...]]:
    """Return what each episode has from `first` to `last`, in order of time. Six queries."""
    rows = _read(episodes, first, last)
    return {
        episode.pk: tuple(
            sorted(
                _items(episode, rows), key=lambda item: (item.entry.session.starts_at, item.entry.session.id)
            )
        )
        for episode in episodes
    }


def _read(episodes: Sequence[Episode], first: date, last: date) -> _Rows:
    ids = [episode.pk for episode in episodes]
    seats = _by_episode(seats_between(first, last).filter(episode_id__in=ids))
    guest_rows = SessionGuest.objects.filter(
        episode_id__in=ids, ended_at__isnull=True, session__day__range=(first, last)
    ).values_list("episode_id", "session_id", "modality")
    guests: dict[int, dict[int, str]] = {}
    for episode_id, session_id, part in guest_rows:
        guests.setdefault(episode_id, {})[session_id] = part
    marks: dict[int, dict[int, Attendance]] = {}
    for row in Attendance.objects.filter(episode_id__in=ids, day__range=(first, last)):
        marks.setdefault(row.episode_id, {})[row.session_id] = row
    known = {pk for own in guests.values() for pk in own} | {pk for own in marks.values() for pk in own}
    slots = {seat.slot_id for own in seats.values() for seat in own}
    sessions = Session.objects.filter(
        Q(slot_id__in=slots, day__range=(first, last)) | Q(pk__in=known)
    ).select_related("slot", "series", "room", "lead")
    visits = Appointment.objects.filter(
        client_id__in=[episode.client_id for episode in episodes], day__range=(first, last)
    ).exclude(state="cancelled")
    away = away_between(ids, first, last)
    return _Rows(seats, guests, marks, list(sessions), _visits(episodes, visits), away)


def _by_episode(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.episode_id, []).append(row)
    return found


def _visits(episodes: Sequence[Episode], rows: Iterable[Appointment]) -> dict[int, list[Appointment]]:
    """Give each appointment to its episode; one that names none, to the client's episode here."""
    own = {episode.client_id: episode.pk for episode in episodes}
    found: dict[int, list[Appointment]] = {}
    for row in rows:
        found.setdefault(row.episode_id or own[row.client_id], []).append(row)
    return found


def _items(episode: Episode, rows: _Rows) -> Iterable[Item]:
    slots: dict[int, list[Enrollment]] = {}
    for seat in rows.seats.get(episode.pk, ()):
        slots.setdefault(seat.slot_id, []).append(seat)
    guest, marks = rows.guests.get(episode.pk, {}), rows.marks.get(episode.pk, {})
    away = rows.away.get(episode.pk, [])
    for session in rows.sessions:
        own = next((one for one in slots.get(session.slot_id, ()) if holds_on(one, session.day)), None)
        if own is not None or session.pk in guest or session.pk in marks:
            is_guest = session.pk in guest and own is None
            part = own.modality if own is not None else guest.get(session.pk, "")
            item = _session_item(session, marks.get(session.pk), part, is_guest=is_guest)
            yield _excused_ahead(item, away)
    for visit in rows.appointments.get(episode.pk, ()):
        yield _excused_ahead(_visit_item(visit), away)


def _excused_ahead(item: Item, absences: Sequence[Away]) -> Item:
    """Return the item excused where a planned absence touches it and nothing is marked."""
    entry = item.entry
    if entry.standing is not Standing.PLANNED:
        return item
    away = away_from(absences, entry.session.starts_at, entry.session.ends_at)
    if away is None:
        return item
    return replace(item, entry=replace(entry, standing=Standing.EXCUSED, why=away.why), is_ahead=True)


def _session_item(session: Session, mark: Attendance | None, part: str, *, is_guest: bool) -> Item:
    standing, why = Standing.PLANNED, ""
    if mark is not None:
        standing, why = _standing(mark.state), mark.barrier or mark.reason
    elif session.state == "cancelled":
        standing = Standing.CANCELLED
    arrived, left = None, None
    if mark is not None and standing is Standing.ATTENDED:
        arrived, left = mark.arrived_at, mark.left_at
    entry = Entry(dosed(session), standing, arrived, left, why)
    mode = part_in(session.modality, part)
    return Item(entry, session.day, session.series.countable, mode, is_guest, session, mark)


def _standing(state: str) -> Standing:
    if state in HERE:
        return Standing.ATTENDED
    return Standing.EXCUSED if state == State.EXCUSED else Standing.MISSED


def _visit_item(visit: Appointment) -> Item:
    session = dosage.Session(f"visit-{visit.pk}", visit.starts_at, visit.ends_at)
    standing = {"held": Standing.ATTENDED, "no_show": Standing.MISSED}.get(visit.state, Standing.PLANNED)
    left = None
    if standing is Standing.ATTENDED and visit.attended_minutes is not None:
        left = visit.starts_at + timedelta(minutes=visit.attended_minutes)
    return Item(
        Entry(session, standing, left=left), visit.day, visit.countable, visit.modality, kind=visit.kind
    )
