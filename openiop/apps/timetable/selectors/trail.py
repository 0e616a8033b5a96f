"""How far the audit trail reaches for people whose roles end at some sites.

It stands in the topmost app because nothing below knows every kind of record that belongs to a site.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from openiop.apps.accounts.models import Membership, Site, User
from openiop.apps.accounts.roles import STAFF_ROLES
from openiop.apps.accounts.selectors import people_of
from openiop.apps.admissions.models import Referral, ReferralDocument
from openiop.apps.audit.selectors import Reach
from openiop.apps.clients.models import Relation
from openiop.apps.clients.policies import at_sites, visible_clients
from openiop.apps.core.actor import Actor
from openiop.apps.schedule.models import (
    Closure,
    Consult,
    GroupSeries,
    Room,
    SeriesSlot,
    Session,
    StaffProfile,
)
from openiop.apps.timetable.models import Plan, PlanRun

GENERAL = frozenset({"", "organization", "membership", "emergencyaccess", "staffabsence"})
"""Records of the whole organisation: it, its staff and their days off, lists of no site."""

AT_SITE: tuple[tuple[Any, str], ...] = (
    (Site, "pk"),
    (Room, "site"),
    (StaffProfile, "site"),
    (GroupSeries, "site"),
    (SeriesSlot, "series__site"),
    (Session, "site"),
    (Closure, "site"),
    (Consult, "site"),
    (Plan, "site"),
    (PlanRun, "site"),
    (Referral, "site"),
    (ReferralDocument, "referral__site"),
)
"""Records of a site that may belong to no client, and where they name it. All others name their client."""


def trail_reach(by: Actor) -> Reach | None:
    """Return what of the trail the actor may see; None where they work at every site."""
    if by.site_ids is None:
        return None
    return Reach(
        clients=visible_clients(by).values("public_id"),
        people=_people(by).values("public_id"),
        general=GENERAL,
        elsewhere={model._meta.model_name: _elsewhere(by, model, site) for model, site in AT_SITE},
    )


def people_in_trail(by: Actor) -> list[User]:
    """Return whose acts the actor may look for, by name: the staff, and who belongs to clients within reach."""
    if by.site_ids is None:
        return people_of(by)
    return sorted(_people(by), key=lambda user: user.shown_name.casefold())


def _elsewhere(by: Actor, model: Any, site: str) -> Any:
    rows = model.objects.filter(organization_id=by.organization_id)
    if site == "pk":
        return rows.exclude(pk__in=by.site_ids).values("public_id")
    return rows.exclude(at_sites(by, site)).values("public_id")


def _people(by: Actor) -> Any:
    """Return the staff of the organisation, and clients and families as far as the actor's clients go."""
    members = Membership.objects.filter(organization_id=by.organization_id)
    staff = members.filter(role__in=[role.key for role in STAFF_ROLES])
    clients = visible_clients(by).filter(user__isnull=False)
    family = Relation.objects.filter(client__in=visible_clients(by), user__isnull=False)
    near = Q(pk__in=staff.values("user")) | Q(pk__in=clients.values("user")) | Q(pk__in=family.values("user"))
    return User.objects.filter(near, pk__in=members.values("user"))
