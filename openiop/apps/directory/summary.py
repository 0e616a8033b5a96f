"""A place as the sum of what its lists say: names and numbers of the best list, options of all, the best point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openiop import catalog
from openiop.apps.accounts.models import Site
from openiop.apps.directory.keys import phone_key_of, place_key_of
from openiop.apps.directory.models import Facility, Listing
from openiop.domain.finder.claims import Marks
from openiop.domain.finder.geo import Point, nearest_zip
from openiop.domain.finder.options import Bits, Said, bits_of
from openiop.domain.finder.sources import Source
from openiop.domain.finder.where import folded

TRUST = (
    Source.PROGRAM,
    Source.LOCATOR_SU,
    Source.LOCATOR_MH,
    Source.SAMHSA_SU,
    Source.SAMHSA_MH,
    Source.DHCS,
)
"""Whose names and numbers stand on the page, where editions are equally new."""

COLUMNS = (
    "place_key", "phone_key", "name", "program", "street", "street2", "city", "city_key", "state", "zip", "phone",
    "intakes", "website", "lat", "lon", "point_how", "listed", "maybe", "told_on", "gone_on",
)  # fmt: skip
"""What `summarize` fills."""


class Points:
    """Points of ZIP areas for a batch of places; `known` is every ZIP code with a point, sorted."""

    def __init__(self, points: Mapping[str, Point], known: Sequence[str]) -> None:
        """Take the points of the batch and the numbers of all."""
        self.points = points
        self.known = known

    def of(self, zip_: str) -> tuple[Point | None, str]:
        """Return the point of a ZIP code and how it was found."""
        if not zip_:
            return None, ""
        if zip_ in self.points:
            return self.points[zip_], "zip"
        near = nearest_zip(zip_, self.known)
        return (self.points[near], "near") if near in self.points else (None, "")


def summarize(facility: Facility, listings: Iterable[Listing], points: Points) -> None:
    """Fill the place's columns from its listings. One that no list names any more is gone, and keeps its page."""
    rows = sorted(listings, key=by_trust)
    present = [row for row in rows if row.gone_on is None]
    best = (present or rows)[0]
    said: dict[str, Any] = best.said
    for column in ("name", "program", "street", "street2", "city", "state", "zip", "phone", "intakes"):
        setattr(facility, column, said.get(column) or ([] if column == "intakes" else ""))
    facility.website = next((row.said["website"] for row in present if row.said.get("website")), "")
    facility.city_key = folded(facility.city)
    facility.place_key = place_key_of(facility.street, facility.zip)
    facility.phone_key = phone_key_of(facility.phone)
    _locate(facility, rows, points)
    bits = bits_of(catalog.finder().groups, map(said_by, present)) if present else Bits(0, 0)
    facility.listed, facility.maybe = bits.listed, bits.maybe
    told = [row.edition_on for row in present if row.source != Source.DHCS] or [
        row.edition_on for row in present
    ]
    facility.told_on = max(told, default=None)
    facility.gone_on = None if present else max(row.gone_on for row in rows if row.gone_on)


def marks_of(facility: Facility) -> Marks:
    """By what a listed place is known to be a site's: as the lists have it, whatever the program said since."""
    rows = [row for row in facility.listings.all() if row.source != Source.PROGRAM]
    return Marks(
        phones=frozenset(phone_key_of(row.said.get("phone", "")) for row in rows) - {""},
        streets=frozenset(place_key_of(row.said.get("street", ""), row.said.get("zip", "")) for row in rows)
        - {""},
    )


def marks_of_site(site: Site) -> Marks:
    """By what a site is known: as it was opened."""
    return Marks(
        phones=frozenset({phone_key_of(site.phone)}) - {""},
        streets=frozenset({place_key_of(site.street, site.postal_code[:5])}) - {""},
    )


def said_by(listing: Listing) -> Said:
    """What a listing says, for the rules."""
    return Said(Source(listing.source), frozenset(listing.codes.split()))


def by_trust(row: Listing) -> tuple[bool, bool, bool, int, int]:
    """Sort what is still listed first, then the program's own word, licences last; of lists the newest edition."""
    source = Source(row.source)
    return (
        row.gone_on is not None,
        source is Source.DHCS,
        source is not Source.PROGRAM,
        -row.edition_on.year,
        TRUST.index(source),
    )


def _locate(facility: Facility, rows: Sequence[Listing], points: Points) -> None:
    """Give the place its point: an exact one of a list, else one of its ZIP area."""
    found, how = _told_point(rows, exact=True), "exact"
    if found is None:
        found, how = points.of(facility.zip)
    if found is None:
        found, how = _told_point(rows, exact=False), "zip"
    facility.lat, facility.lon = (found.lat, found.lon) if found else (None, None)
    facility.point_how = how if found else ""


def _told_point(rows: Sequence[Listing], *, exact: bool) -> Point | None:
    for row in rows:
        if row.said.get("lat") is not None and bool(row.said.get("exact")) is exact:
            return Point(row.said["lat"], row.said["lon"])
    return None
