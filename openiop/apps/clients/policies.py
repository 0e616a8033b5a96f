"""Which client records an actor may reach. Part 2 rules for what leaves the house live with the consents."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from openiop.apps.clients.models import Client
from openiop.apps.core.actor import Actor


def visible_clients(by: Actor) -> QuerySet[Client]:
    """Return the clients of the actor's organisation and sites; those of no site yet belong to every site."""
    rows: QuerySet[Client] = Client.objects.filter(organization_id=by.organization_id)
    return rows if by.site_ids is None else rows.filter(at_sites(by))


def at_sites(by: Actor, field: str = "site") -> Q:
    """Return the condition that keeps rows of the actor's sites and of none."""
    if by.site_ids is None:
        return Q()
    conditions: dict[str, Any] = {f"{field}_id__in": by.site_ids}
    return Q(**conditions) | Q(**{f"{field}__isnull": True})
