"""Reading planned absences."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import QuerySet

from openiop.apps.clients.models import Client
from openiop.apps.schedule.models import Absence, AbsenceRevision
from openiop.domain.absences import Away

MARGIN = timedelta(days=1)
"""No zone is a day away from UTC, so a stretch of local days lies within it."""


def away_between(episode_ids: Collection[int], first: date, last: date) -> dict[int, list[Away]]:
    """Return the standing absences of each episode that may touch the days from `first` to `last`. One query."""
    found: dict[int, list[Away]] = {}
    for row in standing_between(first, last).filter(episode_id__in=episode_ids):
        found.setdefault(row.episode_id, []).append(away_of(row))
    return found


def standing_between(first: date, last: date) -> QuerySet[Absence]:
    """Return the standing absences that may touch the days from `first` to `last`, in order of time."""
    begins = datetime.combine(first, time(), UTC) - MARGIN
    ends = datetime.combine(last, time(), UTC) + 2 * MARGIN
    rows = Absence.objects.filter(cancelled_at__isnull=True, starts_at__lt=ends, ends_at__gt=begins)
    return rows.order_by("starts_at", "id")


def away_of(row: Absence) -> Away:
    """Return an absence as the rules see it."""
    return Away(row.starts_at, row.ends_at, row.reason, row.barrier)


def absences_of(client: Client, *, at: datetime) -> list[Absence]:
    """Return the client's standing absences that are not over, the next first."""
    rows = Absence.objects.filter(client=client, cancelled_at__isnull=True, ends_at__gt=at)
    return list(rows.select_related("episode__site").order_by("starts_at", "id"))


def former_values(absence: Absence) -> list[AbsenceRevision]:
    """Return the former values of an absence, newest first."""
    return list(absence.revisions.select_related("replaced_by").order_by("-version"))
