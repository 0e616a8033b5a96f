"""Telling the layouts apart, and reading all rows of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from openiop.domain.errors import InvalidInput
from openiop.formats.facilities import california, locator, workbook
from openiop.formats.facilities.cells import Unreadable
from openiop.formats.facilities.entry import Entry, FacilityFile, Layout, Problem
from openiop.formats.facilities.tables import MOST_BYTES, Row, Table, read_sheets

_JSON = (b"{", b"[")


def read_facilities(raw: bytes, *, name: str) -> FacilityFile:
    """Read a list of facilities; `name` is the file's name for messages.

    Raises InvalidInput where the file as a whole is none of the layouts. Rows that cannot be read are in
    `problems`, each with its place; the others are in `entries`, in the order of the file.
    """
    if len(raw) > MOST_BYTES:
        raise InvalidInput(f"{name}: larger than {MOST_BYTES // 1_000_000} MB.", field="file")
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_JSON):
        return _read_json(raw, name)
    return _read_tables(read_sheets(raw, name=name), name)


def _read_json(raw: bytes, name: str) -> FacilityFile:
    entries, problems = [], []
    for number, row in enumerate(locator.json_rows(raw, name=name), start=1):
        try:
            entries.append(locator.read_json_row(row, number))
        except Unreadable as error:
            place = f"rows[{number - 1}]" + (f".{error.column}" if error.column else "")
            problems.append(Problem(place, error.what))
    return FacilityFile(Layout.LOCATOR_JSON, tuple(entries), tuple(problems))


def _read_tables(tables: list[Table], name: str) -> FacilityFile:
    for table in tables:
        if workbook.is_list(table):
            return _read_workbook(table, tables, name)
        for is_it, read, layout in _SINGLE:
            if is_it(table):
                return _of_rows(layout, table.rows, read)
    heads = ", ".join(tables[0].heads[:12])
    raise InvalidInput(
        f"{name}: none of the lists that are read here. Its columns are {heads}"
        f"{' ...' if len(tables[0].heads) > 12 else ''}. Known: {', '.join(Layout)}.",
        field="file",
    )


def _read_workbook(table: Table, tables: list[Table], name: str) -> FacilityFile:
    sheets = [one for one in tables if workbook.is_code_sheet(one)]
    if not sheets:
        raise InvalidInput(
            f"{name}: the sheet with the service codes is missing; codes differ by year, so none is assumed.",
            field="file",
        )
    codes = workbook.read_code_sheet(sheets[0])
    source = workbook.directory_of(codes, name=name)
    return _of_rows(Layout.WORKBOOK, table.rows, partial(workbook.read_row, source=source), codes)


def _of_rows(
    layout: Layout,
    rows: Iterable[Row],
    read: Callable[[Row], Entry],
    sheet: dict[str, tuple[str, str]] | None = None,
) -> FacilityFile:
    entries, problems = [], []
    for row in rows:
        try:
            entries.append(read(row))
        except Unreadable as error:
            problems.append(Problem(row.at(error.column), error.what))
    return FacilityFile(layout, tuple(entries), tuple(problems), sheet or {})


_SINGLE: tuple[tuple[Callable[[Table], bool], Callable[[Row], Any], Layout], ...] = (
    (workbook.is_prepared, workbook.read_prepared_row, Layout.PREPARED),
    (locator.is_table, locator.read_row, Layout.LOCATOR_TABLE),
    (california.is_list, california.read_row, Layout.CALIFORNIA),
)
