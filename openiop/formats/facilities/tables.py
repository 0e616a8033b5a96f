"""Tables out of CSV and XLSX: the row with the heads is found, each cell knows where it stands."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineWorkbook

from openiop.domain.errors import InvalidInput

HEAD_WITHIN = 10
"""Some downloads carry a few lines of words above the heads."""

MOST_BYTES = 300_000_000
MOST_ROWS = 2_000_000
_ZIP_MAGIC = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; cells by the head of their column, in small letters."""

    sheet: str
    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """The cell, empty where the file has no such column."""
        return self.cells.get(column, "")

    def at(self, column: str = "") -> str:
        """Where the cell stands, in words."""
        place = f"{self.sheet}, row {self.number}" if self.sheet else f"line {self.number}"
        return f"{place}, column {column}" if column else place


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with its heads."""

    sheet: str
    heads: tuple[str, ...]
    rows: Sequence[Row]


def is_workbook(raw: bytes) -> bool:
    """Tell whether this is an XLSX file (a zip archive) by its first bytes."""
    return raw.startswith(_ZIP_MAGIC)


def read_sheets(raw: bytes, *, name: str) -> list[Table]:
    """The tables of a workbook or the one of a CSV file; a sheet without heads is left out."""
    if len(raw) > MOST_BYTES:
        raise InvalidInput(f"{name}: larger than {MOST_BYTES // 1_000_000} MB.", field="file")
    sheets = _of_workbook(raw, name) if is_workbook(raw) else _of_csv(raw, name)
    found = [table for table in (_with_heads(sheet, lines) for sheet, lines in sheets) if table is not None]
    if not found:
        raise InvalidInput(
            f"{name}: no row of column heads within the first {HEAD_WITHIN} rows.", field="file"
        )
    return found


def _of_workbook(raw: bytes, name: str) -> Iterator[tuple[str, Iterable[tuple[int, list[str]]]]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        for title in book.sheet_names:
            sheet = book.get_sheet_by_name(title)
            first = (sheet.start or (0, 0))[0] + 1
            yield (
                title,
                ((first + at, [_text(cell) for cell in row]) for at, row in enumerate(sheet.iter_rows())),
            )
    except CalamineError as error:
        raise InvalidInput(f"{name}: not a workbook that can be read: {error}.", field="file") from None


def _of_csv(raw: bytes, name: str) -> Iterator[tuple[str, Iterable[tuple[int, list[str]]]]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Spreadsheets on Windows save CSV in the old Western alphabet.
        text = raw.decode("cp1252", errors="replace")
    yield "", _lines(text, name)


def _lines(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    reader, began = csv.reader(io.StringIO(text, newline="")), 1
    try:
        for row in reader:
            yield began, [cell.strip() for cell in row]
            began = reader.line_num + 1
    except csv.Error as error:
        raise InvalidInput(f"{name}, line {began}: not CSV: {error}.", field="file") from None


def _text(cell: object) -> str:
    """A cell as text: 35007.0 is 35007, because whole numbers come as floats out of a sheet."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _with_heads(sheet: str, lines: Iterable[tuple[int, list[str]]]) -> Table | None:
    """The table below the first row that looks like heads: several filled cells, each a bare word."""
    steady = iter(lines)
    for _tried, (_number, cells) in zip(range(HEAD_WITHIN), steady, strict=False):
        heads = tuple(cell.casefold() for cell in cells)
        if sum(map(_is_head, heads)) >= 3:
            rows = [
                Row(sheet, number, dict(zip(heads, row, strict=False))) for number, row in _capped(steady)
            ]
            return Table(sheet, heads, rows)
    return None


def _capped(lines: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything."""
    for count, (number, row) in enumerate(lines):
        if count >= MOST_ROWS:
            raise InvalidInput(f"More than {MOST_ROWS:,} rows.", field="file")
        if any(row):
            yield number, row


def _is_head(cell: str) -> bool:
    return bool(cell) and cell.replace("_", "").isalnum() and not cell.isdigit()
