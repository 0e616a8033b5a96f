"""One-to-one sessions: what is due, who could give it, and when both sides are really free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from openiop import catalog
from openiop.apps.accounts.models import Site, User
from openiop.apps.admissions.models import Episode
from openiop.apps.core.clock import local
from openiop.apps.schedule.asking import (
    MODES,
    WEEK_DAYS,
    free_windows,
    kept_busy,
    neighbours_of,
    running_of,
    week_rules,
)
from openiop.apps.schedule.bookings import span_of
from openiop.apps.schedule.fitting import days_off, visited
from openiop.apps.schedule.models import (
    Absence,
    Appointment,
    Closure,
    Enrollment,
    SeriesSlot,
    Session,
    SessionGuest,
    StaffAbsence,
    StaffProfile,
    Travel,
    Window,
)
from openiop.apps.schedule.selectors.week import staff_at
from openiop.domain.parts import part_in
from openiop.domain.programs import AppointmentTemplate, Program
from openiop.domain.schedule.one_to_one import possible_times
from openiop.domain.schedule.openings import without
from openiop.domain.schedule.problem import Client, Dose, Mode, OneToOne, PlacedOne, Question, Range, Span
from openiop.domain.schedule.rules import Seat, seats_of
from openiop.domain.schedule.series import on_the_clock

USUAL_MINUTES = 50
MOST_STAFF = 6
"""Of those who could give a session, the preferred and so many in all are looked at."""
WHOLE_DAY = (0, 1440)


@dataclass(frozen=True, slots=True)
class Opening:
    """A time at which a session could be: both are free and it lies well beside that day's groups."""

    kind: str
    staff: User
    starts_at: datetime
    ends_at: datetime
    modality: str
    is_preferred: bool

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Circle:
    """Who could see a client one-to-one, and what they had and have booked. Read once: three queries."""

    episode: Episode
    program: Program
    people: list[User]
    able: dict[int, frozenset[str]]
    visits: list[Appointment]

    def givers(self, kind: str) -> list[User]:
        """Return who could give a session of that kind, the preferred first.

        Preferred is who gave or will give the last one, else the primary clinician; then whoever has the
        kind among their services and the client's track.
        """
        before = next((visit.staff_id for visit in reversed(self.visits) if visit.kind == kind), None)
        first = before if before is not None else self.episode.primary_clinician_id
        wanted = [user for user in self.people if kind in self.able.get(user.pk, ()) or user.pk == before]
        return sorted(wanted, key=lambda user: user.pk != first)[:MOST_STAFF]

    def due(self, first: date) -> tuple[OneToOne, ...]:
        """Return what the program asks for in the seven days from `first` and nobody has booked yet."""
        found: list[OneToOne] = []
        for template in self.program.appointments:
            missing = template.times - self._booked(template, first)
            staff = tuple(user.public_id for user in self.givers(template.kind))
            if staff and missing > 0:
                found += [OneToOne(template.kind, template.minutes, staff)] * missing
        return tuple(found)

    def minutes(self, kind: str) -> int:
        """Return how long the program's sessions of a kind last; 50 minutes where it names none."""
        return next((row.minutes for row in self.program.appointments if row.kind == kind), USUAL_MINUTES)

    def _booked(self, template: AppointmentTemplate, first: date) -> int:
        """Return how many of a kind stand near enough: within the rhythm's weeks before and after."""
        around = timedelta(weeks=template.every_weeks - 1)
        start, end = first - around, first + timedelta(days=WEEK_DAYS - 1) + around
        return sum(
            visit.kind == template.kind and visit.state != "no_show" and start <= visit.day <= end
            for visit in self.visits
        )


def circle_of(episode: Episode) -> Circle:
    """Return who could see the client, by the staff profiles of their site that have the client's track."""
    profiles = StaffProfile.objects.filter(site=episode.site)
    able = {row.user_id: frozenset(row.services) for row in profiles if episode.program_id in row.tracks}
    visits = Appointment.objects.filter(client=episode.client).exclude(state="cancelled")
    return Circle(
        episode,
        catalog.program(episode.program_id, episode.program_version),
        staff_at(episode.site),
        able,
        list(visits.order_by("starts_at", "id")),
    )


