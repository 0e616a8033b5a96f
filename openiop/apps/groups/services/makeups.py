"""Booking make-up seats: all of an offer or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from openiop.apps.admissions.models import Episode
from openiop.apps.core.actor import Actor
from openiop.apps.schedule.models import Session, SessionGuest
from openiop.apps.schedule.services import book_guest


def book_make_up(
    *, by: Actor, episode: Episode, sessions: Sequence[Session], at: datetime
) -> list[SessionGuest]:
    """Give the client a guest seat in every session, or in none.

    Booking the same again changes nothing. Raises what `book_guest` raises: Conflict (full, clash) or
    NotAllowed (begun, cancelled, track, no-contact).
    """
    with transaction.atomic():
        return [book_guest(by=by, session=session, episode=episode, at=at) for session in sessions]
