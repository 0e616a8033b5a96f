"""A row of a file beside what the directory has of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from openiop import catalog
from openiop.apps.directory.keys import identity_of
from openiop.apps.directory.models import Listing
from openiop.domain.finder.options import FAMILIES
from openiop.domain.finder.sources import Edition
from openiop.formats.facilities import Entry

KEPT_WHERE_ABSENT = ("county", "website", "lat", "lon", "exact")
"""Columns that not every layout has: a file without them takes nothing away."""


class Verdict(StrEnum):
    """What a row is to the directory."""

    NEW = "new"
    CHANGED = "changed"
    RENEWED = "renewed"
    SAME = "same"
    OLDER = "older"


@dataclass(frozen=True, slots=True)
class Keyed:
    """A row with the key by which its list knows it. The second row of one identity is another row."""

    key: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Compared:
    """A row, what is known of it, and what would be written."""

    keyed: Keyed
    known: Listing | None
    verdict: Verdict
    said: dict[str, Any]
    codes: str
    unknown: tuple[str, ...]


def keyed_entries(entries: Iterable[Entry]) -> Iterator[Keyed]:
    """Give each row its key: the licence number, or its identity and which of its like it is."""
    seen: dict[tuple[str, str], int] = {}
    for entry in entries:
        if entry.licence is not None:
            yield Keyed(entry.licence.number, entry)
            continue
        identity = identity_of(entry)
        count = seen[entry.source, identity] = seen.get((entry.source, identity), 0) + 1
        yield Keyed(f"{identity}-{count}", entry)


def compare(chunk: Sequence[Keyed], edition: Edition) -> list[Compared]:
    """Set each row of a chunk beside its listing. One query for each list in the chunk."""
    known: dict[tuple[str, str], Listing] = {}
    for source in {row.entry.source for row in chunk}:
        keys = [row.key for row in chunk if row.entry.source is source]
        for listing in Listing.objects.filter(source=source, key__in=keys).select_related("facility"):
            known[source, listing.key] = listing
    return [_compare(row, known.get((row.entry.source, row.key)), edition) for row in chunk]


def _compare(row: Keyed, known: Listing | None, edition: Edition) -> Compared:
    codes, unknown = codes_of(row.entry)
    said = said_of(row.entry)
    if known is None:
        return Compared(row, None, Verdict.NEW, said, codes, unknown)
    for column in KEPT_WHERE_ABSENT:
        if said[column] in ("", None):
            said[column] = known.said.get(column)
    if edition.on < known.edition_on:
        verdict = Verdict.OLDER
    elif _differs(row.entry, known, said, codes):
        verdict = Verdict.CHANGED
    elif edition.label != known.edition:
        verdict = Verdict.RENEWED
    else:
        verdict = Verdict.SAME
    return Compared(row, known, verdict, said, codes, unknown)


def _differs(entry: Entry, known: Listing, said: dict[str, Any], codes: str) -> bool:
    expires = entry.licence.expires if entry.licence else None
    return (
        said != known.said
        or codes != known.codes
        or expires != known.licence_expires
        or known.gone_on is not None
    )


def said_of(entry: Entry) -> dict[str, Any]:
    """The columns of a row as they are kept."""
    return {
        "name": entry.name,
        "program": entry.program,
        "street": entry.street,
        "street2": entry.street2,
        "city": entry.city,
        "state": entry.state,
        "zip": entry.zip,
        "county": entry.county,
        "phone": entry.phone,
        "intakes": list(entry.intakes),
        "website": entry.website,
        "lat": entry.point.lat if entry.point else None,
        "lon": entry.point.lon if entry.point else None,
        "exact": entry.is_exact if entry.point else None,
    }


def codes_of(entry: Entry) -> tuple[str, tuple[str, ...]]:
    """The codes of a row, and the names and codes that the catalogue's sheet does not have."""
    sheet = catalog.codesheet(FAMILIES[entry.source])
    named = {name: sheet.code_of(name) for _category, name in entry.named}
    codes = dict.fromkeys([*entry.codes, *(code for code in named.values() if code)])
    unknown = [code for code in entry.codes if code not in sheet.names]
    unknown += [name for name, code in named.items() if not code]
    return " ".join(codes), tuple(dict.fromkeys(unknown))


def digest_of(raw: bytes) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(raw).hexdigest()
