"""The demo's programs in the finder, and a few invented places around them, so that it is not empty."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from openiop.apps.accounts.models import Site
from openiop.apps.accounts.selectors import system_actor
from openiop.apps.demo.house import plan_of
from openiop.apps.directory.services.importing import Upload, import_facilities
from openiop.apps.directory.services.programs import Offer, publish_program
from openiop.domain.finder.geo import Point
from openiop.domain.finder.sources import Edition, Source
from openiop.formats.facilities import Entry, FacilityFile, Layout

if TYPE_CHECKING:
    from openiop.apps.demo.house import House

POINTS = {"Larkmoor House": Point(37.871, -122.512), "Tidewell Studio": Point(37.792, -122.219)}
ALL = "iop adults young-adults medicaid private self-pay sliding-fee spanish"
PROGRAMS = {
    "Larkmoor House": {
        "substance-use": f"{ALL} substance-use in-person veterans trauma state-license",
        "dual": f"{ALL} both substance-use mental-health in-person trauma state-license",
        "depression": f"{ALL} mental-health in-person lgbtq state-license",
        "self-harm": f"{ALL} self-harm mental-health in-person lgbtq trauma state-license",
    },
    "Tidewell Studio": {
        "eating": "iop young-adults adults private self-pay eating mental-health in-person lgbtq state-license",
        "adolescent": "iop teens medicaid private self-pay mental-health in-person lgbtq spanish state-license",
        "depression": f"{ALL} mental-health telehealth state-license",
    },
}
EXAMPLES = (
    ("Mossgate Recovery Center", "48 Thimble Street", "Larkmoor", "94098", 37.89, -122.53, "SA OP OIT ORT TELE PI SF MC ADLT YAD"),
    ("Fennel Court Clinic", "7 Fennel Court", "Tidewell", "94696", 37.80, -122.20, "SA SUMH OP OIT MD SS ADLT YAD SP VET TRMA"),
    ("Saltmarsh Outpatient", "210 Heron Walk", "Saltmarsh", "94696", 37.74, -122.17, "SA OP OIT ODT MD MC PI SF AH CJ"),
    ("Quarry Hill Day Program", "95 Quarry Hill", "Pinecopse", "94098", 38.02, -122.61, "SA OP ODT PI MI SF ADLT GL WN PW"),
)  # fmt: skip
LISTED = ("Tidewell Outpatient Services", "SA OP ODT PI SF ADLT YAD")
"""A place of the list with the telephone and street of a site here: an administrator may claim it."""

YEAR = Edition("2026", date(2026, 1, 1))


def fill_directory(house: House) -> None:
    """Publish the demo's tracks and take five invented places in, as from a list of this year."""
    by = system_actor(house.organization, "demo")
    for site in Site.objects.filter(organization=house.organization).order_by("id"):
        for track, options in PROGRAMS.get(site.name, {}).items():
            price = next((row["day"] for row in plan_of("prices") if row["track"] == track), None)
            offer = Offer(track, options.split(), POINTS[site.name], price=Decimal(price) if price else None)
            publish_program(by=by, site=site, offer=offer, at=house.at)
    entries = tuple(
        Entry(
            source=Source.SAMHSA_SU, row=row, name=name, street=street, city=city, state="CA", zip=zip_,
            phone=f"415-555-01{40 + row}", point=Point(lat, lon), codes=tuple(codes.split()),
        )
        for row, (name, street, city, zip_, lat, lon, codes) in enumerate(EXAMPLES, start=1)
    )  # fmt: skip
    site = Site.objects.get(organization=house.organization, name="Tidewell Studio")
    name, codes = LISTED
    own = Entry(
        source=Source.SAMHSA_SU, row=len(entries) + 1, name=name, street=site.street, city=site.city, state="CA",
        zip=site.postal_code, phone=site.phone, point=POINTS[site.name], codes=tuple(codes.split()),
    )  # fmt: skip
    file = FacilityFile(Layout.PREPARED, (*entries, own))
    upload = Upload(file, "invented examples", "demo", YEAR)
    import_facilities(by=by, upload=upload, at=house.at)
