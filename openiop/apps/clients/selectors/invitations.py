"""Who around a client has a way into the portal, who is invited, and who may be."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.http import Http404

from openiop.apps.accounts.models import Organization, User
from openiop.apps.clients.models import Client, Invitation, Relation
from openiop.apps.clients.services.family import family_view
from openiop.apps.clients.services.invitations import hash_of
from openiop.apps.core.actor import Actor
from openiop.apps.core.ids import LENGTH
from openiop.apps.core.tenancy import tenant
from openiop.domain.consents import Scope
from openiop.domain.disclosures import Decision
from openiop.domain.invitations import PRIVATE, InvitationState, Times, invitation_state


@dataclass(frozen=True, slots=True)
class Door:
    """One person's way in. `relation` None: the client's own.

    `decisions`: what the family's page may show them today; empty for the client.
    """

    client: Client
    relation: Relation | None
    user: User | None
    can_sign_in: bool
    invitation: Invitation | None
    state: InvitationState | None
    decisions: dict[Scope, Decision]

    @property
    def name(self) -> str:
        """Return whose way in it is."""
        return self.relation.name if self.relation else self.client.shown_name

    @property
    def email(self) -> str:
        """Return the address an invitation would go to."""
        return self.relation.email if self.relation else self.client.email

    @property
    def scopes(self) -> list[Scope]:
        """Return what they may see today."""
        return [scope for scope, decision in self.decisions.items() if decision.allowed]

    @property
    def may_invite(self) -> bool:
        """Tell whether there is something to invite them to."""
        return self.user is None and (self.relation is None or bool(self.scopes))


def doors_of(client: Client, *, at: datetime) -> list[Door]:
    """Return the client's way in and that of each private person around them, by name."""
    rows = Relation.objects.filter(client=client, ended_at__isnull=True, kind__in=PRIVATE)
    relations = list(rows.select_related("user", "client__site").order_by("name", "id"))
    latest: dict[int | None, Invitation] = {}
    for invitation in Invitation.objects.filter(client=client).select_related("invited_by").order_by("id"):
        latest[invitation.relation_id] = invitation
    users = [row.user_id for row in (client, *relations) if row.user_id]
    keys = set(
        Authenticator.objects.filter(user_id__in=users, type=Authenticator.Type.WEBAUTHN).values_list(
            "user_id", flat=True
        )
    )
    return [
        _door(client, relation, latest.get(relation.pk if relation else None), keys, at)
        for relation in (None, *relations)
    ]


def access_invitation(by: Actor, client: Client, public_id: str) -> Invitation:
    """Return an invitation of this client, or 404."""
    rows = Invitation.objects.filter(organization_id=by.organization_id, client=client, public_id=public_id)
    found: Invitation | None = rows.select_related("client", "relation").first()
    if found is None:
        raise Http404
    return found


def find_invitation(key: str, *, at: datetime) -> tuple[Invitation, InvitationState] | None:
    """Return the invitation of a link and where it stands; None for a link that never was.

    The key begins with the organisation's public id, so that its rows can be read before anybody signs in.
    """
    found = _row_of(key)
    return (found, state_of(found, at)) if found else None


def key_of_code(code: str) -> str | None:
    """Return the key of the invitation whose letter bears the code, or None.

    A code is short and names no organisation, so each is asked; there are few on one installation.
    """
    for public_id in Organization.objects.order_by("id").values_list("public_id", flat=True):
        key = f"{public_id}{code}"
        if _row_of(key) is not None:
            return key
    return None


def is_key_of(invitation: Invitation, key: str) -> bool:
    """Tell whether the key is this invitation's."""
    return secrets.compare_digest(invitation.key_sha256, hash_of(key))


def state_of(invitation: Invitation, at: datetime) -> InvitationState:
    """Return where an invitation stands."""
    times = Times(invitation.expires_at, invitation.accepted_at, invitation.withdrawn_at, invitation.ended_at)
    return invitation_state(times, at)


def _row_of(key: str) -> Invitation | None:
    organization = Organization.objects.filter(public_id=key[:LENGTH]).first()
    if organization is None:
        return None
    with tenant(organization.pk):
        rows = Invitation.objects.filter(organization=organization, key_sha256=hash_of(key))
        found: Invitation | None = rows.select_related(
            "client__site", "client__organization", "relation", "organization"
        ).first()
    return found


def _door(
    client: Client, relation: Relation | None, invitation: Invitation | None, keys: set[int], at: datetime
) -> Door:
    user = relation.user if relation else client.user
    return Door(
        client=client,
        relation=relation,
        user=user,
        can_sign_in=user is not None and (user.has_usable_password() or user.pk in keys),
        invitation=invitation,
        state=state_of(invitation, at) if invitation else None,
        decisions=family_view(relation, at=at) if relation else {},
    )
