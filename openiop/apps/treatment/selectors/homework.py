"""The last homework of each person before a session: what they took home, and what came of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache

from openiop import catalog
from openiop.apps.groups.models import Attendance
from openiop.apps.schedule.models import Session
from openiop.apps.treatment.models import TaughtUnit, UnitPractice
from openiop.domain.attendance import HERE
from openiop.domain.curricula import Practised, Unit


@dataclass(frozen=True, slots=True)
class Homework:
    """The unit a person was taught last, the day of it, and what came of its homework; None: nobody has asked."""

    unit: Unit
    day: date
    practised: Practised | None


def last_homework(clients: Collection[int], before: Session) -> dict[int, Homework]:
    """Return, by client, the homework of the last session before this one that gave them any. Three queries.

    Several units of one session: the one noted last counts, since the group ended with it.
    """
    came = Attendance.objects.filter(
        client__in=clients, state__in=HERE, session__starts_at__lt=before.starts_at
    ).order_by("session__starts_at", "id")
    seats = list(came.values_list("client_id", "session_id", "day"))
    rows = TaughtUnit.objects.filter(
        session__in={one for _client, one, _day in seats}, struck_at__isnull=True
    )
    taught = {row.session_id: row for row in rows.order_by("id")}
    last = {client: (taught[one], day) for client, one, day in seats if one in taught}
    done = {
        (row.client_id, row.curriculum_id, row.unit): Practised(row.state)
        for row in UnitPractice.objects.filter(client__in=last).order_by("created_at", "id")
    }
    found = {}
    for client, (row, day) in last.items():
        unit = _units(row.curriculum_id, row.curriculum_version).get(row.unit)
        if unit is not None:
            found[client] = Homework(unit, day, done.get((client, row.curriculum_id, row.unit)))
    return found


@cache
def _units(curriculum_id: str, version: int) -> dict[str, Unit]:
    """Return a version's units by key. A version never changes, so it is read once."""
    return {unit.key: unit for unit in catalog.curriculum(curriculum_id, version).units}
