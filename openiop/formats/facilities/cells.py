"""Single cells of a list of facilities, read so that what is wrong is said at its place."""

from __future__ import annotations

import re
from datetime import date

from openiop.domain.finder.geo import Point, is_point, plain_zip
from openiop.domain.finder.states import state_of


class Unreadable(ValueError):
    """A cell that cannot be right: the column and what is wrong."""

    def __init__(self, column: str, what: str) -> None:
        super().__init__(what)
        self.column = column
        self.what = what


def read_zip(text: str, column: str = "zip") -> str:
    """The five digits. A spreadsheet takes the leading zeros of New England away: they are put back."""
    words = text.strip()
    if words.isascii() and words.isdigit() and 3 <= len(words) < 5:
        words = words.zfill(5)
    # Nine digits without the dash.
    if words.isascii() and words.isdigit() and 8 <= len(words) <= 9:
        words = words.zfill(9)[:5]
    found = plain_zip(words)
    if not found:
        raise Unreadable(column, f"“{shown(text)}” is no ZIP code")
    return found


def read_state(text: str, column: str = "state") -> str:
    """The two letters of the state."""
    found = state_of(text)
    if not found:
        raise Unreadable(column, f"“{shown(text)}” is no state")
    return found


def read_name(text: str, column: str) -> str:
    """A name, which must be there."""
    words = tidy(text)
    if not words:
        raise Unreadable(column, "it is empty")
    return words


def read_point(lat: str, lon: str, columns: tuple[str, str] = ("latitude", "longitude")) -> Point | None:
    """The point, or None where both cells are empty or hold the zeros of a missing value."""
    if not lat.strip() and not lon.strip():
        return None
    numbers = []
    for text, column in zip((lat, lon), columns, strict=True):
        try:
            numbers.append(float(text))
        except ValueError:
            raise Unreadable(column, f"“{shown(text)}” is no number of degrees") from None
    if numbers == [0.0, 0.0]:
        return None
    if not is_point(*numbers):
        raise Unreadable(columns[0], f"{lat}, {lon} is no point on Earth")
    return Point(*numbers)


def read_day(text: str, column: str) -> date | None:
    """A day as 2026-08-21, or None where the cell is empty."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        raise Unreadable(column, f"“{shown(text)}” is no day written as 2026-08-21") from None


def read_flag(text: str, column: str) -> bool:
    """True or false."""
    words = text.strip().casefold()
    if words not in ("true", "false"):
        raise Unreadable(column, f"“{shown(text)}” is neither true nor false")
    return words == "true"


def read_website(text: str) -> str:
    """An address that a link may lead to, or nothing: only http and https, no blanks."""
    words = text.strip()
    if words and "://" not in words:
        words = f"http://{words}"
    return words if re.fullmatch(r"https?://[^\s\"'<>]{3,300}", words) else ""


def tidy(text: str) -> str:
    """Text with single blanks."""
    return " ".join(text.split())


def shown(text: str) -> str:
    """A short picture of a wrong value."""
    return text if len(text) <= 40 else f"{text[:40]}..."
