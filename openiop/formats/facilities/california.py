"""California's list of licensed and certified substance-use facilities (DHCS, CC BY 4.0), as a normalized CSV.

It proves a licence or a certificate, not a level of care: outpatient (NON) is all it says of an IOP.
"""

from __future__ import annotations

from openiop.domain.finder.sources import Source
from openiop.formats.facilities.cells import (
    Unreadable,
    read_day,
    read_flag,
    read_name,
    read_point,
    read_zip,
    tidy,
)
from openiop.formats.facilities.entry import Entry, Licence
from openiop.formats.facilities.tables import Row, Table

HEADS = (
    "license_number",
    "facility_name",
    "address_line1",
    "city",
    "zip",
    "setting_code",
    "license_expiration",
)
STATE = "CA"
"""The list is California's; its own state column is misspelled in a few rows."""


def is_list(table: Table) -> bool:
    """Tell whether this is the DHCS list."""
    return set(HEADS) <= set(table.heads)


def read_row(row: Row) -> Entry:
    """One facility. Raises Unreadable."""
    number = tidy(row["license_number"])
    if not number:
        raise Unreadable("license_number", "it is empty")
    return Entry(
        source=Source.DHCS,
        row=row.number,
        name=read_name(row["facility_name"], "facility_name"),
        street=tidy(row["address_line1"]),
        street2=tidy(row["address_line2"]),
        city=tidy(row["city"]).title(),
        state=STATE,
        zip=read_zip(row["zip"]) if row["zip"] else "",
        county=tidy(row["county"]),
        phone=tidy(row["phone"]),
        point=read_point(row["latitude"], row["longitude"]),
        codes=tuple(_codes(row)),
        licence=Licence(
            number=number,
            expires=read_day(row["license_expiration"], "license_expiration"),
            licensed=read_flag(row["is_licensed"], "is_licensed"),
            certified=read_flag(row["is_certified"], "is_certified"),
        ),
    )


def _codes(row: Row) -> list[str]:
    """What the row says beyond its licence, as codes: the setting, withdrawal care, youth."""
    codes = [row["setting_code"]]
    if row["offers_detox"].casefold() == "true":
        codes.append("DETOX")
    if row["adolescent_waiver"].casefold() == "true" or "YOUTH" in row["target_population"].upper():
        codes.append("YOUTH")
    return [code for code in codes if code]
