"""Letting clients and the people around them in: invite, withdraw, accept, and close the way again.

The link carries a key that is kept only as a hash. It works once, and for family only while there still
is something they may see.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from openiop.apps.accounts.models import Membership, User
from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.roles import STAFF_ROLES
from openiop.apps.accounts.services.members import LONGEST_NAME, check_address, make_password_link
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.clients.models import Client, Invitation, Relation
from openiop.apps.clients.services.family import family_view
from openiop.apps.core.actor import Actor
from openiop.apps.core.tenancy import tenant
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from openiop.domain.invitations import CODE_ALPHABET, CODE_LENGTH, LASTS, LETTER_LASTS, PRIVATE

STAFF = [role.key for role in STAFF_ROLES]
SHORTEST_SIGN_IN, LONGEST_SIGN_IN = 4, 60


def invite(
    *,
    by: Actor,
    client: Client,
    relation: Relation | None,
    email: str,
    at: datetime,
    by_letter: bool = False,
) -> tuple[Invitation, str]:
    """Invite the client, or someone around them, and return the key of the link. A former link stops working.

    `by_letter`: the key ends in a code that can be typed from paper, and no address is needed: who accepts
    chooses a sign-in name. InvalidInput at the address, NotAllowed where nothing may be shown to them,
    Conflict where they have a way in already.
    """
    must_invite(by)
    email = email.strip().lower()
    with recording(by=by, at=at) as record:
        if email or not by_letter:
            _check_address(client, email)
        _check(client, relation, at)
        _withdraw_open(client, relation, at)
        secret = _new_code() if by_letter else secrets.token_urlsafe(32)
        key = f"{client.organization.public_id}{secret}"
        invitation: Invitation = Invitation.objects.create(
            organization_id=by.organization_id,
            client=client,
            relation=relation,
            email=email,
            key_sha256=hash_of(key),
            invited_by_id=by.user_id,
            expires_at=at + (LETTER_LASTS if by_letter else LASTS),
            created_at=at,
        )
        _tell(record, "portal.invited", invitation)
    return invitation, key


def withdraw(*, by: Actor, invitation: Invitation, at: datetime) -> None:
    """Make the link stop working before it is used."""
    must_invite(by)
    with recording(by=by, at=at) as record:
        rows = Invitation.objects.filter(
            pk=invitation.pk, accepted_at__isnull=True, withdrawn_at__isnull=True
        )
        if rows.update(withdrawn_at=at) != 1:
            raise Conflict(_("This invitation was used or withdrawn already."), code="over")
        _tell(record, "portal.withdrawn", invitation)


def end_access(*, by: Actor, client: Client, relation: Relation | None, at: datetime) -> None:
    """Close the way in again: they are signed out, and see nothing of this client any more."""
    must_invite(by)
    row = relation or client
    user = row.user
    if user is None:
        raise Conflict(_("There is no way in to close."), code="closed")
    with recording(by=by, at=at) as record:
        row.user = None
        row.save(update_fields=["user"])
        Invitation.objects.filter(client=client, relation=relation, user=user, ended_at__isnull=True).update(
            ended_at=at
        )
        role = "family" if relation else "client"
        if not _is_needed(user, role):
            Membership.objects.filter(
                organization_id=by.organization_id, user=user, role=role, ended_at__isnull=True
            ).update(ended_at=at)
        user.signed_out_at = at
        user.save(update_fields=["signed_out_at"])
        data = {"person": _name(client, relation), "role": role}
        record("portal.closed", subject=row, client=client, data=data)


def new_password_link(*, by: Actor, user: User, at: datetime) -> str:
    """Return the key of a link with which someone who has a way in sets a new password.

    Never for the sign-in of someone who also works here: it would open what they may do.
    """
    must_invite(by)
    if _works_here(user, by.organization_id):
        raise NotAllowed(
            _("This person also works here. An administrator helps them with their sign-in."),
            code="works-here",
        )
    return make_password_link(by=by, member=user, at=at)


def must_invite(by: Actor) -> None:
    """Refuse whoever may not let others in."""
    if not by.may(Permission.PORTAL_INVITE):
        raise NotAllowed(_("You may not invite people to the portal."))


def hash_of(key: str) -> str:
    """Return what is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def role_of(invitation: Invitation) -> str:
    """Return the role that the invitation gives."""
    return "family" if invitation.relation_id else "client"


# Accepting -----------------------------------------------------------------------------------------------


def accept_as_new(
    *, invitation: Invitation, password: str | None, at: datetime, sign_in_name: str = ""
) -> User:
    """Make the person's sign-in and let them in. Without a password they add a passkey next.

    `sign_in_name`: what they chose, where the invitation knows no address. InvalidInput where it is taken.
    """
    with tenant(invitation.organization_id), recording(by=_guest(invitation), at=at) as record:
        if user_of(invitation.email) is not None:
            raise Conflict(_("There is a sign-in with this address. Use it to accept."), code="known")
        user = User(
            username=invitation.email or _free_name(sign_in_name),
            email=invitation.email,
            display_name=_name(invitation.client, invitation.relation),
            language=_language(invitation),
        )
        if password:
            user.set_password(password)
        else:
            user.set_unusable_password()
        user.save()
        _accept(record, invitation, user)
    return user


