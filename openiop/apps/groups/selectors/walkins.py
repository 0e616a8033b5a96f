"""Who may be meant when somebody comes to a group without a seat: people in care at its site, by name."""

from __future__ import annotations

from dataclasses import dataclass

from openiop.apps.admissions.models import Episode
from openiop.apps.audit.services import note_read
from openiop.apps.clients.selectors.lists import matching
from openiop.apps.core.actor import Actor
from openiop.apps.schedule.models import Session

MOST = 8
"""More names than this are told apart by typing more of the name."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The open episodes of those whose names hold every word; `more`: not all of them are here."""

    episodes: tuple[Episode, ...]
    more: bool


def walk_in_candidates(by: Actor, session: Session, words: str) -> Candidates:
    """Return who at the session's site bears that name; nobody where nothing was typed.

    That someone looked is in the trail; what they searched for is not.
    """
    if not words:
        return Candidates((), more=False)
    note_read(by=by, action="clients.read")
    rows = Episode.objects.filter(
        site_id=session.site_id, discharged_at__isnull=True, client__in=matching(by, words)
    ).select_related("client")
    found = list(rows.order_by("client__search_key", "client_id")[: MOST + 1])
    return Candidates(tuple(found[:MOST]), more=len(found) > MOST)
