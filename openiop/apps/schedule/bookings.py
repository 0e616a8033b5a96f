"""Rows of the week as the clash rules see them: who and what each of them needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from openiop.apps.accounts.models import User
from openiop.apps.core.clock import local
from openiop.apps.schedule.models import (
    Appointment,
    Closure,
    Consult,
    Enrollment,
    GroupSeries,
    Room,
    SeriesSlot,
    Session,
    SessionGuest,
)
from openiop.domain.schedule.clash import Dated, Holder, Weekly, Whose
from openiop.domain.schedule.problem import Span
from openiop.domain.schedule.series import ClosedTime, occurrences


@dataclass(frozen=True, slots=True)
class _Own:
    """What a client has of the days: slots with a seat, sessions as a guest. Of nobody: nothing."""

    client_id: int | None = None
    slots: frozenset[int] = frozenset()
    sessions: frozenset[int] = frozenset()

    @property
    def holders(self) -> frozenset[Holder]:
        """Return the client as a holder of time."""
        return frozenset({Holder(Whose.CLIENT, self.client_id, "")} if self.client_id else ())


def holder_of_staff(user: User) -> Holder:
    """Return a member of staff as a holder of time."""
    return Holder(Whose.STAFF, user.pk, user.shown_name)


def holder_of_room(room: Room) -> Holder:
    """Return a room as a holder of time."""
    return Holder(Whose.ROOM, room.pk, room.name)


def holders(*, staff: Iterable[User | None], room: Room | None) -> frozenset[Holder]:
    """Return everyone and everything a meeting needs."""
    found = {holder_of_staff(user) for user in staff if user is not None}
    return frozenset(found | ({holder_of_room(room)} if room else set()))


def weekly_of(series: GroupSeries, span: Span) -> Weekly:
    """Return one weekly meeting of a series."""
    needs = holders(staff=(series.lead, series.co_lead), room=series.room)
    return Weekly(series.name, span, needs, series.starts_on, series.ends_on)


def weekly_others(series: GroupSeries) -> list[Weekly]:
    """Return every meeting of other series that share its facilitators or its room."""
    people = [pk for pk in (series.lead_id, series.co_lead_id) if pk]
    shares = Q(series__lead_id__in=people) | Q(series__co_lead_id__in=people)
    if series.room_id:
        shares |= Q(series__room_id=series.room_id)
    slots = SeriesSlot.objects.filter(shares).exclude(series_id=series.pk)
    slots = slots.select_related("series__lead", "series__co_lead", "series__room")
    return [weekly_of(slot.series, span_of(slot)) for slot in slots]


def coming_visits(series: GroupSeries, *, at: datetime) -> list[Weekly]:
    """Return the planned appointments and moved sessions that need the series' people or room, on their day."""
    people = [pk for pk in (series.lead_id, series.co_lead_id) if pk]
    shares = Q(staff_id__in=people)
    if series.room_id:
        shares |= Q(room_id=series.room_id)
    rows = Appointment.objects.filter(shares, state="planned", starts_at__gte=at)
    found = []
    for row in rows.select_related("staff", "room", "site"):
        starts, ends = (local(moment, series.site.time_zone) for moment in (row.starts_at, row.ends_at))
        start = starts.hour * 60 + starts.minute
        span = Span(row.day.weekday(), start, start + int((ends - starts).total_seconds() // 60))
        found.append(Weekly(row.kind, span, holders(staff=(row.staff,), room=row.room), row.day, row.day))
    return [*found, *_moved(series, people, at)]


def _moved(series: GroupSeries, people: list[int], at: datetime) -> Iterator[Weekly]:
    """Yield the other groups' sessions that were moved to where no weekly time tells of them."""
    shares = Q(lead_id__in=people) | Q(co_lead_id__in=people)
    if series.room_id:
        shares |= Q(room_id=series.room_id)
    rows = Session.objects.filter(shares, moved_from__isnull=False, state="planned", starts_at__gte=at)
    rows = rows.exclude(series_id=series.pk)
    for row in rows.select_related("series", "slot", "site", "lead", "co_lead", "room"):
        needs = holders(staff=(row.lead, row.co_lead), room=row.room)
        yield Weekly(row.series.name, met_span(row), needs, row.day, row.day)


def dated_others(
    day: date,
    *,
    client_id: int | None,
    staff_ids: set[int],
    room_id: int | None,
    besides: Session | None = None,
) -> list[Dated]:
    """Return every session and appointment of a day that needs the client, one of the staff or the room.

    `besides`: a session that is about to stand elsewhere, and does not stand in its own way.
    """
    own = _own_of(client_id, day)
    found = [
        *_sessions((day,), own, staff_ids, room_id, besides),
        *_unmade((day,), own, staff_ids, room_id),
        *_appointments((day,), client_id, staff_ids, room_id),
        *_consults((day,), staff_ids),
    ]
    return sorted(found, key=lambda dated: dated.starts_at)


def dated_of_staff(days: Collection[date], *, staff_ids: set[int]) -> list[Dated]:
    """Return every meeting of some days that needs one of the staff. A fixed number of queries, however many days."""
    own = _Own()
    found = [
        *_sessions(days, own, staff_ids, None, None),
        *_unmade(days, own, staff_ids, None),
        *_appointments(days, None, staff_ids, None),
        *_consults(days, staff_ids),
    ]
    return sorted(found, key=lambda dated: dated.starts_at)


def span_of(slot: SeriesSlot) -> Span:
    """Return a slot's weekly time."""
    return Span(slot.weekday, slot.start_minute, slot.end_minute)


def met_span(session: Session) -> Span:
    """Return the time at which a session meets: its slot's, or its own where it was moved."""
    if session.moved_from is None:
        return span_of(session.slot)
    starts, ends = (local(at, session.site.time_zone) for at in (session.starts_at, session.ends_at))
    start = starts.hour * 60 + starts.minute
    length = int((ends - starts).total_seconds() // 60)
    return Span(session.day.weekday(), start, start + length)


def _own_of(client_id: int | None, day: date) -> _Own:
    """Return what the client has on that day."""
    if client_id is None:
        return _Own()
    seats = Enrollment.objects.filter(
        Q(state="held") | Q(state="ended", ends_on__gte=day), client_id=client_id, starts_on__lte=day
    )
    guest = SessionGuest.objects.filter(client_id=client_id, session__day=day, ended_at__isnull=True)
    return _Own(
        client_id,
        frozenset(seats.values_list("slot_id", flat=True)),
        frozenset(guest.values_list("session_id", flat=True)),
    )


def _sessions(
    days: Collection[date], own: _Own, staff_ids: set[int], room_id: int | None, besides: Session | None
) -> list[Dated]:
    shares = Q(lead_id__in=staff_ids) | Q(co_lead_id__in=staff_ids)
    if room_id:
        shares |= Q(room_id=room_id)
    shares |= Q(slot_id__in=own.slots) | Q(pk__in=own.sessions)
    rows = Session.objects.filter(shares, day__in=days).exclude(state="cancelled")
    rows = rows.exclude(pk=besides.pk) if besides else rows
    return [
        Dated(
            row.series.name,
            row.starts_at,
            row.ends_at,
            holders(staff=(row.lead, row.co_lead), room=row.room)
            | (own.holders if row.pk in own.sessions or row.slot_id in own.slots else frozenset()),
        )
        for row in rows.select_related("series", "lead", "co_lead", "room")
    ]


def _unmade(days: Collection[date], own: _Own, staff_ids: set[int], room_id: int | None) -> Iterator[Dated]:
    """Yield the meetings of days that are further ahead than sessions are made, closed times left out."""
    shares = Q(series__lead_id__in=staff_ids) | Q(series__co_lead_id__in=staff_ids) | Q(pk__in=own.slots)
    if room_id:
        shares |= Q(series__room_id=room_id)
    runs = Q(series__ends_on__isnull=True) | Q(series__ends_on__gte=min(days))
    slots = SeriesSlot.objects.filter(
        shares, runs, weekday__in={day.weekday() for day in days}, series__starts_on__lte=max(days)
    ).select_related("series__site", "series__lead", "series__co_lead", "series__room")
    made, shut = _made(days, slots), _shut(days, slots)
    for slot in slots:
        series, zone = slot.series, slot.series.site.time_zone
        needs = holders(staff=(series.lead, series.co_lead), room=series.room)
        needs |= own.holders if slot.pk in own.slots else frozenset()
        for day in days:
            if (slot.pk, day) in made or not _runs_on(series, day):
                continue
            for met in occurrences(
                span_of(slot), first=day, last=day, zone=zone, closed=shut[series.site_id]
            ):
                yield Dated(series.name, met.starts_at, met.ends_at, needs)


def _made(days: Collection[date], slots: Iterable[SeriesSlot]) -> set[tuple[int, date]]:
    """Return the days of slots that have their session, be it cancelled or moved away."""
    rows = Session.objects.filter(
        Q(day__in=days) | Q(moved_from__in=days), slot__in=[slot.pk for slot in slots]
    )
    return {
        (slot_id, day)
        for slot_id, *both in rows.values_list("slot_id", "day", "moved_from")
        for day in both
        if day
    }


def _shut(days: Collection[date], slots: Iterable[SeriesSlot]) -> dict[int, list[ClosedTime]]:
    """Return the times at which the slots' sites are closed, by the site's key."""
    found: dict[int, list[ClosedTime]] = defaultdict(list)
    sites = {slot.series.site_id for slot in slots}
    for row in Closure.objects.filter(site__in=sites, room__isnull=True, day__in=days):
        found[row.site_id].append(ClosedTime(row.day, row.start_minute, row.end_minute))
    return found


def _runs_on(series: GroupSeries, day: date) -> bool:
    return bool(series.starts_on <= day and (series.ends_on is None or day <= series.ends_on))


def _appointments(
    days: Collection[date], client_id: int | None, staff_ids: set[int], room_id: int | None
) -> list[Dated]:
    shares = Q(staff_id__in=staff_ids)
    if room_id:
        shares |= Q(room_id=room_id)
    if client_id:
        shares |= Q(client_id=client_id)
    rows = Appointment.objects.filter(shares, day__in=days).exclude(state="cancelled")
    return [
        Dated(
            row.kind,
            row.starts_at,
            row.ends_at,
            holders(staff=(row.staff,), room=row.room) | {Holder(Whose.CLIENT, row.client_id, "")},
        )
        for row in rows.select_related("staff", "room")
    ]


def _consults(days: Collection[date], staff_ids: set[int]) -> list[Dated]:
    """Return the first talks; a time that is only held for a name counts too, for its minutes."""
    rows = Consult.objects.filter(staff_id__in=staff_ids, day__in=days, state__in=["held", "booked"])
    return [
        Dated("consult", row.starts_at, row.ends_at, holders(staff=(row.staff,), room=None))
        for row in rows.select_related("staff")
    ]
