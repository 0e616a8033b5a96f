"""A program of an organization here speaks for itself in the directory, and confirms what it said."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from openiop import catalog
from openiop.apps.accounts.models import Site
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor
from openiop.apps.core.tenancy import tenant
from openiop.apps.directory.keys import public_id_of
from openiop.apps.directory.models import Facility, Listing
from openiop.apps.directory.services.importing import known_zips
from openiop.apps.directory.services.writing import refresh
from openiop.domain.errors import Conflict, InvalidInput
from openiop.domain.finder.geo import Point
from openiop.domain.finder.sources import Source


@dataclass(frozen=True, slots=True)
class Offer:
    """What a program says of itself: its track, the options it has, where it is, a few words in both languages.

    The telephone of a program here is its site's; a claimed place names its own and has no track.
    `price`: dollars for one day of the program, for who pays it without insurance; None: people should call.
    """

    track: str
    options: Collection[str]
    point: Point | None = None
    website: str = ""
    phone: str = ""
    about: str = ""
    about_es: str = ""
    price: Decimal | None = None


def publish_program(*, by: Actor, site: Site, offer: Offer, at: datetime) -> Facility:
    """Put a site's track into the directory, or change what stands there. It counts as confirmed."""
    check_options(offer.options)
    title = catalog.program(offer.track).title
    identity = f"program {site.public_id} {offer.track}"
    with tenant(by.organization_id), recording(by=by, at=at) as record:
        row, _made = Facility.objects.get_or_create(
            identity=identity,
            defaults={
                "public_id": public_id_of(identity), "state": site.state, "created_at": at,
                "owner_id": site.organization_id, "site": site, "track": offer.track,
            },
        )  # fmt: skip
        row.about, row.about_es = offer.about, offer.about_es
        confirm(row, by, at)
        said: dict[str, Any] = {
            "name": site.name, "program": title.en, "street": site.street, "street2": "", "city": site.city,
            "state": site.state, "zip": site.postal_code[:5], "county": "", "phone": site.phone, "intakes": [],
            "website": offer.website, "lat": offer.point.lat if offer.point else None,
            "lon": offer.point.lon if offer.point else None, "exact": True if offer.point else None,
            "price": f"{offer.price:.2f}" if offer.price is not None else "",
        }  # fmt: skip
        Listing.objects.update_or_create(
            source=Source.PROGRAM,
            key=row.public_id,
            defaults={
                "facility": row, "said": said, "codes": " ".join(sorted(offer.options)), "gone_on": None,
                "edition": at.date().isoformat(), "edition_on": at.date(),
            },
        )  # fmt: skip
        refresh([row.pk], known_zips())
        record("listing.published", subject=row, data={"track": offer.track, "price": said["price"]})
    row.refresh_from_db()
    return row


def confirm_program(*, by: Actor, facility: Facility, at: datetime) -> Facility:
    """Say that everything the program said of itself is right as of today.

    Raises Conflict where it has said nothing yet: what only lists say is not the program's to confirm.
    """
    with tenant(by.organization_id), recording(by=by, at=at) as record:
        said = facility.listings.filter(source=Source.PROGRAM, gone_on__isnull=True)
        if not said.update(edition=at.date().isoformat(), edition_on=at.date()):
            raise Conflict("Say first what this place offers.", code="nothing-said")
        confirm(facility, by, at)
        refresh([facility.pk], known_zips())
        record("listing.confirmed", subject=facility)
    facility.refresh_from_db()
    return facility


def check_options(keys: Collection[str]) -> None:
    """Raise InvalidInput where the catalogue does not have one of them."""
    unknown = sorted(key for key in keys if catalog.finder().option(key) is None)
    if unknown:
        raise InvalidInput(f"There is no option {', '.join(unknown)}.", field="options")


def confirm(facility: Facility, by: Actor, at: datetime) -> None:
    """Note who answers for it and since when. Part of a service; records nothing itself."""
    facility.confirmed_at, facility.confirmed_by_id = at, by.user_id
    facility.save(update_fields=["about", "about_es", "confirmed_at", "confirmed_by"])
