"""One client's record, as the client page reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import Http404

from openiop.apps.clients.models import Client, HistoryItem, Identifier, Merge, NoContact, Relation
from openiop.apps.clients.policies import visible_clients
from openiop.apps.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Apart:
    """Someone the client must not share a group or a day with, as seen from this client.

    `other` is None where the reader may not reach that record: that somebody is a client elsewhere is
    not told either.
    """

    pair: NoContact
    other: Client | None


def relations_of(client: Client) -> list[Relation]:
    """Return the people around a client: emergency contacts and guardians first, ended ones last."""
    rows = Relation.objects.filter(client=client).order_by(
        "-is_emergency_contact", "-is_guardian", "name", "id"
    )
    return sorted(rows, key=lambda relation: relation.ended_at is not None)


def identifiers_of(client: Client) -> list[Identifier]:
    """Return the numbers others know the client by."""
    return list(Identifier.objects.filter(client=client).order_by("system", "id"))


def kept_apart_from(by: Actor, client: Client) -> list[Apart]:
    """Return the pairs in force, each with the other person as far as the reader may know of them."""
    rows = NoContact.objects.filter(Q(client=client) | Q(other=client), ended_at__isnull=True)
    found = []
    for pair in rows.select_related("client", "other").order_by("id"):
        other = pair.other if pair.client_id == client.pk else pair.client
        within = by.site_ids is None or other.site_id is None or other.site_id in by.site_ids
        found.append(Apart(pair, other if within else None))
    return found


def history_of(client: Client) -> list[HistoryItem]:
    """Return what is known of the client's past, the active and what concerns us first."""
    rows = HistoryItem.objects.filter(client=client).order_by("kind", "-started_on", "id")
    return sorted(rows, key=lambda row: (row.detail.get("relevance") != "behavioral", row.status != "active"))


def active_history_of(client: Client) -> list[HistoryItem]:
    """Return the active problems and medications and the allergies; mental health and substance use first."""
    kinds = ("problem", "medication", "allergy")
    rows = HistoryItem.objects.filter(client=client, kind__in=kinds).order_by("-started_on", "id")
    active = [
        row for row in rows if row.kind == "allergy" or row.status in ("active", "recurrence", "relapse")
    ]
    return sorted(active, key=lambda row: row.detail.get("relevance") != "behavioral")


def merges_of(client: Client) -> list[Merge]:
    """Return the merges that this record lives on from, the latest first, undone ones included."""
    return list(Merge.objects.filter(kept=client).select_related("absorbed", "merged_by").order_by("-id"))


def access_relation(by: Actor, client: Client, public_id: str) -> Relation:
    """Return someone around this client, or 404."""
    return _one(Relation.objects.filter(client=client, organization_id=by.organization_id), public_id)


def access_identifier(by: Actor, client: Client, public_id: str) -> Identifier:
    """Return a number of this client, or 404."""
    return _one(Identifier.objects.filter(client=client, organization_id=by.organization_id), public_id)


def access_pair(by: Actor, client: Client, public_id: str) -> NoContact:
    """Return a pair of which this client is one, or 404 where the other person is out of reach."""
    people = visible_clients(by)
    rows = NoContact.objects.filter(
        Q(client=client) | Q(other=client),
        organization_id=by.organization_id,
        client__in=people,
        other__in=people,
    )
    return _one(rows.select_related("client", "other"), public_id)


def access_merge(by: Actor, client: Client, public_id: str) -> Merge:
    """Return a merge that this client lives on from, or 404."""
    rows = Merge.objects.filter(kept=client, organization_id=by.organization_id)
    return _one(rows.select_related("kept", "absorbed"), public_id)


def _one(rows: Any, public_id: str) -> Any:
    row = rows.filter(public_id=public_id).first()
    if row is None:
        raise Http404
    return row
