"""What one person leads or gives at a site from now on: weekly groups, dates they cover, appointments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from openiop.apps.accounts.models import Site, User
from openiop.apps.core.clock import local
from openiop.apps.schedule.bookings import met_span, span_of
from openiop.apps.schedule.fitting import visited
from openiop.apps.schedule.models import Appointment, GroupSeries, SeriesSlot, Session, StaffProfile
from openiop.domain.schedule.cover import Chair, Gap, Helper
from openiop.domain.schedule.narrowing import Task
from openiop.domain.schedule.problem import Span


def tasks_of(user: User, site: Site, *, at: datetime) -> list[Task]:
    """Return the person's groups by name and weekday, then dates they cover, then appointments by time."""
    return [*_groups(user, site, at), *_covers(user, site, at), *_visits(user, site, at)]


def helper_of(profile: StaffProfile) -> Helper:
    """Return a profile as the rules of leading see it."""
    return Helper(
        licensed=profile.is_licensed,
        services=frozenset(profile.services),
        tracks=frozenset(profile.tracks),
        telehealth=profile.telehealth,
        hours=tuple(Span(*window) for window in profile.working_hours),
        week_minutes=0,
        week_most=profile.max_week_minutes,
    )


def _groups(user: User, site: Site, at: datetime) -> Iterator[Task]:
    today = local(at, site.time_zone).date()
    slots = SeriesSlot.objects.filter(
        Q(series__lead=user) | Q(series__co_lead=user),
        Q(series__ends_on__isnull=True) | Q(series__ends_on__gte=today),
        series__site=site,
    )
    for slot in slots.select_related("series").order_by("series__name", "weekday", "start_minute"):
        yield _task(slot.series, span_of(slot), leads=slot.series.lead_id == user.pk)


def _covers(user: User, site: Site, at: datetime) -> Iterator[Task]:
    """Yield the single dates on which the person leads a group that is not theirs."""
    sessions = Session.objects.filter(
        Q(lead=user) | Q(co_lead=user), site=site, state="planned", ends_at__gt=at
    ).exclude(Q(series__lead=user) | Q(series__co_lead=user))
    for row in sessions.select_related("series", "slot", "site").order_by("starts_at", "id"):
        yield _task(row.series, met_span(row), leads=row.lead_id == user.pk)


def _visits(user: User, site: Site, at: datetime) -> Iterator[Task]:
    rows = Appointment.objects.filter(staff=user, site=site, state="planned", ends_at__gt=at)
    for row in rows.select_related("episode").order_by("starts_at", "id"):
        met = visited(row, site.time_zone)
        track = row.episode.program_id if row.episode else ""
        span = Span(met.weekday, met.start, met.end)
        gap = Gap(Chair.LEAD, track, row.kind, span, row.modality == "telehealth")
        yield Task(row.kind, gap, visit=True)


def _task(series: GroupSeries, span: Span, *, leads: bool) -> Task:
    track = series.programs[0] if series.programs else ""
    chair = Chair.LEAD if leads else Chair.CO_LEAD
    return Task(series.name, Gap(chair, track, series.service, span, series.modality == "telehealth"))
