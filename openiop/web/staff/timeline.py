"""The time line of a client: what happened, from every app, the latest first.

Each area brings one function `(by, client, limit) -> [Moment]` and adds it to SOURCES.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from openiop.apps.admissions.selectors.moments import admission_moments, referral_moments
from openiop.apps.clients.selectors.moments import Moment, consent_moments, record_moments
from openiop.apps.core.actor import Actor
from openiop.apps.record.selectors.moments import note_moments
from openiop.apps.treatment.selectors.moments import plan_moments

if TYPE_CHECKING:
    from openiop.apps.clients.models import Client

SHOWN = 25

SOURCES: tuple[Callable[[Actor, Client, int | None], list[Moment]], ...] = (
    record_moments,
    referral_moments,
    consent_moments,
    admission_moments,
    plan_moments,
    note_moments,
)


def moments_of(by: Actor, client: Client, *, limit: int | None = SHOWN) -> list[Moment]:
    """Return what happened to a client, the latest first; only what the actor may see."""
    found = [moment for source in SOURCES for moment in source(by, client, limit)]
    return sorted(found, key=lambda moment: moment.at, reverse=True)[:limit]