def staff_openings(
    site: Site, people: Iterable[User], first: date, *, at: datetime, client_id: int | None = None
) -> dict[str, list[Span]]:
    """Return when each is free in the seven days from `first`, less what the client has on those dates.

    Working hours (the site's where nobody wrote them down), without groups, appointments, days off,
    closures and the time that is past.
    """
    users = {user.pk: user for user in people}
    days = [first + timedelta(days=n) for n in range(WEEK_DAYS)]
    taken = _taken(site, set(users), days)
    shut = [*_shut(site, days, at), *(_client_taken(site, client_id, days) if client_id else ())]
    off = set(
        StaffAbsence.objects.filter(
            user_id__in=users, day__in=days, cancelled_at__isnull=True
        ).values_list("user_id", "day")
    )  # fmt: skip
    hours = {
        row.user_id: row.working_hours for row in StaffProfile.objects.filter(site=site, user_id__in=users)
    }
    found = {}
    for pk, user in users.items():
        away = [Span(day.weekday(), *WHOLE_DAY) for day in days if (pk, day) in off]
        at_work = [Span(*window) for window in hours.get(pk) or site.opening_hours]
        found[user.public_id] = without(at_work, [*taken.get(pk, []), *away, *shut])
    return found


def _taken(site: Site, users: set[int], days: Sequence[date]) -> dict[int, list[Span]]:
    """Return the groups and appointments of each, dated ones as they are, others by their weekly time."""
    found: dict[int, list[Span]] = {}
    mine = Q(lead_id__in=users) | Q(co_lead_id__in=users)
    sessions = list(Session.objects.filter(mine, day__in=days).select_related("slot"))
    for row in sessions:
        if row.state != "cancelled":
            for pk in (row.lead_id, row.co_lead_id):
                found.setdefault(pk, []).append(_local(row.starts_at, row.ends_at, site))
    made = {row.slot_id for row in sessions}
    theirs = Q(series__lead_id__in=users) | Q(series__co_lead_id__in=users)
    runs = Q(series__ends_on__isnull=True) | Q(series__ends_on__gte=days[0])
    slots = SeriesSlot.objects.filter(theirs, runs, series__starts_on__lte=days[-1]).exclude(pk__in=made)
    for slot in slots.exclude(sessions__day__in=days).select_related("series"):
        for pk in (slot.series.lead_id, slot.series.co_lead_id):
            found.setdefault(pk, []).append(span_of(slot))
    for visit in Appointment.objects.filter(staff_id__in=users, day__in=days).exclude(state="cancelled"):
        found.setdefault(visit.staff_id, []).append(_local(visit.starts_at, visit.ends_at, site))
    return found


def _shut(site: Site, days: Sequence[date], at: datetime) -> Iterable[Span]:
    """Yield closures, and the part of these days that is past."""
    for row in Closure.objects.filter(site=site, room__isnull=True, day__in=days):
        yield Span(row.day.weekday(), row.start_minute, row.end_minute)
    now = local(at, site.time_zone)
    for day in days:
        if day < now.date():
            yield Span(day.weekday(), *WHOLE_DAY)
        elif day == now.date():
            yield Span(day.weekday(), 0, now.hour * 60 + now.minute + 1)


def _client_taken(site: Site, client_id: int, days: Sequence[date]) -> Iterable[Span]:
    """Yield what the client has on these dates beside weekly seats: appointments, make-ups, planned absences."""
    zone = site.time_zone
    for visit in Appointment.objects.filter(client_id=client_id, day__in=days, state="planned"):
        met = visited(visit, zone)
        yield Span(met.weekday, met.start, met.end)
    guests = SessionGuest.objects.filter(
        client_id=client_id, session__day__in=days, ended_at__isnull=True
    ).select_related("session")
    for guest in guests:
        yield _local(guest.session.starts_at, guest.session.ends_at, site)
    begins, ends = on_the_clock(days[0], 0, zone), on_the_clock(days[-1], 1440, zone)
    absences = Absence.objects.filter(
        client_id=client_id, cancelled_at__isnull=True, starts_at__lt=ends, ends_at__gt=begins
    )
    for row in absences:
        for day in days:
            edges = on_the_clock(day, 0, zone), on_the_clock(day, 1440, zone)
            start, end = max(row.starts_at, edges[0]), min(row.ends_at, edges[1])
            if start < end:
                yield Span(day.weekday(), _minute(start, day, zone), _minute(end, day, zone))


