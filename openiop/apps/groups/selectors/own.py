"""A person's own days: groups, make-up seats and appointments, cancelled ones too, as they see them themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from openiop.apps.accounts.models import Site
from openiop.apps.clients.models import Client
from openiop.apps.groups.models import Attendance
from openiop.apps.groups.selectors.sheet import holds_on, seats_between
from openiop.apps.schedule.models import Absence, Appointment, Closure, Enrollment, Session, SessionGuest
from openiop.apps.schedule.selectors.absences import standing_between
from openiop.domain.attendance import HERE
from openiop.domain.joinlinks import is_nearly_time
from openiop.domain.parts import part_in

FAMILY = "family"
LOOK_AHEAD = timedelta(days=21)
"""How far ahead the next thing is looked for."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One thing on somebody's day. `kind` is `group` or that of an appointment; `name` is empty for those.

    `was_here` None: it is still to come, or nobody has marked it.
    """

    kind: str
    name: str
    name_es: str
    starts_at: datetime
    ends_at: datetime
    day: date
    site: Site
    room: str
    with_whom: str
    by_video: bool
    is_family: bool
    is_make_up: bool
    is_cancelled: bool
    is_excused: bool
    was_here: bool | None
    join_link: str = ""

    def is_ahead(self, at: datetime) -> bool:
        """Tell whether it is still to come, or going on, and the person is expected."""
        return self.ends_at > at and not self.is_cancelled and not self.is_excused

    def link_at(self, at: datetime) -> str:
        """Return the link to join while it is nearly time and the person is expected; empty otherwise."""
        if not self.is_ahead(at) or not is_nearly_time(self.starts_at, self.ends_at, at):
            return ""
        return self.join_link


@dataclass(frozen=True, slots=True)
class Days:
    """Somebody's days from `first` to `last`, with what is closed on them."""

    first: date
    last: date
    visits: tuple[Visit, ...]
    closures: dict[date, str]

    def on(self, day: date) -> list[Visit]:
        """Return what stands on a day, in order of time."""
        return [visit for visit in self.visits if visit.day == day]


def days_of(client: Client, first: date, last: date) -> Days:
    """Return a client's days in a fixed number of queries, whatever stands on them."""
    absences = list(standing_between(first, last).filter(client=client))
    visits = [*_groups(client, first, last, absences), *_appointments(client, first, last, absences)]
    visits.sort(key=lambda visit: (visit.starts_at, visit.ends_at))
    sites = {visit.site.pk for visit in visits} | ({client.site_id} if client.site_id else set())
    closed = Closure.objects.filter(site_id__in=sites, room__isnull=True, day__range=(first, last))
    return Days(first, last, tuple(visits), {row.day: row.name for row in closed.order_by("day", "-id")})


def next_visit(client: Client, *, at: datetime, today: date, only_family: bool = False) -> Visit | None:
    """Return what comes next for a client, within the next weeks."""
    found = days_of(client, today, today + LOOK_AHEAD).visits
    return next(
        (visit for visit in found if visit.is_ahead(at) and (visit.is_family or not only_family)), None
    )


def _groups(client: Client, first: date, last: date, absences: Sequence[Absence]) -> Iterator[Visit]:
    seats: dict[int, list[Enrollment]] = {}
    for seat in seats_between(first, last).filter(client=client):
        seats.setdefault(seat.slot_id, []).append(seat)
    guests: dict[int, str] = dict(
        SessionGuest.objects.filter(
            client=client, ended_at__isnull=True, session__day__range=(first, last)
        ).values_list("session_id", "modality")
    )
    marks = {
        row.session_id: row.state in HERE
        for row in Attendance.objects.filter(client=client, day__range=(first, last))
    }
    rows = Session.objects.filter(day__range=(first, last), slot_id__in=list(seats))
    rows = rows | Session.objects.filter(pk__in=guests.keys() | marks.keys())
    for session in rows.select_related("series", "site", "room", "lead").distinct():
        seat = next((one for one in seats.get(session.slot_id, ()) if holds_on(one, session.day)), None)
        part = seat.modality if seat is not None else guests.get(session.pk, "")
        if seat is not None or session.pk in guests or session.pk in marks:
            yield Visit(
                kind="group",
                name=session.series.name,
                name_es=session.series.name_es,
                starts_at=session.starts_at,
                ends_at=session.ends_at,
                day=session.day,
                site=session.site,
                room=session.room.name if session.room else "",
                with_whom=session.lead.shown_name,
                by_video=part_in(session.modality, part) == "telehealth",
                is_family=session.series.service == FAMILY,
                is_make_up=session.pk in guests and seat is None,
                join_link=session.series.join_link,
                is_cancelled=session.state == "cancelled",
                is_excused=_touches(absences, session.starts_at, session.ends_at),
                was_here=marks.get(session.pk),
            )


def _appointments(client: Client, first: date, last: date, absences: Sequence[Absence]) -> Iterator[Visit]:
    rows = Appointment.objects.filter(client=client, day__range=(first, last))
    for row in rows.select_related("site", "room", "staff"):
        yield Visit(
            kind=row.kind,
            name="",
            name_es="",
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            day=row.day,
            site=row.site,
            room=row.room.name if row.room else "",
            with_whom=row.staff.shown_name,
            by_video=row.modality == "telehealth",
            is_family=row.kind == FAMILY,
            is_make_up=False,
            is_cancelled=row.state == "cancelled",
            is_excused=_touches(absences, row.starts_at, row.ends_at),
            was_here={"held": True, "no_show": False}.get(row.state),
        )


def _touches(absences: Sequence[Absence], starts: datetime, ends: datetime) -> bool:
    return any(away.starts_at < ends and away.ends_at > starts for away in absences)
