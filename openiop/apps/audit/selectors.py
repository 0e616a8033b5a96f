"""Reading the trail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from openiop.apps.audit.chain import COLUMNS, BrokenLink, first_broken_link
from openiop.apps.audit.models import Event, Head
from openiop.apps.audit.presenters import known_actions, sentence
from openiop.apps.core.actor import Actor

PAGE = 50
OWN_VISIT = "portal.read"
LOOKS = ("read", "printed", "exported")
"""How the actions end by which somebody saw what stands in a record, or took it out."""
OF_TWO_PEOPLE = ("no_contact.added", "no_contact.ended", "client.merged", "client.unmerged", "duplicate.read")


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
    subject_type: str
    subject_id: str
    client_id: str


@dataclass(frozen=True, slots=True)
class Reach:
    """What of the trail a reader may see whose roles end at some sites; whoever knows the sites makes it.

    `clients` and `people` are the public ids within reach. `general` are the kinds of records that belong
    to no site. `elsewhere` holds, for each kind that stands at a site, the public ids at the others: a row
    that is gone belongs to nobody any more and shows. Kinds that are in neither do not show at all.
    """

    clients: Any
    people: Any
    general: frozenset[str]
    elsewhere: Mapping[str, Any]

    def condition(self) -> Q:
        """Return which events are within reach: their client, else their record, and always who acted."""
        own = Q(subject_type="user", subject_id__in=self.people) | Q(subject_type__in=self.general)
        for kind, ids in self.elsewhere.items():
            own |= Q(subject_type=kind) & ~Q(subject_id__in=ids)
        about = Q(client_id__in=self.clients) | (Q(client_id="") & own)
        return about & (Q(actor="") | Q(actor__in=self.people))


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """What the trail is narrowed to. Empty fields narrow nothing. `looks`: only who saw or took something out."""

    area: str = ""
    actor: str = ""
    since: datetime | None = None
    until: datetime | None = None
    reads: bool = True
    looks: bool = False


def client_history(
    by: Actor,
    client_id: str,
    *,
    before: int | None = None,
    merged: tuple[str, ...] = (),
    only: TrailFilter = TrailFilter(),
) -> list[HistoryLine]:
    """Return a page of what happened to a client's record, newest first, older than `before`.

    `merged` names the records that became part of this one: their history is this client's history.
    """
    return _page(_narrowed(_of_client(by, client_id, merged), only), before)


def whole_client_history(
    by: Actor, client_id: str, *, merged: tuple[str, ...] = (), only: TrailFilter = TrailFilter()
) -> Iterator[HistoryLine]:
    """Yield everything that happened to a client's record and fits, newest first."""
    rows = _narrowed(_of_client(by, client_id, merged), only).order_by("-sequence")
    return (_line(event) for event in rows.iterator(chunk_size=2000))


