"""The client's own record, and a family member's relations: the only ways in from the portal."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404

from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import note_read
from openiop.apps.clients.models import Client, Consent, Relation
from openiop.apps.clients.selectors.consents import Standing, standings
from openiop.apps.core.actor import Actor
from openiop.domain import consents as rules

_WITH = ("client__site", "client__organization", "recipient_relation", "organization")


def access_own_client(by: Actor) -> Client:
    """Return the client who is signed in, or 404. No id from outside takes part in it."""
    if not by.may(Permission.PORTAL) or by.user_id is None:
        raise Http404
    rows = Client.objects.filter(organization_id=by.organization_id, user_id=by.user_id)
    client = rows.select_related("site", "organization").filter(merged_into__isnull=True).first()
    if client is None:
        raise Http404
    note_read(by=by, action="portal.read", subject=client, client=client)
    return client


def access_own_consent(by: Actor, public_id: str) -> Consent:
    """Return a consent of the signed-in client, or 404 for anyone else's."""
    client = access_own_client(by)
    rows = Consent.objects.filter(client=client, public_id=public_id).select_related(*_WITH)
    consent = rows.first()
    set_aside = consent is not None and consent.signed_at is None and consent.revoked_at is not None
    if consent is None or (set_aside and consent.declined_at is None):
        raise Http404
    return consent


def own_consents(client: Client, *, at: datetime) -> list[Standing]:
    """Return the client's consents as they see them: what was set aside unsigned is not among them."""
    found = standings(client, at=at)
    return [one for one in found if one.state is not rules.State.SET_ASIDE]


def to_sign(found: list[Standing]) -> list[Standing]:
    """Return the consents that wait for the client's own signature."""
    return [
        one for one in found if one.state is rules.State.PREPARED and one.value.basis in rules.CLIENT_SIGNS
    ]


def own_relations(by: Actor) -> list[Relation]:
    """Return those to whom the signed-in family member belongs, by the order they were added."""
    if not by.may(Permission.FAMILY) or by.user_id is None:
        raise Http404
    rows = Relation.objects.filter(
        organization_id=by.organization_id, user_id=by.user_id, ended_at__isnull=True
    )
    return list(rows.select_related("client__site", "client__organization").order_by("id"))
