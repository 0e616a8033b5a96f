"""Reading the staff list and the emergency accesses of an organisation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.http import Http404
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise

from openiop.apps.accounts.models import EmergencyAccess, Membership, User
from openiop.apps.accounts.roles import BY_KEY, STAFF_ROLES
from openiop.apps.audit.selectors import HistoryLine, TrailFilter, organization_history
from openiop.apps.core.actor import Actor

STAFF = [role.key for role in STAFF_ROLES]


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the staff: what they do here and where, and how well their door is locked."""

    user: User
    roles: tuple[str, ...]
    site_names: tuple[str, ...]
    site_ids: tuple[str, ...]
    has_factor: bool
    is_open: bool

    @property
    def role_names(self) -> list[str | Promise]:
        """Return the roles in words."""
        return [BY_KEY[key].name for key in self.roles]


def members_of(by: Actor) -> list[Member]:
    """Return everyone who has or had a staff role here, by name. Clients and families are not staff."""
    rows = _staff_rows(by)
    people: dict[int, list[Membership]] = defaultdict(list)
    for row in rows:
        people[row.user_id].append(row)
    found = _members(people.values())
    return sorted(found, key=lambda member: (not member.is_open, member.user.shown_name.casefold()))


def access_member(by: Actor, public_id: str, *, permission: str) -> Member:
    """Return one person of the staff, or 404."""
    rows = [row for row in _staff_rows(by) if row.user.public_id == public_id]
    if not rows or not by.may(permission):
        raise Http404
    return _members([rows])[0]


def emergencies_of(by: Actor) -> list[EmergencyAccess]:
    """Return the organisation's emergency accesses: what waits for review first, then the newest."""
    rows = EmergencyAccess.objects.filter(organization_id=by.organization_id).select_related(
        "user", "reviewed_by"
    )
    return sorted(rows.order_by("-opened_at")[:200], key=lambda glass: glass.reviewed_at is not None)


def access_emergency(by: Actor, public_id: str, *, permission: str) -> EmergencyAccess:
    """Return one emergency access of the organisation, or 404."""
    rows = EmergencyAccess.objects.filter(organization_id=by.organization_id, public_id=public_id)
    glass: EmergencyAccess | None = rows.select_related("user", "reviewed_by").first()
    if glass is None or not by.may(permission):
        raise Http404
    return glass


def seen_in(by: Actor, glass: EmergencyAccess, *, before: int | None = None) -> list[HistoryLine]:
    """Return a page of what the person did while the access was open, newest first.

    Whoever reviews it sees all of it, at whichever site: an access that opens every record is reviewed whole.
    """
    until = glass.closed_at or glass.expires_at
    only = TrailFilter(actor=glass.user.public_id, since=glass.opened_at, until=until)
    return organization_history(by, within=None, before=before, only=only)


def has_second_factor(user: User, *, but: int | None = None) -> bool:
    """Tell whether the person has an app or a passkey (`but` that one); recovery codes alone are none."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(Authenticator.objects.filter(user=user, type__in=kinds).exclude(pk=but).exists())


def factors_of(user: User) -> dict[int, str]:
    """Return the kinds of the person's factors, recovery codes included, by key."""
    return dict(Authenticator.objects.filter(user=user).values_list("pk", "type"))


def passkey_ids_of(user: User) -> dict[str, int]:
    """Return the person's passkeys by the id that a link may carry."""
    keys = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    return {passkey_id(pk): pk for pk in keys.values_list("pk", flat=True)}


def passkey_id(pk: int) -> str:
    """Return the id of a passkey for links: serial keys never leave the database."""
    return salted_hmac("openiop.passkey", str(pk)).hexdigest()[:16]


def user_by_token_id(public_id: str) -> User | None:
    """Return the person whom a one-time link names."""
    return User.objects.filter(public_id=public_id, is_active=True).first()


def _staff_rows(by: Actor) -> list[Membership]:
    rows = Membership.objects.filter(organization_id=by.organization_id, role__in=STAFF)
    return list(rows.select_related("user", "site").order_by("id"))


def _members(people: Iterable[list[Membership]]) -> list[Member]:
    people = list(people)
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    locked = set(
        Authenticator.objects.filter(
            user_id__in=[rows[0].user_id for rows in people], type__in=kinds
        ).values_list("user_id", flat=True)
    )
    return [_member(rows, has_factor=rows[0].user_id in locked) for rows in people]


def _member(rows: list[Membership], *, has_factor: bool) -> Member:
    here = [row for row in rows if row.ended_at is None]
    sites = {row.site.public_id: row.site.name for row in here if row.site is not None}
    return Member(
        user=rows[0].user,
        roles=tuple(dict.fromkeys(row.role for row in here)),
        site_names=tuple(sorted(sites.values())),
        site_ids=tuple(sites),
        has_factor=has_factor,
        is_open=bool(here),
    )
