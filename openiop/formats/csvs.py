"""Tables as CSV that a spreadsheet opens without surprises (RFC 4180).

A cell that a spreadsheet would run as a formula (it begins with = + - @, a tab or a line end) gets an
apostrophe before it; plain numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

Cell = str | int | float | None
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
BYTE_ORDER_MARK = "\ufeff"
"""Without it some spreadsheets take accents for another alphabet."""


def write_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return the table with its head, lines ended by CR LF."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_safe(cell) for cell in head])
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return BYTE_ORDER_MARK + out.getvalue()


def _safe(cell: Cell) -> Cell:
    if cell is None:
        return ""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_RISKY) else cell
