"""One place with everything that is known of it, and what people reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q
from django.http import Http404

from openiop import catalog
from openiop.apps.accounts.models import Site
from openiop.apps.core.actor import Actor
from openiop.apps.core.tenancy import tenant
from openiop.apps.directory.models import Facility, Listing, Report
from openiop.apps.directory.selectors.live import Live, live_of
from openiop.apps.directory.summary import by_trust, said_by
from openiop.domain.finder.catalogue import SourceInfo
from openiop.domain.finder.options import Group, Option, State, state_of
from openiop.domain.finder.sources import Source


@dataclass(frozen=True, slots=True)
class Fact:
    """One option at a place: what is said, by whom, of what day, and until when that is held to be current."""

    option: Option
    state: State
    source: SourceInfo | None = None
    edition: str = ""
    on: date | None = None
    expires: date | None = None
    is_old: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One list that names the place, what it says the place has, and until when that is held to be current."""

    listing: Listing
    source: SourceInfo
    expires: date
    is_old: bool
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Price:
    """What a program asks for one day of who pays it without insurance, of what day that is, and whether it is old."""

    track: str
    place: str
    phone: str
    amount: Decimal | None
    on: date
    is_old: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A place as its page shows it. `named`: who says its name, address and telephone; `site`: id of the site here."""

    facility: Facility
    groups: tuple[tuple[Group, tuple[Fact, ...]], ...]
    told: tuple[Told, ...]
    named: Told | None
    live: Live | None
    price: Price | None
    site: str


def price_of(listing: Listing) -> Decimal | None:
    """Return the price of a day that a program publishes, or None."""
    words = listing.said.get("price", "")
    return Decimal(words) if words else None


def expires_on(row: Listing) -> date:
    """Until when a listing is held to be current; a license says it itself."""
    holds = catalog.finder().sources[Source(row.source)].holds_days
    return row.licence_expires or row.edition_on + timedelta(days=holds)


def prices_of(owner_id: int, *, today: date) -> list[Price]:
    """Return what each program of an organization publishes of its price, by place and track."""
    rows = Listing.objects.filter(
        source=Source.PROGRAM, facility__owner_id=owner_id, gone_on__isnull=True
    ).exclude(facility__track="")
    found = [_price(row, row.facility, today) for row in rows.select_related("facility")]
    return sorted(found, key=lambda one: (one.place, one.track))


def facility_of(public_id: str) -> Facility:
    """Return a place, or 404."""
    row = Facility.objects.filter(public_id=public_id).select_related("owner").first()
    if row is None:
        raise Http404
    return row


def page_of(facility: Facility, *, at: datetime) -> Page:
    """Return everything that is known of a place."""
    finder, today = catalog.finder(), at.date()
    listings = list(facility.listings.filter(gone_on__isnull=True).order_by("-edition_on", "source"))
    told = tuple(_told(row, today) for row in listings)
    groups = tuple(
        (group, tuple(_fact(option, listings, today) for option in group.options)) for group in finder.groups
    )
    named = min(told, key=lambda one: by_trust(one.listing), default=None)
    own = [row for row in listings if row.source == Source.PROGRAM and facility.track]
    price = _price(own[0], facility, today) if own else None
    live = live_of([facility], at=at).get(facility.pk)
    return Page(facility, groups, told, named, live, price, _site_of(facility))


def _site_of(facility: Facility) -> str:
    if facility.owner_id is None or facility.site_id is None:
        return ""
    with tenant(facility.owner_id):
        return Site.objects.filter(pk=facility.site_id).values_list("public_id", flat=True).first() or ""


def reports_for(by: Actor) -> list[Report]:
    """Return the open reports an administrator sees: of their own programs, and of places without an owner."""
    mine = Q(facility__owner_id=by.organization_id) | Q(facility__owner__isnull=True)
    rows = Report.objects.filter(mine, closed_at__isnull=True)
    return list(rows.select_related("facility").order_by("at")[:200])


def _price(row: Listing, facility: Facility, today: date) -> Price:
    is_old = expires_on(row) < today
    return Price(facility.track, facility.name, facility.phone, price_of(row), row.edition_on, is_old)


def _told(row: Listing, today: date) -> Told:
    finder, said, expires = catalog.finder(), said_by(row), expires_on(row)
    options = (option for group in finder.groups for option in group.options)
    has = tuple(option for option in options if state_of(option, said) is State.LISTED)
    return Told(row, finder.sources[said.source], expires, expires < today, has)


def _fact(option: Option, listings: list[Listing], today: date) -> Fact:
    """The newest list that says the strongest thing; a program that speaks for itself decides."""
    own = [row for row in listings if row.source == Source.PROGRAM]
    said = [(state_of(option, said_by(row)), row) for row in own or listings]
    for state in (State.LISTED, State.NOT_LISTED):
        for found, row in said:
            if found is state:
                expires = expires_on(row)
                source = catalog.finder().sources[Source(row.source)]
                return Fact(option, state, source, row.edition, row.edition_on, expires, expires < today)
    return Fact(option, State.NOT_ANSWERED)
