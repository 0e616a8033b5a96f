"""Rooms and staff of a site as the planner sees them: what they can do, and when nothing else holds them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta

from django.db.models import Q

from openiop.apps.accounts.models import Site, User
from openiop.apps.schedule.asking import WEEK_DAYS, visit_span
from openiop.apps.schedule.bookings import span_of
from openiop.apps.schedule.models import Appointment, GroupSeries, SeriesSlot, StaffProfile
from openiop.apps.schedule.models import Room as RoomRow
from openiop.apps.schedule.selectors.week import staff_at
from openiop.domain.schedule.openings import without
from openiop.domain.schedule.problem import Room, Span, Staff

A_DAY = 24 * 60
ALWAYS = tuple(Span(day, 0, A_DAY) for day in range(WEEK_DAYS))
A_WEEK = WEEK_DAYS * A_DAY
ONE_TO_ONE_ONLY = frozenset({"individual", "family_session", "psychiatry"})
THERAPIST, PSYCHIATRIST = "therapist", "psychiatrist"


def read_rooms(site: Site, first: date) -> tuple[Room, ...]:
    """Return the rooms in use from that day on."""
    rows = RoomRow.objects.filter(Q(closed_from__isnull=True) | Q(closed_from__gt=first), site=site)
    return tuple(
        Room(row.public_id, str(site.pk), row.seats, frozenset(row.features)) for row in rows.order_by("id")
    )


def read_staff(
    site: Site,
    series: Iterable[GroupSeries],
    slots: Sequence[SeriesSlot],
    first: date,
    *,
    movable: Collection[str],
) -> tuple[tuple[Staff, ...], dict[str, User]]:
    """Return the people who lead or could lead, and their rows. Days off are no part of a weekly plan.

    Of whom nobody wrote down what they may lead, what they lead now is taken as allowed, and no more.
    """
    leads: dict[User, list[GroupSeries]] = {}
    for one in series:
        for user in (one.lead, one.co_lead):
            if user is not None:
                leads.setdefault(user, []).append(one)
    people = {user.pk: user for user in (*staff_at(site), *leads)}
    profiles = {row.user_id: row for row in StaffProfile.objects.filter(site=site).order_by("-id")}
    taken = _taken(site, set(people), slots, first, movable)
    made = []
    for pk, user in people.items():
        groups = leads.get(user, [])
        own = [span_of(slot) for slot in slots if slot.series in groups]
        profile = profiles.get(pk)
        made.append(
            _of_profile(user, site, profile, own, taken.get(pk, []))
            if profile is not None
            else _of_groups(user, site, groups, taken.get(pk, []))
        )
    return tuple(made), {user.public_id: user for user in people.values()}


def _of_profile(
    user: User, site: Site, profile: StaffProfile, own: Sequence[Span], taken: Sequence[Span]
) -> Staff:
    services = frozenset(profile.services)
    hours = [Span(*window) for window in profile.working_hours or site.opening_hours] or list(ALWAYS)
    cuts = [cut for cut in taken if not any(cut.overlaps(span) for span in own)]
    return Staff(
        id=user.public_id,
        site=str(site.pk),
        role=THERAPIST if services - ONE_TO_ONE_ONLY else PSYCHIATRIST,
        licensed=profile.is_licensed,
        tracks=frozenset(profile.tracks),
        services=services,
        available=tuple(without(hours, cuts)),
        week_max=max(0, profile.max_week_minutes - sum(cut.minutes for cut in taken)),
        day_max=A_DAY,
        telehealth=profile.telehealth,
    )


def _of_groups(user: User, site: Site, groups: Sequence[GroupSeries], taken: Sequence[Span]) -> Staff:
    return Staff(
        id=user.public_id,
        site=str(site.pk),
        role=THERAPIST,
        licensed=True,
        tracks=frozenset(track for one in groups for track in one.programs[:1]),
        services=frozenset(one.service for one in groups),
        available=ALWAYS,
        week_max=A_WEEK,
        day_max=A_DAY,
        telehealth=True,
    )


def _taken(
    site: Site, people: set[int], slots: Sequence[SeriesSlot], first: date, movable: Collection[str]
) -> dict[int, list[Span]]:
    """Return what else holds each of the people in the week: visits, and groups that are not planned here."""
    last = first + timedelta(days=WEEK_DAYS - 1)
    found: dict[int, list[Span]] = {}
    visits = Appointment.objects.filter(staff_id__in=people, day__range=(first, last), state="planned")
    for row in visits.exclude(staff__public_id__in=movable):
        found.setdefault(row.staff_id, []).append(visit_span(row, site.time_zone))
    theirs = Q(series__lead_id__in=people) | Q(series__co_lead_id__in=people)
    runs = Q(series__ends_on__isnull=True) | Q(series__ends_on__gte=first)
    others = SeriesSlot.objects.filter(theirs, runs, series__starts_on__lte=last).exclude(
        pk__in=[slot.pk for slot in slots]
    )
    for slot in others.select_related("series"):
        for pk in {slot.series.lead_id, slot.series.co_lead_id} & people:
            found.setdefault(pk, []).append(span_of(slot))
    return found
