"""The only way from an id in a URL to a client."""

from __future__ import annotations

from django.http import Http404

from openiop.apps.audit.services import note_read
from openiop.apps.clients.models import Client
from openiop.apps.clients.policies import visible_clients
from openiop.apps.core.actor import Actor

_LONGEST_CHAIN = 20
"""Merges of merges: no record was ever merged this often, and a circle must end."""


def access_client(by: Actor, public_id: str, *, permission: str, action: str = "client.read") -> Client:
    """Return the client that the id means today, or 404; that the record was opened is noted in the trail.

    The id of a merged record answers with the record that lives on. Wrong organisation, wrong site, no
    permission and no such client are all the same 404. `action` names what of the record is looked at.
    """
    if not by.may(permission):
        raise Http404
    rows = visible_clients(by).select_related("site")
    client = rows.filter(public_id=public_id).first()
    for _ in range(_LONGEST_CHAIN):
        if client is None or client.merged_into_id is None:
            break
        client = rows.filter(pk=client.merged_into_id).first()
    if client is None or client.merged_into_id is not None:
        raise Http404
    note_read(by=by, action=action, subject=client, client=client)
    return client


def absorbed_ids(by: Actor, client: Client) -> tuple[str, ...]:
    """Return the ids of the records that became part of this one, merges of merges included."""
    found: list[str] = []
    edge = [client.pk]
    for _ in range(_LONGEST_CHAIN):
        rows = list(visible_clients(by).filter(merged_into_id__in=edge).values_list("pk", "public_id"))
        if not rows:
            break
        edge = [pk for pk, _public_id in rows]
        found.extend(public_id for _pk, public_id in rows)
    return tuple(found)
