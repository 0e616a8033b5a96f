"""Saying which units a session taught, and what came of the homework."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import recording
from openiop.apps.clients.consent_values import zone_of
from openiop.apps.clients.models import Client
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.schedule.models import Session
from openiop.apps.treatment.models import TaughtUnit, UnitPractice
from openiop.apps.treatment.selectors.curricula import practised_of, taught_in
from openiop.domain.curricula import Practised
from openiop.domain.errors import InvalidInput, NotAllowed

Pair = tuple[str, str]
"""A curriculum's id and a unit's key."""


def note_taught(
    *, by: Actor, session: Session, units: frozenset[Pair], before: frozenset[Pair], at: datetime
) -> frozenset[Pair]:
    """Say that a session taught these units. Returns the new ones.

    `before`: what the writer saw as taught; of it, what is no longer said is struck out. What somebody else
    noted meanwhile stays.
    """
    if not by.may(Permission.ATTENDANCE_EDIT):
        raise NotAllowed(_("Those who lead groups say what was taught."))
    if session.starts_at > at:
        raise NotAllowed(_("The session has not begun yet."), code="not-begun")
    versions = {pair: _version(pair) for pair in units}
    with recording(by=by, at=at) as record:
        standing = {(row.curriculum_id, row.unit): row for row in taught_in(session)}
        for pair, row in standing.items():
            if pair in before - units:
                row.struck_at, row.struck_by_id = at, by.user_id
                row.save(update_fields=["struck_at", "struck_by"])
        fresh = units - standing.keys()
        for curriculum_id, unit in sorted(fresh):
            TaughtUnit.objects.create(
                organization_id=session.organization_id,
                session=session,
                curriculum_id=curriculum_id,
                curriculum_version=versions[curriculum_id, unit],
                unit=unit,
                noted_by_id=by.user_id,
                created_at=at,
            )
        data = {"added": len(fresh), "struck": len((before - units) & standing.keys())}
        record("curriculum.taught", subject=session, data=data)
    return frozenset(fresh)


def note_practised(*, by: Actor, client: Client, states: Mapping[Pair, str], at: datetime) -> int:
    """Keep what came of homework, unit by unit; only what differs from before is written. Returns how many."""
    if not by.may(Permission.ATTENDANCE_EDIT):
        raise NotAllowed(_("Those who lead groups say what was practised."))
    for pair, state in states.items():
        _version(pair)
        if state not in set(Practised):
            raise InvalidInput(_("Choose from the list."), field=f"{pair[0]}.{pair[1]}")
    with recording(by=by, at=at) as record:
        known = practised_of(client)
        fresh = {pair: state for pair, state in states.items() if known.get(pair) != state}
        for (curriculum_id, unit), state in fresh.items():
            UnitPractice.objects.create(
                organization_id=client.organization_id,
                client=client,
                curriculum_id=curriculum_id,
                unit=unit,
                state=state,
                noted_on=local(at, zone_of(client)).date(),
                noted_by_id=by.user_id,
                created_at=at,
            )
        if fresh:
            record("curriculum.practised", subject=client, client=client, data={"units": len(fresh)})
    return len(fresh)


def _version(pair: Pair) -> int:
    """Return the version of the curriculum in which the unit stands today."""
    known = catalog.versions("curricula", pair[0])
    found = catalog.curriculum(pair[0]) if known else None
    if found is None or found.unit(pair[1]) is None:
        raise InvalidInput(_("There is no such unit."), field="units")
    return found.version
