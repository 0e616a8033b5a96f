"""SAMHSA's locator: its table with one column for each code, and its JSON with names in place of codes.

Observed shapes, not a published format: base columns name1 ... type_facility, then lower-case codes holding 1 or
nothing; JSON rows with services [{f1 label, f2 category, f3 "a; b; c"}].
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from openiop.domain.errors import InvalidInput
from openiop.domain.finder.sources import Source
from openiop.formats.facilities.cells import (
    Unreadable,
    read_name,
    read_point,
    read_state,
    read_website,
    read_zip,
    shown,
    tidy,
)
from openiop.formats.facilities.entry import Entry
from openiop.formats.facilities.tables import Row, Table
from openiop.formats.facilities.workbook import read_address

BASE = (
    "name1", "name2", "street1", "street2", "city", "state", "zip", "zip4", "county", "phone", "intake_prompt",
    "intake1", "intake2", "intake1a", "intake2a", "website", "latitude", "longitude", "type_facility",
)  # fmt: skip
HEADS = ("name1", "street1", "city", "state", "zip", "latitude", "longitude", "type_facility")
_KINDS = {
    "SA": Source.LOCATOR_SU,
    "SU": Source.LOCATOR_SU,
    "BOTH": Source.LOCATOR_SU,
    "MH": Source.LOCATOR_MH,
}
_MARKS = frozenset({"", "0", "1"})


def is_table(table: Table) -> bool:
    """Tell whether this is the locator's table."""
    return set(HEADS) <= set(table.heads)


def read_row(row: Row) -> Entry:
    """One facility of the table. Raises Unreadable."""
    codes = {head: mark for head, mark in row.cells.items() if head and head not in BASE}
    for head, mark in codes.items():
        if mark not in _MARKS:
            raise Unreadable(head, f"“{shown(mark)}” is neither 1 nor empty")
    return replace(
        read_address(row, _source(row["type_facility"], "type_facility")),
        county=tidy(row["county"]),
        intakes=tuple(row[key] for key in ("intake1", "intake2") if row[key]),
        website=read_website(row["website"]),
        point=read_point(row["latitude"], row["longitude"]),
        codes=tuple(head.upper() for head, mark in codes.items() if mark == "1"),
    )


def json_rows(raw: bytes, *, name: str) -> list[Any]:
    """The rows of an answer of the locator; InvalidInput where it is none."""
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{name}: not JSON: {str(error)[:120]}.", field="file") from None
    rows = data.get("rows") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        raise InvalidInput(f"{name}: not the locator's JSON: it has no list “rows”.", field="rows")
    return rows


def read_json_row(row: Any, number: int) -> Entry:
    """One facility of the JSON. Raises Unreadable."""
    if not isinstance(row, dict):
        raise Unreadable("", "it is no object")
    kind = "typeFacility" if "typeFacility" in row else "type_facility"
    words = {key: _words(row, key) for key in _TEXTS}
    return Entry(
        source=_source(_words(row, kind), kind),
        row=number,
        name=read_name(words["name1"], "name1"),
        program=tidy(words["name2"]),
        street=tidy(words["street1"]),
        street2=tidy(words["street2"]),
        city=tidy(words["city"]),
        state=read_state(words["state"]),
        zip=read_zip(words["zip"]),
        phone=tidy(words["phone"]),
        intakes=tuple(words[key] for key in ("intake1", "hotline1") if words[key]),
        website=read_website(words["website"]),
        point=read_point(words["latitude"], words["longitude"]),
        named=tuple(_services(row.get("services", []))),
    )


_TEXTS = (
    "name1", "name2", "street1", "street2", "city", "state", "zip", "phone", "intake1", "hotline1", "website",
    "latitude", "longitude",
)  # fmt: skip


def _words(row: dict[str, Any], key: str) -> str:
    """A value as text; null and absent are empty, numbers are written out."""
    value = row.get(key)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unreadable(key, "it is no text")
    return str(value)


def _services(listed: Any) -> Iterator[tuple[str, str]]:
    """Each service as (category, name)."""
    if not isinstance(listed, list):
        raise Unreadable("services", "it is no list")
    for at, service in enumerate(listed):
        if not isinstance(service, dict):
            raise Unreadable(f"services[{at}]", "it is no object")
        for name in _words(service, "f3").split(";"):
            if tidy(name):
                yield _words(service, "f2").strip(), tidy(name)


def _source(kind: str, column: str) -> Source:
    found = _KINDS.get(kind.strip().upper())
    if found is None:
        raise Unreadable(column, f"“{shown(kind)}” is none of {', '.join(_KINDS)}")
    return found
