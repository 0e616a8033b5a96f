"""Organisations, sites, users, actors, clients and those who belong to them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from openiop.apps.accounts.models import Membership, Organization, Site, User
from openiop.apps.accounts.roles import permissions_of
from openiop.apps.clients.models import Client, NoContact, Relation
from openiop.apps.core.actor import Actor
from openiop.apps.core.tenancy import tenant

AT = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
"""Monday 2 March 2026, nine in the morning in California, the week before clocks change."""

_number = count(1)


def put(model: Any, **columns: Any) -> Any:
    """Write the row inside its own organisation, as PostgreSQL's row-level security wants it."""
    with tenant(columns["organization"].pk):
        return model.objects.create(**columns)


def make_organization(name: str = "Test Clinic", **columns: Any) -> Organization:
    """Make an organisation of its own."""
    return Organization.objects.create(
        **{"slug": f"org-{next(_number)}", "name": name, "requires_mfa": False, "created_at": AT} | columns
    )


def make_site(org: Organization, name: str = "", **columns: Any) -> Site:
    """Make a site open Monday to Saturday, 8:00 to 21:00."""
    hours = [[weekday, 480, 1260] for weekday in range(6)]
    return put(
        Site,
        **{
            "organization": org,
            "name": name or f"Site {next(_number)}",
            "opening_hours": hours,
            "created_at": AT,
        }
        | columns,
    )


def make_user(name: str = "Robin Reyes-Demo", **columns: Any) -> User:
    """Make a user without a password."""
    user = User(**{"username": f"user{next(_number)}", "display_name": name} | columns)
    user.set_unusable_password()
    user.save()
    return user


def make_member(
    org: Organization, role: str, *, site: Site | None = None, user: User | None = None
) -> Membership:
    """Give a (new) user a role at a site, or everywhere."""
    return put(
        Membership,
        organization=org,
        user=user or make_user(f"{role.title()} Person-Demo"),
        role=role,
        site=site,
        starts_at=AT,
    )


def actor(
    org: Organization, role: str = "director", *, site: Site | None = None, user: User | None = None
) -> Actor:
    """Make a member and return them as the actor of services."""
    member = make_member(org, role, site=site, user=user)
    return Actor(
        organization_id=org.pk,
        name=member.user.shown_name,
        user_id=member.user_id,
        user_public_id=member.user.public_id,
        roles=(role,),
        permissions=permissions_of((role,)),
        site_ids=frozenset({site.pk}) if site else None,
    )


def make_client(org: Organization, first: str = "Ana", last: str = "Velora-Demo", **columns: Any) -> Client:
    """Make an adult client who speaks English."""
    return put(
        Client,
        **{
            "organization": org,
            "first_name": first,
            "last_name": last,
            "birth_date": date(1990, 5, 17),
            "search_key": f"{last} {first}".casefold(),
            "created_at": AT,
            "updated_at": AT,
        }
        | columns,
    )


def make_relation(
    client: Client, name: str = "Pat Velora-Demo", kind: str = "family", **columns: Any
) -> Relation:
    """Make someone who belongs to the client."""
    return put(
        Relation,
        **{
            "organization": client.organization,
            "client": client,
            "kind": kind,
            "name": name,
            "created_at": AT,
        }
        | columns,
    )


def make_no_contact(one: Client, other: Client, scope: str = "group", **columns: Any) -> NoContact:
    """Say that two clients must not meet."""
    return put(
        NoContact,
        **{
            "organization": one.organization,
            "client": one,
            "other": other,
            "scope": scope,
            "reason": "Protective order",
            "created_at": AT,
        }
        | columns,
    )