def people_in_history(by: Actor, client_id: str, *, merged: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Return who ever acted in a client's record, by name as it was last: (public id, name)."""
    rows = _of_client(by, client_id, merged).exclude(actor="").order_by("sequence")
    found = dict(rows.values_list("actor", "actor_name"))
    return sorted(found.items(), key=lambda pair: pair[1].casefold())


def own_history(
    by: Actor, client_id: str, *, before: int | None = None, merged: tuple[str, ...] = ()
) -> list[HistoryLine]:
    """Return a page of a client's history as the client may read it, without their own visits.

    What would tell that another person is a client here stays with staff: whom they are kept apart from,
    and whose record was taken for theirs (42 CFR 2.13).
    """
    rows = Event.objects.filter(organization_id=by.organization_id, client_id__in=(client_id, *merged))
    return _page(rows.exclude(action__in=[*OF_TWO_PEOPLE, OWN_VISIT]), before)


def subject_history(
    by: Actor, subject_type: str, subject_id: str, *, before: int | None = None
) -> list[HistoryLine]:
    """Return a page of what happened to one record, newest first, older than `before`."""
    rows = Event.objects.filter(
        organization_id=by.organization_id, subject_type=subject_type, subject_id=subject_id
    )
    return _page(rows, before)


def organization_history(
    by: Actor, *, within: Reach | None, before: int | None = None, only: TrailFilter = TrailFilter()
) -> list[HistoryLine]:
    """Return a page of what happened in the organisation, newest first; `within` None: everything."""
    rows = Event.objects.filter(organization_id=by.organization_id)
    if within is not None:
        rows = rows.filter(within.condition())
    return _page(_narrowed(rows, only), before)


def client_of_subject(by: Actor, subject_type: str, subject_id: str, *, within: Reach | None) -> str | None:
    """Return the public id of the client a record belongs to, "" for a record of no client, None if unknown.

    A record out of reach is as unknown as one that is not there.
    """
    rows = Event.objects.filter(
        organization_id=by.organization_id, subject_type=subject_type, subject_id=subject_id
    )
    if within is not None:
        rows = rows.filter(within.condition())
    return rows.order_by("-sequence").values_list("client_id", flat=True).first()


def areas() -> list[str]:
    """Return the areas events come from: the first word of each known action."""
    return sorted({action.split(".")[0] for action in known_actions()})


def verify_chain(organization_id: int) -> BrokenLink | None:
    """Check every link of one organisation's chain; memory does not grow with its length."""
    head = Head.objects.filter(organization_id=organization_id).first()
    events = _in_order(organization_id)
    return first_broken_link(organization_id, events, head=(head.sequence, head.hash) if head else (0, ""))


def _in_order(organization_id: int) -> Iterator[dict[str, Any]]:
    """Yield the chain's events; where a batch cannot be read, one by one up to the one that is at fault."""
    rows = Event.objects.filter(organization_id=organization_id).order_by("sequence").values(*COLUMNS, "hash")
    sequence = 0
    try:
        for row in rows.iterator(chunk_size=2000):
            sequence = row["sequence"]
            yield row
    except ValueError:
        while found := rows.filter(sequence=sequence + 1).first():
            sequence += 1
            yield found


def chain_end(organization_id: int) -> tuple[int, str]:
    """Return how many events the organisation's chain has, and the hash of the last one."""
    events = Event.objects.filter(organization_id=organization_id)
    newest = events.order_by("-sequence").values_list("hash", flat=True).first()
    return events.count(), newest or ""


def _of_client(by: Actor, client_id: str, merged: tuple[str, ...]) -> Any:
    return Event.objects.filter(organization_id=by.organization_id, client_id__in=(client_id, *merged))


def _narrowed(rows: Any, only: TrailFilter) -> Any:
    if only.area:
        rows = rows.filter(action__startswith=f"{only.area}.")
    if only.actor:
        rows = rows.filter(actor=only.actor)
    if only.since:
        rows = rows.filter(at__gte=only.since)
    if only.until:
        rows = rows.filter(at__lt=only.until)
    if not only.reads:
        rows = rows.exclude(_ending("read"))
    return rows.filter(_ending(*LOOKS)) if only.looks else rows


def _ending(*words: str) -> Q:
    """Return the condition that an action ends with one of the words, or with one of them behind another word."""
    found = Q()
    for word in words:
        found |= Q(action__endswith=f".{word}") | Q(action__endswith=f"_{word}")
    return found


def _page(rows: Any, before: int | None) -> list[HistoryLine]:
    found = rows.order_by("-sequence")
    if before is not None:
        found = found.filter(sequence__lt=before)
    return [_line(event) for event in found[:PAGE]]


def _line(event: Event) -> HistoryLine:
    return HistoryLine(
        sequence=event.sequence,
        at=event.at,
        who=event.actor_name,
        roles=event.actor_roles,
        words=sentence(event.action, event.data),
        action=event.action,
        reason=event.reason,
        is_read=event.action.endswith((".read", "_read")),
        subject_type=event.subject_type,
        subject_id=event.subject_id,
        client_id=event.client_id,
    )
