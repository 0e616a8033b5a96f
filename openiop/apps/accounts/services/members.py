"""People of an organisation: invite them, say what they do and where, end it, help them back in."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from allauth.account import app_settings
from allauth.mfa.models import Authenticator
from axes.utils import reset as unlock
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.translation import gettext as _

from openiop.apps.accounts.lockout import name_of
from openiop.apps.accounts.models import Membership, Site, User
from openiop.apps.accounts.policies import looks_after_own_sign_in
from openiop.apps.accounts.roles import BY_KEY, STAFF_ROLES
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.core.actor import Actor
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed

ADMINISTRATOR = "administrator"
LONGEST_NAME = 120
LONGEST_CREDENTIALS = 40
LONGEST_ADDRESS = 150


def invite_member(
    *,
    by: Actor,
    name: str,
    email: str,
    credentials: str,
    roles: Collection[str],
    sites: Collection[Site],
    at: datetime,
) -> User:
    """Make a sign-in without a password and give it its roles (no `sites`: at every site)."""
    with recording(by=by, at=at) as record:
        user = new_sign_in(record, name=name, email=email, credentials=credentials)
        give_roles(record, user, roles=roles, sites=sites)
    return user


def change_member(
    *,
    by: Actor,
    member: User,
    name: str,
    credentials: str,
    roles: Collection[str],
    sites: Collection[Site],
    at: datetime,
) -> None:
    """Change how the member is written, and make their open staff roles exactly these at these sites.

    No site means everywhere. Nobody gives themselves a role or takes their own administrator role
    away, and one administrator always remains.
    """
    wanted = _wanted(roles, sites)
    with recording(by=by, at=at) as record:
        _rename(record, member, " ".join(name.split()), " ".join(credentials.split()))
        open_now = {(row.role, row.site_id): row for row in _open_rows(member, by.organization_id)}
        if member.pk == by.user_id:
            _check_own(set(open_now), wanted)
        _settle(record, member, wanted=wanted, open_now=open_now)
        _check_administrator_left(by.organization_id)


def end_membership(*, by: Actor, member: User, at: datetime) -> None:
    """End every staff role of the member here; their sign-in opens nothing of this organisation any more."""
    if member.pk == by.user_id:
        raise NotAllowed(_("Another administrator must end your own roles."))
    with recording(by=by, at=at) as record:
        open_now = {(row.role, row.site_id): row for row in _open_rows(member, by.organization_id)}
        if not open_now:
            raise Conflict(_("This person has no open role here any more."))
        _settle(record, member, wanted=set(), open_now=open_now)
        _check_administrator_left(by.organization_id)


def reset_second_factor(*, by: Actor, member: User, at: datetime) -> None:
    """Take away the member's app, passkeys and recovery codes and sign them out everywhere."""
    if member.pk == by.user_id:
        raise NotAllowed(_("Change your own second factor under “Sign-in and security”."))
    _check_ours(by, member)
    with recording(by=by, at=at) as record:
        Authenticator.objects.filter(user=member).delete()
        member.signed_out_at = at
        member.save(update_fields=["signed_out_at"])
        record("member.factor_reset", subject=member, data={"person": member.shown_name})


def make_password_link(*, by: Actor, member: User, at: datetime) -> str:
    """Return the key of a link that sets a password once, within three days; a lock-out ends too."""
    if member.pk == by.user_id:
        raise NotAllowed(_("Change your own password under “Sign-in and security”."))
    _check_ours(by, member)
    with recording(by=by, at=at) as record:
        unlock(username=name_of(member))
        record("member.link_made", subject=member, data={"person": member.shown_name})
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(member)
    return f"{member.public_id}-{token}"


def new_sign_in(record: Recorder, *, name: str, email: str, credentials: str) -> User:
    """Make somebody's sign-in, which has no password yet."""
    name, credentials = " ".join(name.split()), " ".join(credentials.split())
    email = email.strip().lower()
    _check_name(name, credentials)
    check_address(email)
    # One sign-in may hold roles in several organisations, but no organisation may help itself to
    # the sign-in of another: that is done on the server (`openiop member add`).
    if User.objects.filter(Q(email__iexact=email) | Q(username__iexact=email)).exists():
        raise Conflict(
            _("This address cannot be used for a new sign-in. Look whether the person is on the list."),
            field="email",
        )
    user = User(username=email, email=email, display_name=name, credentials=credentials)
    user.set_unusable_password()
    user.save()
    record("member.invited", subject=user, data={"person": user.shown_name})
    return user


