"""An invitation to the portal: a link that works once, for a few days, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from openiop.domain.persons import RelationKind

LASTS = timedelta(days=7)
"""How long a link works; staff send a new one at any time."""

PRIVATE = frozenset({RelationKind.FAMILY, RelationKind.FRIEND, RelationKind.OTHER})
"""Kinds of people whom the family's page is for; offices are informed in other ways."""


class InvitationState(StrEnum):
    """Where an invitation stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Times:
    """What happened to an invitation and when; None: it did not."""

    expires_at: datetime
    accepted_at: datetime | None = None
    withdrawn_at: datetime | None = None
    ended_at: datetime | None = None


def invitation_state(times: Times, at: datetime) -> InvitationState:
    """Tell where an invitation stands. The instant at which it expires is too late."""
    if times.ended_at is not None:
        return InvitationState.ENDED
    if times.accepted_at is not None:
        return InvitationState.ACCEPTED
    if times.withdrawn_at is not None:
        return InvitationState.WITHDRAWN
    return InvitationState.OPEN if at < times.expires_at else InvitationState.EXPIRED
