"""What an organization has in the directory, and what it could put there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.http import Http404

from openiop import catalog
from openiop.apps.accounts.models import Site
from openiop.apps.accounts.selectors import sites_of
from openiop.apps.core.actor import Actor
from openiop.apps.directory.models import Facility, Report
from openiop.apps.directory.selectors.pages import price_of, reports_for
from openiop.apps.schedule.models import GroupSeries
from openiop.domain.finder.sources import Source


@dataclass(frozen=True, slots=True)
class Own:
    """A track of a site: its row in the directory, or none yet; whether it should be confirmed."""

    site: Site
    track: str
    facility: Facility | None
    is_due: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What a program says of itself now: its place, the options it has, its price of a day."""

    facility: Facility | None
    options: frozenset[str] = frozenset()
    price: Decimal | None = None


def own_listings(by: Actor, *, at: datetime) -> list[Own]:
    """Return each track that a site of the organization runs, with its listing."""
    rows = {
        (int(row.site_id or 0), row.track): row
        for row in Facility.objects.filter(owner_id=by.organization_id, site__isnull=False).exclude(track="")
    }
    running = {
        (int(site_id), str(programs[0]))
        for site_id, programs in GroupSeries.objects.filter(ends_on__isnull=True).values_list(
            "site_id", "programs"
        )
        if programs
    }
    sites = {site.pk: site for site in sites_of(by)}
    keys = sorted(
        (key for key in running | set(rows) if key[0] in sites), key=lambda key: (sites[key[0]].name, key[1])
    )
    return [_own(sites[site_id], track, rows.get((site_id, track)), at) for site_id, track in keys]


def access_listing(by: Actor, public_id: str) -> Facility:
    """Return a listing of the actor's organization, a program or a claimed place, or 404."""
    rows = Facility.objects.filter(owner_id=by.organization_id, public_id=public_id)
    row = at_sites(by, rows).first()
    if row is None:
        raise Http404
    return row


def listing_of(by: Actor, site: Site, track: str) -> Said:
    """Return what a site's track says of itself, or 404 where there is no such track."""
    if not catalog.versions("programs", track):
        raise Http404
    row = Facility.objects.filter(owner_id=by.organization_id, site=site, track=track).first()
    said = row.listings.filter(source=Source.PROGRAM).first() if row else None
    return Said(row, frozenset(said.codes.split()), price_of(said)) if said else Said(row)


def at_sites(by: Actor, rows: QuerySet[Facility]) -> QuerySet[Facility]:
    """Leave what stands for sites at which the actor works."""
    return rows if by.site_ids is None else rows.filter(site_id__in=by.site_ids)


def access_report(by: Actor, public_id: str) -> Report:
    """Return an open report the actor may close, or 404."""
    found = [row for row in reports_for(by) if row.public_id == public_id]
    if not found:
        raise Http404
    return found[0]


def _own(site: Site, track: str, row: Facility | None, at: datetime) -> Own:
    return Own(site, track, row, catalog.claim_rules().is_due(row.confirmed_at if row else None, at=at))