def openings_for(circle: Circle, kind: str, *, first: date, days: int, at: datetime) -> list[Opening]:
    """Return the times for a session of that kind in the coming days, the preferred person first, then the earliest."""
    episode, people = circle.episode, circle.givers(kind)
    due = OneToOne(kind, circle.minutes(kind), tuple(user.public_id for user in people))
    found: list[Opening] = []
    for week in range(0, days, WEEK_DAYS):
        monday = first + timedelta(days=week)
        question, seats = _week_as_it_stands(episode, monday)
        openings = staff_openings(episode.site, people, monday, at=at, client_id=episode.client_id)
        placed = possible_times(question, seats, due, openings) if people else ()
        found += [
            opening_of(one, {user.public_id: user for user in people}, monday, episode.site) for one in placed
        ]
    return sorted(found, key=lambda one: (not one.is_preferred, one.starts_at, one.staff.shown_name))


def opening_of(placed: PlacedOne, people: dict[str, User], first: date, site: Site) -> Opening:
    """Return a weekly time as the date it means in the seven days from `first`."""
    span = placed.span
    day = first + timedelta(days=(span.day - first.weekday()) % WEEK_DAYS)
    user = people[placed.staff]
    return Opening(
        placed.kind,
        user,
        on_the_clock(day, span.start, site.time_zone),
        on_the_clock(day, span.end, site.time_zone),
        "on_site" if placed.mode is Mode.ONSITE else "telehealth",
        user.public_id == next(iter(people)),
    )


def _week_as_it_stands(episode: Episode, first: date) -> tuple[Question, list[Seat]]:
    """Return the client with the groups they attend in the seven days from `first`, cancelled meetings left out."""
    rows = Enrollment.objects.filter(client=episode.client, state="held").select_related("slot__series__room")
    held = [row for row in rows if row.starts_on <= first + timedelta(days=WEEK_DAYS - 1)]
    slots = {row.slot for row in held}
    parts = {row.slot.series_id: MODES[part_in(row.slot.series.modality, row.modality)] for row in held}
    off = days_off(slots, first)
    week = [first + timedelta(days=n) for n in range(WEEK_DAYS)]
    meets = [
        slot for slot in slots if any(d.weekday() == slot.weekday and d not in off[slot.pk] for d in week)
    ]
    running = running_of(meets, {slot.pk: 0 for slot in meets}, parts)
    windows = list(Window.objects.filter(client=episode.client))
    travel = Travel.objects.filter(client=episode.client, site=episode.site).first()
    able = travel.modes if travel and travel.modes else list(MODES)
    client = Client(
        id=episode.client.public_id, site=str(episode.site_id), track=episode.program_id, dose=Dose(0, 0, 0),
        days=Range(0, WEEK_DAYS), day_minutes=Range(0, 1440), windows=free_windows(episode, windows),
        travel=travel.minutes if travel else 0, modes=frozenset(Mode), mix={},
        busy=tuple(kept_busy(windows)), one_modes=frozenset(MODES[mode] for mode in able),
    )  # fmt: skip
    names = {slot.pk: slot.public_id for slot in meets}
    question = Question(client, running, week_rules(), neighbours_of(episode, names, first))
    return question, list(seats_of(running).values())


def _local(starts_at: datetime, ends_at: datetime, site: Site) -> Span:
    starts = local(starts_at, site.time_zone)
    start = starts.hour * 60 + starts.minute
    return Span(starts.weekday(), start, start + int((ends_at - starts_at).total_seconds() // 60))


def _minute(moment: datetime, day: date, zone: str) -> int:
    here = local(moment, zone)
    return 1440 if here.date() > day else here.hour * 60 + here.minute
