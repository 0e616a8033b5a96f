"""Who is this, and what may they do here?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.http import Http404

from openiop.apps.accounts.models import EmergencyAccess, Membership, Organization, Site, User
from openiop.apps.accounts.roles import BY_KEY, permissions_of
from openiop.apps.core.actor import Actor, Via


@dataclass(frozen=True, slots=True)
class Shell:
    """What the frame of a page shows about the person and the place."""

    organization_name: str
    is_demo: bool
    user_name: str
    role_names: tuple[str, ...]
    emergency_until: datetime | None


def memberships_of(user: User, *, at: datetime) -> list[Membership]:
    """Return the user's open memberships, oldest first."""
    rows = Membership.objects.filter(user=user, starts_at__lte=at).filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=at)
    )
    return list(rows.select_related("organization").order_by("id"))


def actor_for(user: User, organization_id: int | None, *, at: datetime) -> Actor | None:
    """Return the actor of a signed-in user in an organisation (None: the first they belong to)."""
    rows = memberships_of(user, at=at)
    if not rows:
        return None
    chosen = next((row for row in rows if row.organization_id == organization_id), rows[0]).organization_id
    here = [row for row in rows if row.organization_id == chosen]
    roles = tuple(dict.fromkeys(row.role for row in here))
    everywhere = any(row.site_id is None for row in here)
    return Actor(
        organization_id=chosen,
        name=user.shown_name,
        user_id=user.pk,
        user_public_id=user.public_id,
        roles=roles,
        permissions=permissions_of(roles),
        site_ids=None if everywhere else frozenset(row.site_id for row in here if row.site_id is not None),
    )


def system_actor(organization: Organization, name: str, permissions: frozenset[str] = frozenset()) -> Actor:
    """Return an actor for work that no person does by hand: an import, the demo, a nightly roll."""
    return Actor(organization_id=organization.pk, name=name, via=Via.CLI, permissions=permissions)


def shell_of(actor: Actor) -> Shell:
    """Return what the page frame shows."""
    organization = Organization.objects.get(pk=actor.organization_id)
    glass = (
        EmergencyAccess.objects.filter(user_id=actor.user_id, closed_at__isnull=True)
        .order_by("-opened_at")
        .first()
        if actor.reason
        else None
    )
    return Shell(
        organization_name=organization.name,
        is_demo=organization.is_demo,
        user_name=actor.name,
        role_names=tuple(str(BY_KEY[key].name) for key in actor.roles),
        emergency_until=glass.expires_at if glass else None,
    )


def organizations_of(by: Actor) -> list[Organization]:
    """Return the organisations the person may switch to; empty where there is only one."""
    if by.user_id is None:
        return []
    rows = Organization.objects.filter(memberships__user_id=by.user_id, memberships__ended_at__isnull=True)
    found = list(rows.distinct().order_by("name"))
    return found if len(found) > 1 else []


def organization_by_slug(slug: str) -> Organization:
    """Return the organisation, or 404."""
    try:
        return Organization.objects.get(slug=slug)
    except Organization.DoesNotExist:
        raise Http404 from None


def people_of(by: Actor) -> list[User]:
    """Return everyone who holds or held a role in the organisation, by name."""
    rows = User.objects.filter(memberships__organization_id=by.organization_id).distinct()
    return sorted(rows, key=lambda user: user.shown_name.casefold())


def organizations(slug: str | None = None) -> list[Organization]:
    """Return every organisation, or the one with the slug (404 if there is none)."""
    return [organization_by_slug(slug)] if slug else list(Organization.objects.order_by("slug"))


def only_organization() -> Organization | None:
    """Return the organisation where there is exactly one, as on most installations."""
    rows = list(Organization.objects.order_by("id")[:2])
    return rows[0] if len(rows) == 1 else None


def sites_of(by: Actor) -> list[Site]:
    """Return the sites the actor works at, by name."""
    rows = Site.objects.filter(organization_id=by.organization_id).order_by("name")
    return list(rows if by.site_ids is None else rows.filter(pk__in=by.site_ids))


def home_zone(by: Actor) -> str:
    """Return the time zone in which the actor's pages speak: that of their first site."""
    rows = Site.objects.filter(organization_id=by.organization_id).order_by("name")
    if by.site_ids is not None:
        rows = rows.filter(pk__in=by.site_ids)
    return rows.values_list("time_zone", flat=True).first() or "UTC"


def access_site(by: Actor, public_id: str) -> Site:
    """Return a site the actor works at, or 404."""
    try:
        site = Site.objects.get(organization_id=by.organization_id, public_id=public_id)
    except Site.DoesNotExist:
        raise Http404 from None
    if by.site_ids is not None and site.pk not in by.site_ids:
        raise Http404
    return site


def demo_people() -> list[tuple[str, Membership]]:
    """Return one user for each role of a demo organisation, in the order of the roles. Empty outside the demo."""
    rows = Membership.objects.filter(organization__is_demo=True, ended_at__isnull=True).select_related(
        "user", "organization"
    )
    first: dict[str, Membership] = {}
    for row in rows.order_by("id"):
        first.setdefault(row.role, row)
    return [(key, first[key]) for key in BY_KEY if key in first]
