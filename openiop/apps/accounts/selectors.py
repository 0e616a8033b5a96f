"""Who is this, and what may they do here?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q
from django.http import Http404

from openiop.apps.accounts.models import EmergencyAccess, Membership, Organization, Site, User
from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.policies import reach_of
from openiop.apps.accounts.roles import BY_KEY, permissions_of
from openiop.apps.core.actor import NOBODY, Actor, Via
from openiop.apps.core.tenancy import before_tenant


@dataclass(frozen=True, slots=True)
class Shell:
    """What the frame of a page shows about the person and the place."""

    organization_name: str
    is_demo: bool
    user_name: str
    role_names: tuple[str, ...]
    emergency_until: datetime | None
    emergencies_to_review: int


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in person in one organisation, and the others they may switch to."""

    actor: Actor
    organization: Organization
    others: tuple[Organization, ...]

    @property
    def is_staff(self) -> bool:
        """Tell whether one of the roles is a staff role: shorter idle time, second factor."""
        return any(BY_KEY[key].is_staff for key in self.actor.roles)

    @property
    def needs_second_factor(self) -> bool:
        """Tell whether the organisation asks this person for a second factor."""
        return self.is_staff and self.organization.requires_mfa


def memberships_of(user: User, *, at: datetime) -> list[Membership]:
    """Return the user's open memberships in every organisation, oldest first."""
    rows = Membership.objects.filter(user=user, starts_at__lte=at).filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=at)
    )
    with before_tenant():
        return list(rows.select_related("organization").order_by("id"))


def visit_of(
    user: User, organization_id: int | None, *, at: datetime, demo_only: bool = False
) -> Visit | None:
    """Return the person in an organisation (None or not theirs: the first they belong to).

    `demo_only` is for people who came in by the demo's door: without a password, so nowhere else.
    """
    rows = [row for row in memberships_of(user, at=at) if row.organization.is_demo or not demo_only]
    if not rows:
        return None
    chosen = next((row for row in rows if row.organization_id == organization_id), rows[0]).organization
    reach = reach_of(row for row in rows if row.organization_id == chosen.pk)
    actor = Actor(
        organization_id=chosen.pk,
        name=user.shown_name,
        user_id=user.pk,
        user_public_id=user.public_id,
        roles=reach.roles,
        permissions=reach.permissions,
        site_ids=reach.site_ids,
    )
    known = {row.organization_id: row.organization for row in rows if row.organization_id != chosen.pk}
    return Visit(actor, chosen, tuple(sorted(known.values(), key=lambda organization: organization.name)))


def actor_for(user: User, organization_id: int | None, *, at: datetime) -> Actor | None:
    """Return the actor of a signed-in user in an organisation (None: the first they belong to)."""
    visit = visit_of(user, organization_id, at=at)
    return visit.actor if visit else None


def in_emergency(actor: Actor, *, at: datetime) -> Actor:
    """Return the actor as emergency access widens them: every site, each event with the reason.

    It widens where, never what: the permissions stay those of the roles.
    """
    if not actor.may(Permission.BREAK_GLASS):
        return actor
    glass = open_emergency(actor, at=at)
    return replace(actor, site_ids=None, reason=glass.reason) if glass else actor


def open_emergency(actor: Actor, *, at: datetime) -> EmergencyAccess | None:
    """Return the emergency access the person has open at the moment."""
    rows: list[EmergencyAccess] = list(
        EmergencyAccess.objects.filter(
            organization_id=actor.organization_id,
            user_id=actor.user_id,
            closed_at__isnull=True,
            opened_at__lte=at,
            expires_at__gt=at,
        ).order_by("-opened_at")[:1]
    )
    return rows[0] if rows else None


def is_open(glass: EmergencyAccess, *, at: datetime) -> bool:
    """Tell whether an emergency access still opens records."""
    return glass.closed_at is None and glass.expires_at > at


def system_actor(organization: Organization, name: str, permissions: frozenset[str] = frozenset()) -> Actor:
    """Return an actor for work that no person does by hand: an import, the demo, a nightly roll."""
    return Actor(organization_id=organization.pk, name=name, via=Via.CLI, permissions=permissions)


def operator(command: str) -> Actor:
    """Return the actor of what is typed on the server before there is an organisation to act in."""
    return Actor(organization_id=NOBODY, name=command, via=Via.CLI)


def shell_of(actor: Actor, organization: Organization, *, at: datetime) -> Shell:
    """Return what the page frame shows of the actor in their organisation."""
    glass = open_emergency(actor, at=at) if actor.reason else None
    return Shell(
        organization_name=organization.name,
        is_demo=organization.is_demo,
        user_name=actor.name,
        role_names=tuple(str(BY_KEY[key].name) for key in actor.roles),
        emergency_until=glass.expires_at if glass else None,
        emergencies_to_review=emergencies_to_review(actor) if actor.may(Permission.REVIEW_GLASS) else 0,
    )


def emergencies_to_review(by: Actor) -> int:
    """Return how many emergency accesses wait for this person's eye; nobody reviews their own."""
    rows = EmergencyAccess.objects.filter(organization_id=by.organization_id, reviewed_at__isnull=True)
    return int(rows.exclude(user_id=by.user_id).count())


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


def people_who_may(by: Actor, permission: Permission, *, at: datetime) -> list[User]:
    """Return who holds a role with the permission in the organisation today, by name."""
    roles = [key for key in BY_KEY if permission in permissions_of((key,))]
    rows = Membership.objects.filter(
        organization_id=by.organization_id, role__in=roles, ended_at__isnull=True, starts_at__lte=at
    )
    able = {row.user for row in rows.select_related("user")}
    return sorted(able, key=lambda user: user.shown_name.casefold())


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
    """Return one user for each role of a demo organisation, in the order of the roles. Empty outside the demo.

    Somebody signed in to another organisation stands at the same door.
    """
    rows = Membership.objects.filter(organization__is_demo=True, ended_at__isnull=True).select_related(
        "user", "organization"
    )
    first: dict[str, Membership] = {}
    with before_tenant():
        for row in rows.order_by("id"):
            first.setdefault(row.role, row)
    return [(key, first[key]) for key in BY_KEY if key in first]
