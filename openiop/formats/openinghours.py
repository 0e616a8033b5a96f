"""Opening hours as people write them: `mon-fri 8:00-21:00`, `sat 9:00-17:00`, `daily 7:30-20:00`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from openiop.domain.errors import InvalidInput

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LINE = re.compile(
    r"^(?P<days>[a-z, -]+?)\s+(?P<from>\d{1,2}:\d{2})\s*-\s*(?P<to>\d{1,2}:\d{2})$", re.IGNORECASE
)
_HOUR = 60
_DAY = 24 * _HOUR


def read_opening(lines: Iterable[str]) -> list[tuple[int, int, int]]:
    """Return (weekday, start minute, end minute) with 0 = Monday, sorted.

    A line that cannot be read, a span that ends before it starts, and spans of one day that overlap are
    refused by InvalidInput.
    """
    spans = sorted(span for line in lines for span in _spans(line))
    for before, after in pairwise(spans):
        if before[0] == after[0] and after[1] < before[2]:
            raise InvalidInput(f"{DAYS[after[0]]}: two opening hours overlap.", field="open")
    return spans


def _spans(line: str) -> list[tuple[int, int, int]]:
    found = _LINE.match(line.strip())
    days = _days(found["days"]) if found else []
    if found is None or not days:
        raise InvalidInput(
            f"“{line}” are no opening hours. Write them like “mon-fri 8:00-21:00” or “sat,sun 9:00-17:00”.",
            field="open",
        )
    start, end = _minute(found["from"]), _minute(found["to"])
    if not start < end <= _DAY:
        raise InvalidInput(f"“{line}”: the end must come after the start, on the same day.", field="open")
    return [(day, start, end) for day in days]


def _days(words: str) -> list[int]:
    """Return the weekdays that `mon-fri`, `sat,sun` or `daily` mean; none where a word is no day."""
    if words.strip().lower() == "daily":
        return list(range(len(DAYS)))
    found: set[int] = set()
    for word in words.lower().replace(" ", "").split(","):
        first, _dash, last = word.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            return []
        start, end = DAYS.index(first), DAYS.index(last or first)
        found |= set(range(start, end + 1)) if start <= end else {*range(start, len(DAYS)), *range(end + 1)}
    return sorted(found)


def _minute(text: str) -> int:
    hour, minute = map(int, text.split(":"))
    return hour * _HOUR + minute if minute < _HOUR else _DAY + 1
