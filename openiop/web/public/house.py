"""The organisation behind the public pages: its name, its telephone, its sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404
from django.urls import NoReverseMatch, reverse

from openiop.apps.accounts.selectors import only_organization, organization_by_slug, sites_of, system_actor
from openiop.apps.core.actor import Actor
from openiop.apps.core.tenancy import tenant

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Organization, Site


@dataclass(frozen=True, slots=True)
class House:
    """What strangers see of an organisation. `phone` is that of its first site that has one."""

    organization: Organization
    sites: tuple[Site, ...]

    @property
    def name(self) -> str:
        """Return the name people use."""
        return self.organization.name

    @property
    def slug(self) -> str:
        """Return what stands in its addresses."""
        return self.organization.slug

    @property
    def phone(self) -> str:
        """Return the number to call, or nothing."""
        return next((site.phone for site in self.sites if site.phone), "")


def house_of(slug: str) -> House:
    """Return the organisation of an address, or 404. An empty one means the only organisation there is."""
    row = organization_by_slug(slug) if slug else only_organization()
    if row is None:
        raise Http404
    with tenant(row.pk):
        return House(row, tuple(sites_of(actor_of(row))))


def house_or_none() -> House | None:
    """Return the only organisation of this installation, where there is exactly one."""
    row = only_organization()
    return house_of(row.slug) if row else None


def actor_of(organization: Organization) -> Actor:
    """Return who stands in the trail for what a stranger left on a page."""
    return system_actor(organization, "Web form")


def find_url() -> str:
    """Return the address of the finder, or nothing where this installation has none."""
    try:
        return reverse("find")
    except NoReverseMatch:
        return ""
