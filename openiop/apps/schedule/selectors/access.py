"""The only ways from an id in a URL to a row of the week. Wrong tenant, wrong site and absent are all 404."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from openiop.apps.core.actor import Actor
from openiop.apps.schedule.models import (
    Absence,
    Appointment,
    Enrollment,
    GroupSeries,
    Room,
    SeriesSlot,
    Session,
    SessionGuest,
)


def access_series(by: Actor, public_id: str, *, permission: str) -> GroupSeries:
    """Return a group series of a site the actor works at."""
    rows = GroupSeries.objects.select_related("site", "room", "lead", "co_lead")
    return _one(by, rows, public_id, permission, site="site_id")


def access_slot(by: Actor, public_id: str, *, permission: str) -> SeriesSlot:
    """Return a weekly slot of a series."""
    return _one(
        by, SeriesSlot.objects.select_related("series__site"), public_id, permission, site="series__site_id"
    )


def access_session(by: Actor, public_id: str, *, permission: str) -> Session:
    """Return a dated session."""
    rows = Session.objects.select_related("site", "series", "slot", "room", "lead", "co_lead")
    return _one(by, rows, public_id, permission, site="site_id")


def access_appointment(by: Actor, public_id: str, *, permission: str) -> Appointment:
    """Return an appointment."""
    rows = Appointment.objects.select_related("site", "client", "staff", "room")
    return _one(by, rows, public_id, permission, site="site_id")


def access_enrollment(by: Actor, public_id: str, *, permission: str) -> Enrollment:
    """Return a client's seat or place in a line."""
    rows = Enrollment.objects.select_related("slot__series__site", "client", "episode")
    return _one(by, rows, public_id, permission, site="slot__series__site_id")


def access_guest(by: Actor, public_id: str, *, permission: str) -> SessionGuest:
    """Return a make-up seat."""
    rows = SessionGuest.objects.select_related("session__series__site", "client", "episode")
    return _one(by, rows, public_id, permission, site="session__site_id")


def access_absence(by: Actor, public_id: str, *, permission: str) -> Absence:
    """Return a client's planned absence."""
    rows = Absence.objects.select_related("client", "episode__site", "episode__client", "recorded_by")
    return _one(by, rows, public_id, permission, site="episode__site_id")


def access_room(by: Actor, public_id: str, *, permission: str) -> Room:
    """Return a room, in use or retired."""
    return _one(by, Room.objects.select_related("site"), public_id, permission, site="site_id")


def _one(by: Actor, rows: QuerySet[Any], public_id: str, permission: str, *, site: str) -> Any:
    if not by.may(permission):
        raise Http404
    rows = rows.filter(organization_id=by.organization_id, public_id=public_id)
    if by.site_ids is not None:
        rows = rows.filter(**{f"{site}__in": by.site_ids})
    found = rows.first()
    if found is None:
        raise Http404
    return found