def give_roles(
    record: Recorder, user: User, *, roles: Collection[str], sites: Collection[Site]
) -> set[tuple[str, int | None]]:
    """Open these roles beside those the person holds, and return what is new."""
    open_now = {(row.role, row.site_id): row for row in _open_rows(user, record.by.organization_id)}
    new = _wanted(roles, sites) - set(open_now)
    _settle(record, user, wanted=new | set(open_now), open_now=open_now)
    return new


def _rename(record: Recorder, member: User, name: str, credentials: str) -> None:
    if (name, credentials) == (member.display_name, member.credentials):
        return
    _check_name(name, credentials)
    _check_ours(record.by, member)
    former = member.shown_name
    member.display_name, member.credentials = name, credentials
    member.save(update_fields=["display_name", "credentials"])
    record("member.renamed", subject=member, data={"former": former, "person": member.shown_name})


def _wanted(roles: Collection[str], sites: Collection[Site]) -> set[tuple[str, int | None]]:
    """Return the (role, site) pairs; roles of the whole organisation never name a site."""
    if not roles:
        raise InvalidInput(_("Choose at least one role."), field="roles")
    if unknown := set(roles) - {role.key for role in STAFF_ROLES}:
        raise InvalidInput(_("There is no role “%(role)s”.") % {"role": min(unknown)}, field="roles")
    places: list[int | None] = [site.pk for site in sites] or [None]
    return {(role, place) for role in roles for place in (places if BY_KEY[role].has_sites else [None])}


def _settle(
    record: Recorder,
    user: User,
    *,
    wanted: set[tuple[str, int | None]],
    open_now: dict[tuple[str, int | None], Membership] | None = None,
) -> None:
    """End what is no longer wanted and open what is new, one event for each."""
    open_now = open_now or {}
    names = dict(Site.objects.filter(organization_id=record.by.organization_id).values_list("pk", "name"))
    for (role, place), row in open_now.items():
        if (role, place) not in wanted:
            row.ended_at = record.at
            row.save(update_fields=["ended_at"])
            data = {"person": user.shown_name, "role": role, "site": names.get(place, "")}
            record("membership.ended", subject=user, data=data)
    for role, place in sorted(wanted - set(open_now), key=str):
        Membership.objects.create(
            organization_id=record.by.organization_id,
            user=user,
            role=role,
            site_id=place,
            starts_at=record.at,
        )
        data = {"person": user.shown_name, "role": role, "site": names.get(place, "")}
        record("membership.granted", subject=user, data=data)


def _open_rows(user: User, organization_id: int) -> Iterable[Membership]:
    return Membership.objects.filter(
        organization_id=organization_id,
        user=user,
        ended_at__isnull=True,
        role__in=[role.key for role in STAFF_ROLES],
    ).order_by("id")


def _check_own(open_now: set[tuple[str, int | None]], wanted: set[tuple[str, int | None]]) -> None:
    if wanted - open_now:
        raise NotAllowed(
            _("Nobody gives themselves a role. Ask another administrator, or use the server's command line."),
            field="roles",
        )
    if (ADMINISTRATOR, None) in open_now - wanted:
        raise NotAllowed(_("Another administrator must take this role from you."), field="roles")


def _check_administrator_left(organization_id: int) -> None:
    left = Membership.objects.filter(
        organization_id=organization_id, role=ADMINISTRATOR, ended_at__isnull=True, user__is_active=True
    )
    if not left.exists():
        raise Conflict(_("At least one administrator must remain."), field="roles")


def _check_ours(by: Actor, member: User) -> None:
    if looks_after_own_sign_in(member, by.organization_id):
        raise NotAllowed(
            _("This person also works elsewhere and looks after their own sign-in (“Forgot your password?”).")
        )


def _check_name(name: str, credentials: str) -> None:
    """The name with its credentials stands under every signature and in every line of the trail."""
    if not name:
        raise InvalidInput(_("Write the person's name."), field="name")
    if len(credentials) > LONGEST_CREDENTIALS:
        raise InvalidInput(_("This is too long."), field="credentials")
    if len(name) + len(", ") + len(credentials) > LONGEST_NAME:
        raise InvalidInput(
            _("Name and credentials together may have at most %(length)s letters.")
            % {"length": LONGEST_NAME - len(", ")},
            field="name",
        )


def check_address(email: str) -> None:
    """Refuse what is no e-mail address, or too long to sign in with."""
    try:
        validate_email(email)
    except ValidationError:
        raise InvalidInput(
            _("Write an e-mail address, like name@example.org: the person signs in with it."), field="email"
        ) from None
    if len(email) > LONGEST_ADDRESS:
        raise InvalidInput(
            _("This address is too long to sign in with: %(length)s letters at most.")
            % {"length": LONGEST_ADDRESS},
            field="email",
        )