def accept_as(*, invitation: Invitation, user: User, at: datetime) -> User:
    """Let somebody in who has a sign-in and has shown that it is theirs."""
    with tenant(invitation.organization_id), recording(by=_guest(invitation), at=at) as record:
        if invitation.email and user.email.lower() != invitation.email:
            raise NotAllowed(_("This invitation is for another address."), code="other-address")
        if _works_here(user, invitation.organization_id):
            raise NotAllowed(
                _(
                    "This sign-in belongs to someone who works here. Ask for an invitation to a private address."
                ),
                code="works-here",
            )
        _accept(record, invitation, user)
    return user


def user_of(email: str) -> User | None:
    """Return whose sign-in an address is."""
    if not email:
        return None
    return User.objects.filter(Q(email__iexact=email) | Q(username__iexact=email)).order_by("id").first()


def _accept(record: Recorder, invitation: Invitation, user: User) -> None:
    client, relation, at = invitation.client, invitation.relation, record.at
    rows = Invitation.objects.filter(
        pk=invitation.pk, accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at
    )
    if rows.update(accepted_at=at, user=user) != 1:
        raise Conflict(_("This link works no more. Ask for a new one."), code="over")
    if relation is not None and not _may_see(relation, at):
        raise NotAllowed(_("Nothing is shared at the moment, so there is nothing to open."), code="nothing")
    kind = Relation if relation else Client
    target = relation or client
    if kind.objects.filter(pk=target.pk, user__isnull=True).update(user=user) != 1:
        raise Conflict(_("Somebody accepted already. Ask for a new invitation."), code="taken")
    Membership.objects.get_or_create(
        organization_id=invitation.organization_id,
        user=user,
        role=role_of(invitation),
        site=None,
        ended_at=None,
        defaults={"starts_at": at},
    )
    invitation.accepted_at, invitation.user = at, user
    named = replace(record.by, user_id=user.pk, user_public_id=user.public_id, roles=(role_of(invitation),))
    record.by = named
    _tell(record, "portal.accepted", invitation)


# Checks --------------------------------------------------------------------------------------------------


def _check(client: Client, relation: Relation | None, at: datetime) -> None:
    if (relation or client).user_id is not None:
        raise Conflict(_("This person has a way in already."), code="has-access")
    if client.deceased_on is not None:
        raise NotAllowed(_("The portal is closed for this record."), code="closed")
    if relation is not None:
        if relation.ended_at is not None or relation.kind not in PRIVATE:
            raise NotAllowed(_("The family's page is for private people who are contacts."), code="ended")
        if not _may_see(relation, at):
            raise NotAllowed(
                _("Nothing may be shown to this person yet. Prepare a release that names them first."),
                code="no-release",
            )


def _check_address(client: Client, email: str) -> None:
    check_address(email)
    user = user_of(email)
    if user is not None and _works_here(user, client.organization_id):
        raise InvalidInput(
            _("This address belongs to someone who works here. Use a private one."), field="email"
        )


def _new_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _number in range(CODE_LENGTH))


def _free_name(name: str) -> str:
    """Return a sign-in name that nobody has, or say what is wrong with it."""
    name = name.strip()
    try:
        UnicodeUsernameValidator()(name)
    except ValidationError:
        raise InvalidInput(
            _("Use letters, digits and the signs . + - _ only, without spaces."), field="sign_in_name"
        ) from None
    if not SHORTEST_SIGN_IN <= len(name) <= LONGEST_SIGN_IN:
        raise InvalidInput(_("Use 4 to 60 characters."), field="sign_in_name")
    if "@" in name or user_of(name) is not None:
        raise InvalidInput(_("This name cannot be used. Choose another one."), field="sign_in_name")
    return name


def _may_see(relation: Relation, at: datetime) -> bool:
    return any(decision.allowed for decision in family_view(relation, at=at).values())


def _works_here(user: User, organization_id: int) -> bool:
    return Membership.objects.filter(
        organization_id=organization_id, user=user, role__in=STAFF, ended_at__isnull=True
    ).exists()


def _is_needed(user: User, role: str) -> bool:
    """Tell whether the role still opens something here for the person."""
    rows = Relation.objects if role == "family" else Client.objects
    return bool(rows.filter(user=user).exists())


def _withdraw_open(client: Client, relation: Relation | None, at: datetime) -> None:
    Invitation.objects.filter(
        client=client, relation=relation, accepted_at__isnull=True, withdrawn_at__isnull=True
    ).update(withdrawn_at=at)


def _guest(invitation: Invitation) -> Actor:
    return Actor(
        organization_id=invitation.organization_id, name=_name(invitation.client, invitation.relation)
    )


def _name(client: Client, relation: Relation | None) -> str:
    return (relation.name if relation else client.shown_name)[:LONGEST_NAME]


def _language(invitation: Invitation) -> str:
    spoken = (invitation.relation.language if invitation.relation else "") or invitation.client.language
    return "es" if spoken.lower().startswith("es") else "en"


def language_of(invitation: Invitation) -> str:
    """Return the language in which the mail is written: the person's, where we have it."""
    return _language(invitation)


def _tell(record: Recorder, action: str, invitation: Invitation) -> None:
    """Write the event; the address stays out of it."""
    data = {"person": _name(invitation.client, invitation.relation), "role": role_of(invitation)}
    record(action, subject=invitation, client=invitation.client, data=data)
