"""Reading the trail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from openiop.apps.audit.chain import COLUMNS, BrokenLink, first_broken_link
from openiop.apps.audit.models import Event, Head
from openiop.apps.audit.presenters import sentence
from openiop.apps.core.actor import Actor

PAGE = 50


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event as a sentence."""

    sequence: int
    at: datetime
    who: str
    roles: str
    words: str
    action: str
    reason: str
    is_read: bool


def client_history(by: Actor, client_id: str, *, before: int | None = None) -> list[HistoryLine]:
    """Return a page of what happened to a client's record, newest first, older than `before`."""
    return _page(Event.objects.filter(organization_id=by.organization_id, client_id=client_id), before)


def subject_history(
    by: Actor, subject_type: str, subject_id: str, *, before: int | None = None
) -> list[HistoryLine]:
    """Return a page of what happened to one record, newest first, older than `before`."""
    rows = Event.objects.filter(
        organization_id=by.organization_id, subject_type=subject_type, subject_id=subject_id
    )
    return _page(rows, before)


def organization_history(by: Actor, *, before: int | None = None, action: str = "") -> list[HistoryLine]:
    """Return a page of everything that happened in the organisation, newest first."""
    rows = Event.objects.filter(organization_id=by.organization_id)
    return _page(rows.filter(action__startswith=action) if action else rows, before)


def verify_chain(organization_id: int) -> BrokenLink | None:
    """Check every link of one organisation's chain; memory does not grow with its length."""
    head = Head.objects.filter(organization_id=organization_id).first()
    events = Event.objects.filter(organization_id=organization_id).order_by("sequence")
    rows: Iterator[dict[str, object]] = events.values(*COLUMNS, "hash").iterator(chunk_size=2000)
    return first_broken_link(organization_id, rows, head=(head.sequence, head.hash) if head else (0, ""))


def chain_length(organization_id: int) -> int:
    """Return how many events the organisation's chain has."""
    return Event.objects.filter(organization_id=organization_id).count()


def _page(rows: object, before: int | None) -> list[HistoryLine]:
    found = rows.order_by("-sequence")  # type: ignore[attr-defined]
    if before is not None:
        found = found.filter(sequence__lt=before)
    return [
        HistoryLine(
            sequence=event.sequence,
            at=event.at,
            who=event.actor_name,
            roles=event.actor_roles,
            words=sentence(event.action, event.data),
            action=event.action,
            reason=event.reason,
            is_read=event.action.endswith(".read"),
        )
        for event in found[:PAGE]
    ]
