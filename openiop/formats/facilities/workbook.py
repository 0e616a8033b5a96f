"""SAMHSA's yearly workbook, and the prepared list made of its rows.

Sheet "Facilities List": name1, name2, street1, street2, city, state, zip, phone, four intake numbers and
service_code_info. Sheet "Service Code Reference": the codes of this very file. The heads are written in small
letters in some years and with capitals in others. There are no coordinates, websites or counties.
"""

from __future__ import annotations

from dataclasses import replace

from openiop.domain.errors import InvalidInput
from openiop.domain.finder.sources import Source
from openiop.formats.facilities.cells import (
    Unreadable,
    read_name,
    read_point,
    read_state,
    read_zip,
    shown,
    tidy,
)
from openiop.formats.facilities.entry import Entry
from openiop.formats.facilities.tables import Row, Table

CODES = "service_code_info"
HEADS = ("name1", "name2", "street1", "city", "state", "zip", "phone", CODES)
SHEET_HEADS = ("category_code", "category_name", "service_code", "service_name")
INTAKES = ("intake1", "intake2", "intake1a", "intake2a")
PREPARED_HEADS = ("source", "name1", "street1", "state", "zip", "service_codes", "lat", "lon")
_DIRECTORIES = {"SU": Source.SAMHSA_SU, "MH": Source.SAMHSA_MH}
_EXACT = "samhsa_locator"


def is_list(table: Table) -> bool:
    """Tell whether the sheet lists facilities."""
    return set(HEADS) <= set(table.heads)


def is_code_sheet(table: Table) -> bool:
    """Tell whether the sheet explains codes."""
    return set(SHEET_HEADS) <= set(table.heads)


def is_prepared(table: Table) -> bool:
    """Tell whether this is the list with coordinates."""
    return set(PREPARED_HEADS) <= set(table.heads)


def read_code_sheet(table: Table) -> dict[str, tuple[str, str]]:
    """Each code with its category and its name."""
    return {row["service_code"]: (row["category_code"], tidy(row["service_name"])) for row in table.rows}


def directory_of(sheet: dict[str, tuple[str, str]], *, name: str) -> Source:
    """Which of the two directories a workbook is: each has a setting that the other lacks."""
    # OIT: intensive outpatient, substance use only. PHDT: partial hospitalization, mental health only.
    if ("OIT" in sheet) == ("PHDT" in sheet):
        raise InvalidInput(
            f"{name}: its code sheet has neither or both of OIT and PHDT, so it is not clear which directory "
            "this is.",
            field="file",
        )
    return Source.SAMHSA_SU if "OIT" in sheet else Source.SAMHSA_MH


def read_row(row: Row, source: Source) -> Entry:
    """One facility of the workbook. Raises Unreadable."""
    return replace(
        read_address(row, source),
        intakes=tuple(row[key] for key in INTAKES if row[key]),
        codes=tuple(code for code in row[CODES].split() if code != "*"),
    )


def read_prepared_row(row: Row) -> Entry:
    """One facility of the prepared list. Raises Unreadable."""
    source = _DIRECTORIES.get(row["source"])
    if source is None:
        raise Unreadable("source", f"“{shown(row['source'])}” is neither SU nor MH")
    return replace(
        read_address(row, source),
        intakes=tuple(row[key] for key in INTAKES if row[key]),
        point=read_point(row["lat"], row["lon"], ("lat", "lon")),
        is_exact=row["geo_method"].startswith(_EXACT),
        codes=tuple(row["service_codes"].split()),
    )


def read_address(row: Row, source: Source) -> Entry:
    """The columns that all of SAMHSA's tables share. Raises Unreadable."""
    return Entry(
        source=source,
        row=row.number,
        name=read_name(row["name1"], "name1"),
        program=tidy(row["name2"]),
        street=tidy(row["street1"]),
        street2=tidy(row["street2"]),
        city=tidy(row["city"]),
        state=read_state(row["state"]),
        zip=read_zip(row["zip"]),
        phone=tidy(row["phone"]),
    )
