"""What a site can plan with: its rooms, and its staff with what they may lead."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404
from django.utils.functional import Promise

from openiop.apps.accounts.models import Membership, Site, User
from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.roles import BY_KEY, STAFF_ROLES
from openiop.apps.core.actor import Actor
from openiop.apps.schedule.models import Room, StaffProfile

LEADING = tuple(role.key for role in STAFF_ROLES if Permission.ATTENDANCE_EDIT in role.permissions)
"""Roles whose people are offered: who takes attendance is who leads."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone who works at a site; `profile` is None until somebody wrote down what they may lead."""

    user: User
    roles: tuple[str, ...]
    profile: StaffProfile | None

    @property
    def role_names(self) -> list[str | Promise]:
        """Return the roles in words."""
        return [BY_KEY[key].name for key in self.roles]


def retired_rooms(site: Site) -> list[Room]:
    """Return the rooms the site used once, the latest first."""
    return list(Room.objects.filter(site=site, closed_from__isnull=False).order_by("-closed_from", "name"))


def colleagues_at(by: Actor, site: Site) -> list[Colleague]:
    """Return who leads or could lead at the site, by name: a role of care there, or a profile."""
    return [
        one
        for one in _everyone(by, site)
        if one.profile is not None or any(role in LEADING for role in one.roles)
    ]


def access_colleague(by: Actor, site: Site, public_id: str, *, permission: str) -> Colleague:
    """Return one person of the staff as they stand at the site, or 404."""
    found = [one for one in _everyone(by, site) if one.user.public_id == public_id]
    if not found or not by.may(permission):
        raise Http404
    return found[0]


def _everyone(by: Actor, site: Site) -> list[Colleague]:
    rows = Membership.objects.filter(
        Q(site=site) | Q(site__isnull=True),
        organization_id=by.organization_id,
        role__in=[role.key for role in STAFF_ROLES],
        ended_at__isnull=True,
    )
    people: dict[User, list[str]] = {}
    for row in rows.select_related("user").order_by("id"):
        people.setdefault(row.user, []).append(row.role)
    profiles = {row.user_id: row for row in StaffProfile.objects.filter(site=site).order_by("-id")}
    found = [
        Colleague(user, tuple(dict.fromkeys(roles)), profiles.get(user.pk)) for user, roles in people.items()
    ]
    return sorted(found, key=lambda one: one.user.shown_name.casefold())
