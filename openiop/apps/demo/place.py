"""The organisation itself: sites, rooms, staff and their roles."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from openiop.apps.accounts.models import Membership, Organization, Site, User
from openiop.apps.accounts.selectors import system_actor
from openiop.apps.core.actor import Actor
from openiop.apps.core.ids import ALPHABET, LENGTH
from openiop.apps.demo.house import PLAN, ZONE, House, plan_of
from openiop.apps.demo.names import People
from openiop.apps.demo.tracks import program_of
from openiop.apps.schedule.models import Room, StaffProfile

OPEN = [[weekday, 480, 1260] for weekday in range(5)] + [[5, 540, 1020]]
GROUPS = ["process", "psychoed", "skills", "met", "meal", "family", "support"]
SERVICES = {"prescriber": ["psychiatry"], "nurse": ["meal", "psychoed"]}
"""What a role leads or gives; everyone else leads every group and gives individual and family sessions."""


def open_house(*, at: datetime, seed: int) -> House:
    """Make the organisation and return the builder's context. The tenant is opened by the caller."""
    rng = random.Random(seed)
    plan = PLAN["organization"]
    organization = Organization.objects.create(
        public_id="".join(rng.choices(ALPHABET, k=LENGTH)),
        slug=plan["slug"],
        name=plan["name"],
        is_demo=True,
        requires_mfa=False,
        created_at=at - timedelta(weeks=30),
    )
    today = at.astimezone(ZONE).date()
    return House(organization, system_actor(organization, "Demo"), at, rng, People(rng, today))


def furnish(house: House) -> None:
    """Add sites, rooms and staff."""
    began = house.at - timedelta(weeks=30)
    for plan in plan_of("sites"):
        columns = {name: plan[name] for name in ("name", "phone", "street", "city", "postal_code")}
        house.sites[plan["key"]] = house.add(Site, state="CA", opening_hours=OPEN, **columns)
    for plan in plan_of("rooms"):
        house.rooms[plan["name"]] = house.add(
            Room,
            site=house.sites[plan["site"]],
            name=plan["name"],
            seats=plan["seats"],
            features=plan.get("features", []),
        )
    for plan in plan_of("staff"):
        _hire(house, plan, began)
    house.note(began, "organization.created", house.organization, name=house.organization.name)


def _hire(house: House, plan: Mapping[str, Any], began: datetime) -> None:
    user = User(
        public_id=house.new_id(),
        username=str(plan["key"]),
        email=f"{plan['key']}@example.org",
        display_name=str(plan["name"]),
        credentials=str(plan.get("credentials", "")),
        date_joined=began,
    )
    user.set_unusable_password()
    user.save()
    house.staff[str(plan["key"])] = user
    at_site = house.sites.get(str(plan["site"]))
    Membership.objects.create(
        public_id=house.new_id(),
        organization=house.organization,
        user=user,
        role=plan["role"],
        site=at_site,
        starts_at=began,
    )
    house.actors[user.pk] = actor_of(house, user, str(plan["role"]))
    house.note(began, "membership.granted", user, person=user.shown_name, role=str(plan["role"]))
    if "tracks" not in plan:
        return
    for site in [at_site] if at_site else house.sites.values():
        house.add(
            StaffProfile,
            user=user,
            site=site,
            licence=plan.get("credentials", ""),
            is_licensed=bool(plan.get("licensed")),
            services=plan.get("services", SERVICES.get(str(plan["role"]), [*GROUPS, "individual", "family"])),
            tracks=[program_of(track) for track in plan["tracks"]],
            languages=plan.get("languages", ["en"]),
            working_hours=OPEN if plan["tracks"] else [],
        )


def actor_of(house: House, user: User, role: str) -> Actor:
    """Return who stands in the trail for what this person did."""
    return Actor(
        organization_id=house.organization.pk,
        name=user.shown_name,
        user_id=user.pk,
        user_public_id=user.public_id,
        roles=(role,),
    )
