"""Calendar addresses: a person's own, and the one behind a key."""

from __future__ import annotations

from openiop.apps.accounts.models import Membership, Organization
from openiop.apps.clients.services.invitations import hash_of
from openiop.apps.core.actor import Actor
from openiop.apps.core.ids import LENGTH
from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.models import CalendarFeed


def open_feed(by: Actor, *, is_staff: bool) -> CalendarFeed | None:
    """Return the actor's address in their organisation, as far as it is kept."""
    found: CalendarFeed | None = CalendarFeed.objects.filter(
        organization_id=by.organization_id, user_id=by.user_id, is_staff=is_staff, revoked_at__isnull=True
    ).first()
    return found


def find_feed(key: str) -> CalendarFeed | None:
    """Return the address of a key; None where it never was, was ended, or its owner has no place here any more."""
    organization = Organization.objects.filter(public_id=key[:LENGTH]).first()
    if organization is None:
        return None
    with tenant(organization.pk):
        rows = CalendarFeed.objects.filter(organization=organization, revoked_at__isnull=True)
        feed: CalendarFeed | None = (
            rows.filter(key_sha256=hash_of(key), user__is_active=True).select_related("user").first()
        )
        return feed if feed is not None and _has_a_place(feed) else None


def _has_a_place(feed: CalendarFeed) -> bool:
    roles = Membership.objects.filter(
        organization_id=feed.organization_id, user_id=feed.user_id, ended_at__isnull=True
    )
    own = roles.exclude(role__in=PORTAL) if feed.is_staff else roles.filter(role="client")
    return own.exists()


def reader_of(feed: CalendarFeed) -> Actor:
    """Return the owner as the one who acts: their own program reads, and may do nothing else."""
    return Actor(
        organization_id=feed.organization_id,
        name=feed.user.shown_name,
        user_id=feed.user_id,
        user_public_id=feed.user.public_id,
    )


PORTAL = ("client", "family")
"""Roles that are no work."""
