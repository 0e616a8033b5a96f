"""The week of a site, its groups, their rosters and lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from openiop.apps.accounts.models import Membership, Site, User
from openiop.apps.clients.models import Client
from openiop.apps.core.actor import Actor
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
    StaffAbsence,
    StaffProfile,
    Travel,
    Window,
)


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A session of the week with its seats. `is_uncovered`: its facilitator is off that day."""

    session: Session
    taken: int
    waiting: int
    is_uncovered: bool = False

    @property
    def lacking(self) -> int:
        """Return how many people more the group needs to run."""
        return max(self.session.series.minimum - self.taken, 0) if self.session.state == "planned" else 0

    @property
    def is_full(self) -> bool:
        """Tell whether no seat is left."""
        return self.session.state == "planned" and self.taken >= self.session.slot.seats


@dataclass(frozen=True, slots=True)
class SiteWeek:
    """What a site does from a Monday on. `off`: who of the staff is away; `talks`: booked first talks."""

    monday: date
    sessions: list[WeekRow]
    appointments: list[Appointment]
    closures: list[Closure]
    off: frozenset[tuple[int, date]] = frozenset()
    talks: tuple[Consult, ...] = ()

    def of_track(self, track: str) -> SiteWeek:
        """Return the week with the groups that take clients of a track, and these clients' appointments."""
        return replace(
            self,
            sessions=[row for row in self.sessions if track in row.session.series.programs],
            appointments=[
                row for row in self.appointments if row.episode and row.episode.program_id == track
            ],
            talks=tuple(row for row in self.talks if row.referral and row.referral.concern == track),
        )

    @property
    def tracks(self) -> frozenset[str]:
        """Return the tracks that the week's groups take clients of."""
        return frozenset(track for row in self.sessions for track in row.session.series.programs)


def monday_of(day: date) -> date:
    """Return the Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def site_week(site: Site, monday: date) -> SiteWeek:
    """Return the sessions, appointments, talks and closures of a week, in a fixed number of queries."""
    days = (monday, monday + timedelta(days=6))
    guests = Count("guests", filter=Q(guests__ended_at__isnull=True), distinct=True)
    sessions = (
        Session.objects.filter(site=site, day__range=days)
        .select_related("series", "slot", "room", "lead", "co_lead")
        .annotate(guest_count=guests)
        .order_by("starts_at", "id")
    )
    waiting = dict(
        Enrollment.objects.filter(slot__series__site=site, state="waiting")
        .values_list("slot_id")
        .annotate(count=Count("id"))
    )
    away = StaffAbsence.objects.filter(day__range=days, cancelled_at__isnull=True)
    off = set(away.values_list("user_id", "day"))
    rows = [
        WeekRow(
            row,
            row.slot.seats_taken + row.guest_count,
            waiting.get(row.slot_id, 0),
            row.state == "planned" and (row.lead_id, row.day) in off,
        )
        for row in sessions
    ]
    visits = Appointment.objects.filter(site=site, day__range=days).exclude(state="cancelled")
    closures = Closure.objects.filter(site=site, day__range=days).order_by("day")
    talks = Consult.objects.filter(site=site, day__range=days, state="booked")
    return SiteWeek(
        monday,
        rows,
        list(visits.select_related("client", "staff", "room", "episode").order_by("starts_at")),
        list(closures),
        frozenset(off),
        tuple(talks.select_related("referral", "staff").order_by("starts_at", "id")),
    )


def series_of(site: Site, *, on: date) -> list[GroupSeries]:
    """Return the site's running groups by name, each with its slots (and their lines) at hand."""
    running = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    rows = GroupSeries.objects.filter(running, site=site).select_related("lead", "co_lead", "room")
    waiting = Count("enrollments", filter=Q(enrollments__state="waiting"))
    slots: dict[int, list[SeriesSlot]] = {}
    for slot in (
        SeriesSlot.objects.filter(series__site=site)
        .annotate(waiting=waiting)
        .order_by("weekday", "start_minute")
    ):
        slots.setdefault(slot.series_id, []).append(slot)
    found = list(rows.order_by("name", "id"))
    for series in found:
        series.week = slots.get(series.pk, [])
    return found


def roster_of(series: GroupSeries) -> list[tuple[SeriesSlot, list[Enrollment], list[Enrollment]]]:
    """Return each slot with who holds a seat and who waits, in the order they asked."""
    people = list(
        Enrollment.objects.filter(slot__series=series, state__in=("held", "waiting"))
        .select_related("client", "episode")
        .order_by("asked_at", "id")
    )
    return [
        (
            slot,
            [row for row in people if row.slot_id == slot.pk and row.state == "held"],
            [row for row in people if row.slot_id == slot.pk and row.state == "waiting"],
        )
        for slot in series.slots.order_by("weekday", "start_minute")
    ]


def client_seats(client: Client) -> list[Enrollment]:
    """Return the client's seats and places in lines, by weekday and time."""
    rows = Enrollment.objects.filter(client=client, state__in=("held", "waiting"))
    rows = rows.select_related("slot__series__room", "slot__series__lead")
    return list(rows.order_by("state", "slot__weekday", "slot__start_minute"))


def client_windows(client: Client) -> list[Window]:
    """Return when the client can come and what keeps them away."""
    return list(Window.objects.filter(client=client).order_by("kind", "weekday", "start_minute"))


def client_travel(client: Client, site: Site) -> Travel | None:
    """Return the client's travel time and modes for a site."""
    return Travel.objects.filter(client=client, site=site).first()


def coming_appointments(client: Client, *, at: datetime) -> list[Appointment]:
    """Return the client's planned appointments from now on."""
    rows = Appointment.objects.filter(client=client, state="planned", ends_at__gte=at)
    return list(rows.select_related("staff", "room", "site").order_by("starts_at"))


def rooms_of(site: Site) -> list[Room]:
    """Return the rooms in use at the site, by name."""
    return list(Room.objects.filter(site=site, closed_from__isnull=True).order_by("name"))


def staff_of(by: Actor, site: Site) -> list[User]:
    """Return who can lead or see clients at a site of the actor's organisation, by name."""
    return staff_at(site) if site.organization_id == by.organization_id else []


def staff_at(site: Site) -> list[User]:
    """Return who can lead or see clients at the site: those whose staff profile names a service, by name.

    A profile without services says only whether somebody is licensed.
    """
    profiled = StaffProfile.objects.filter(site=site).exclude(services=[]).values("user_id")
    working = Membership.objects.filter(
        Q(site=site) | Q(site__isnull=True), organization_id=site.organization_id, ended_at__isnull=True
    ).values("user_id")
    return list(User.objects.filter(pk__in=profiled).filter(pk__in=working).order_by("display_name"))


def today_at(site: Site, *, at: datetime) -> date:
    """Return the calendar day it is at the site."""
    return local(at, site.time_zone).date()
