"""Writing a chunk of compared rows: listings, their former values, and the places they add up to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from openiop.apps.directory.keys import identity_of, phone_key_of, place_key_of, public_id_of
from openiop.apps.directory.models import Change, Facility, ImportRun, Listing, ZipPoint
from openiop.apps.directory.services.comparing import Compared, Verdict
from openiop.apps.directory.summary import COLUMNS, Points, summarize
from openiop.domain.finder.geo import Point, nearest_zip
from openiop.domain.finder.sources import Edition
from openiop.formats.facilities import Entry

WRITTEN = (Verdict.NEW, Verdict.CHANGED, Verdict.RENEWED)
FIELDS = (
    "row", "edition", "edition_on", "said", "codes", "unknown", "licence", "licence_expires", "gone_on",
)  # fmt: skip


def write_chunk(
    run: ImportRun, rows: Sequence[Compared], edition: Edition, zips: Sequence[str], at: datetime
) -> int:
    """Write what is new or changed and return how many places are new. Runs in the caller's transaction."""
    wanted = [row for row in rows if row.verdict in WRITTEN]
    fresh = [row for row in wanted if row.known is None]
    places, created = _places_of(fresh, at)
    listings = [
        _filled(Listing(source=row.keyed.entry.source, key=row.keyed.key), row, edition) for row in fresh
    ]
    for listing, place in zip(listings, places, strict=True):
        listing.facility = place
    Listing.objects.bulk_create(listings)
    _note_changes(run, wanted)
    known = [_filled(row.known, row, edition) for row in wanted if row.known is not None]
    _update(Listing, known, FIELDS)
    refresh({row.facility_id for row in [*listings, *known]}, zips)
    return created


def refresh(facility_ids: Iterable[int], zips: Sequence[str]) -> None:
    """Sum the places up again. `zips` is every ZIP code with a point, sorted."""
    ids = list(facility_ids)
    facilities = {row.pk: row for row in Facility.objects.filter(pk__in=ids)}
    listings: dict[int, list[Listing]] = {pk: [] for pk in facilities}
    for listing in Listing.objects.filter(facility_id__in=ids).order_by("id"):
        listings[listing.facility_id].append(listing)
    points = points_for((row.said.get("zip", "") for own in listings.values() for row in own), zips)
    for pk, facility in facilities.items():
        summarize(facility, listings[pk], points)
    _update(Facility, list(facilities.values()), COLUMNS)


def points_for(wanted: Iterable[str], known: Sequence[str]) -> Points:
    """Return the points of some ZIP codes, those of their neighbours where they have none."""
    numbers = {zip_ for zip_ in wanted if zip_}
    present = set(known)
    numbers |= {nearest_zip(zip_, known) for zip_ in numbers if zip_ not in present}
    rows = ZipPoint.objects.filter(pk__in=numbers - {""})
    return Points({row.zip: Point(row.lat, row.lon) for row in rows}, known)


def _places_of(rows: Sequence[Compared], at: datetime) -> tuple[list[Facility], int]:
    """Return the place of each new row, made where there is none yet, and how many were made."""
    found = _known_places(rows)
    places, made = [], []
    for row in rows:
        entry = row.keyed.entry
        identity = identity_of(entry)
        place = found.get(identity)
        if place is None and entry.licence is not None:
            # A licence bears another spelling of the name: street and ZIP, else the telephone, tell the place.
            place = found.get(f"at {place_key_of(entry.street, entry.zip)}") or found.get(
                f"tel {phone_key_of(entry.phone)}"
            )
        if place is None:
            place = _new_place(entry, identity, at)
            made.append(place)
            found[identity] = place
        places.append(place)
    Facility.objects.bulk_create(made)
    return places, len(made)


def _known_places(rows: Sequence[Compared]) -> dict[str, Facility]:
    entries = [row.keyed.entry for row in rows]
    found: dict[str, Facility] = {}
    licensed = [entry for entry in entries if entry.licence is not None]
    phones = {phone_key_of(entry.phone) for entry in licensed} - {""}
    streets = {place_key_of(entry.street, entry.zip) for entry in licensed} - {""}
    of_california = Facility.objects.filter(track="").order_by("-id")
    found |= {f"tel {row.phone_key}": row for row in of_california.filter(phone_key__in=phones)}
    found |= {f"at {row.place_key}": row for row in of_california.filter(place_key__in=streets)}
    identities = [identity_of(entry) for entry in entries]
    return found | {row.identity: row for row in Facility.objects.filter(identity__in=identities)}


def _new_place(entry: Entry, identity: str, at: datetime) -> Facility:
    return Facility(
        public_id=public_id_of(identity),
        identity=identity,
        place_key=place_key_of(entry.street, entry.zip),
        name=entry.name,
        state=entry.state,
        created_at=at,
    )


def _filled(listing: Listing, row: Compared, edition: Edition) -> Listing:
    entry = row.keyed.entry
    listing.row = entry.row
    listing.edition, listing.edition_on = edition.label, edition.on
    listing.said, listing.codes, listing.unknown = row.said, row.codes, list(row.unknown)
    listing.licence = entry.licence.number if entry.licence else ""
    listing.licence_expires = entry.licence.expires if entry.licence else None
    listing.gone_on = None
    return listing


def _note_changes(run: ImportRun, rows: Iterable[Compared]) -> None:
    """Keep the former value of each column that is about to change."""
    kept = []
    for row in rows:
        if row.known is None or row.verdict is not Verdict.CHANGED:
            continue
        before, after = dict(row.known.said), dict(row.said)
        before["codes"], after["codes"] = row.known.codes, row.codes
        expires = row.keyed.entry.licence.expires if row.keyed.entry.licence else None
        before["licence_expires"], after["licence_expires"] = row.known.licence_expires, expires
        if row.known.gone_on is not None:
            before["gone_on"], after["gone_on"] = row.known.gone_on, None
        kept += [
            Change(listing=row.known, run=run, field=name, before=_text(value), after=_text(after.get(name)))
            for name, value in before.items()
            if value != after.get(name)
        ]
    Change.objects.bulk_create(kept)


def mark_gone(run: ImportRun, listings: Sequence[Listing], on: date, zips: Sequence[str]) -> None:
    """Note that these rows are in the list no more. Their places keep their pages."""
    for listing in listings:
        listing.gone_on = on
    _update(Listing, listings, ("gone_on",))
    Change.objects.bulk_create(
        [Change(listing=row, run=run, field="gone_on", before="", after=on.isoformat()) for row in listings]
    )
    refresh({row.facility_id for row in listings}, zips)


def _update(model: type[Facility | Listing], rows: Sequence[Any], columns: Sequence[str]) -> None:
    """Write columns of many rows: one statement that inserts and, as every row is there, updates.

    Django's bulk_update writes a CASE for each column and row: 60 times as slow with twenty columns.
    """
    model.objects.bulk_create(rows, update_conflicts=True, update_fields=columns, unique_fields=["id"])


def _text(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
