"""Groups whose facilitator is away, and who could stand in on that date: qualified, at work and free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from openiop.apps.accounts.models import Site, User
from openiop.apps.core.actor import Actor
from openiop.apps.schedule.bookings import met_span
from openiop.apps.schedule.fitting import seated_on
from openiop.apps.schedule.models import Appointment, Session, StaffAbsence, StaffProfile
from openiop.apps.schedule.selectors.tasks import helper_of
from openiop.apps.schedule.selectors.week import monday_of, staff_of
from openiop.domain.schedule.cover import Chair, Gap, Unfit, unfit


@dataclass(frozen=True, slots=True)
class Substitute:
    """Someone who could take the place. `is_co_lead`: helps in this group anyway and could lead it alone."""

    user: User
    week_minutes: int
    there_that_day: bool
    is_co_lead: bool = False


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A place in a session whose person is away that day, and who could take it, the best first."""

    session: Session
    chair: Chair
    person: User
    expected: int
    substitutes: tuple[Substitute, ...]


@dataclass(slots=True)
class _Team:
    """The site's staff with what they do over some weeks, read once."""

    people: list[User]
    profiles: dict[int, StaffProfile]
    off: set[tuple[int, date]]
    busy: dict[int, list[tuple[datetime, datetime, date, int | None]]] = field(default_factory=dict)

    def minutes(self, user: User, monday: date) -> int:
        """Return the minutes of groups and appointments in a week."""
        sunday = monday + timedelta(days=6)
        own = self.busy.get(user.pk, ())
        return sum(_minutes(start, end) for start, end, day, _key in own if monday <= day <= sunday)

    def is_free(self, user: User, session: Session) -> bool:
        """Tell whether the person is at work that day and nowhere else at that time."""
        if (user.pk, session.day) in self.off:
            return False
        own = self.busy.get(user.pk, ())
        return not any(
            start < session.ends_at and session.starts_at < end and key != session.pk
            for start, end, _day, key in own
        )


def leave_at(by: Actor, site: Site, first: date) -> list[StaffAbsence]:
    """Return the standing days off from a day on of those who work at the site, by person and day."""
    rows = StaffAbsence.objects.filter(
        user__in=staff_of(by, site), day__gte=first, cancelled_at__isnull=True
    ).select_related("user")
    return list(rows.order_by("user__display_name", "user_id", "day"))


def uncovered_sessions(by: Actor, site: Site, *, at: datetime, first: date, last: date) -> list[Uncovered]:
    """Return the planned groups of some days whose facilitator is away, in order of time."""
    away = StaffAbsence.objects.filter(day__range=(first, last), cancelled_at__isnull=True)
    off = set(away.values_list("user_id", "day"))
    sessions = _sessions(site, at).filter(day__in={day for _user, day in off})
    found = [
        (session, chair) for session in sessions.order_by("starts_at", "id") for chair in _gaps(session, off)
    ]
    team = _team(by, site, [session for session, _chair in found], off)
    return [_uncovered(session, chair, team) for session, chair in found]


def substitutes_for(by: Actor, session: Session, chair: Chair = Chair.LEAD) -> tuple[Substitute, ...]:
    """Return who could take a place in one session, the best first."""
    away = StaffAbsence.objects.filter(day=session.day, cancelled_at__isnull=True)
    team = _team(by, session.site, [session], set(away.values_list("user_id", "day")))
    return tuple(_substitutes(session, chair, team))


def _sessions(site: Site, at: datetime) -> QuerySet[Session]:
    rows = Session.objects.filter(site=site, state="planned", starts_at__gt=at)
    return rows.select_related("series", "slot", "lead", "co_lead", "room", "site")


def _gaps(session: Session, off: set[tuple[int, date]]) -> Iterable[Chair]:
    """Yield the places whose person is away. A missing helper leaves a gap only where two are needed."""
    if (session.lead_id, session.day) in off:
        yield Chair.LEAD
    helps_not = session.co_lead_id is not None and (session.co_lead_id, session.day) in off
    if helps_not and seated_on(session.slot_id, session.day) > session.series.solo_seats:
        yield Chair.CO_LEAD


def _team(by: Actor, site: Site, sessions: Sequence[Session], off: set[tuple[int, date]]) -> _Team:
    people = staff_of(by, site) if sessions else []
    ids = [user.pk for user in people]
    team = _Team(people, {row.user_id: row for row in StaffProfile.objects.filter(site=site)}, off)
    if not sessions:
        return team
    first = monday_of(min(session.day for session in sessions))
    last = monday_of(max(session.day for session in sessions)) + timedelta(days=6)
    groups = Session.objects.filter(
        Q(lead_id__in=ids) | Q(co_lead_id__in=ids), day__range=(first, last)
    ).exclude(state="cancelled")
    for row in groups:
        for pk in {row.lead_id, row.co_lead_id} - {None}:
            team.busy.setdefault(pk, []).append((row.starts_at, row.ends_at, row.day, row.pk))
    visits = Appointment.objects.filter(staff_id__in=ids, day__range=(first, last))
    for visit in visits.exclude(state="cancelled"):
        team.busy.setdefault(visit.staff_id, []).append((visit.starts_at, visit.ends_at, visit.day, None))
    return team


def _uncovered(session: Session, chair: Chair, team: _Team) -> Uncovered:
    person = session.co_lead if chair is Chair.CO_LEAD and session.co_lead else session.lead
    expected = seated_on(session.slot_id, session.day)
    return Uncovered(session, chair, person, expected, tuple(_substitutes(session, chair, team)))


def _substitutes(session: Session, chair: Chair, team: _Team) -> list[Substitute]:
    """Who helps in the group and may lead it alone comes first, then who is there that day, then who has least."""
    gap = Gap(chair, session.series.programs[0] if session.series.programs else "", session.series.service,
              met_span(session), session.modality == "telehealth")  # fmt: skip
    alone = seated_on(session.slot_id, session.day) <= session.series.solo_seats
    found = []
    for user in team.people:
        if user.pk in {session.lead_id, session.co_lead_id} and not (
            chair is Chair.LEAD and user.pk == session.co_lead_id and alone
        ):
            continue
        one = _substitute(user, session, gap, team)
        if one is not None:
            found.append(one)
    return sorted(
        found, key=lambda one: (not one.is_co_lead, not one.there_that_day, one.week_minutes, one.user.shown_name)
    )  # fmt: skip


def _substitute(user: User, session: Session, gap: Gap, team: _Team) -> Substitute | None:
    profile, monday = team.profiles.get(user.pk), monday_of(session.day)
    if profile is None or not team.is_free(user, session):
        return None
    helps = user.pk == session.co_lead_id
    minutes = team.minutes(user, monday)
    reasons = set(unfit(replace(helper_of(profile), week_minutes=minutes), gap))
    if reasons - ({Unfit.WEEK_FULL} if helps else set()):
        return None
    there = any(day == session.day for _start, _end, day, _key in team.busy.get(user.pk, ()))
    return Substitute(user, minutes, there, helps)


def _minutes(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds() // 60)
