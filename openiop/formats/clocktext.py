"""Times of day as people type them in a hurry: 9:15, 915, 9.15, 5:45 pm, 17h45, +15.

A time without am or pm means the reading that lies nearest to the session. `+15` is minutes after the
start, and `-15` minutes before the end. Minutes after midnight come out; None where no time can be read.
"""

from __future__ import annotations

import re

_CLOCK = re.compile(r"^(?P<hour>\d{1,2})(?:[:.h ]?(?P<minute>\d{2}))?\s*(?P<half>[ap])?\.?(?:m\.?)?$")
_OFFSET = re.compile(r"^(?P<sign>[+-])(?P<minutes>\d{1,3})$")
_NOON = 12 * 60
_DAY = 24 * 60
_HOUR = 60


def read_time(text: str, start: int, end: int) -> int | None:
    """The minutes after midnight that the text means for a session from `start` to `end`."""
    said = text.strip().lower().replace("−", "-")
    offset = _OFFSET.match(said)
    if offset:
        minutes = int(offset["minutes"])
        at = start + minutes if offset["sign"] == "+" else end - minutes
        return at if 0 <= at < _DAY else None
    found = _CLOCK.match(said)
    if found is None:
        return None
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if minute >= _HOUR or hour > 24 or (found["half"] and not 1 <= hour <= 12):
        return None
    if found["half"]:
        return hour % 12 * _HOUR + minute + (_NOON if found["half"] == "p" else 0)
    at = hour * _HOUR + minute
    if hour > 12 or hour == 0:
        return at if at < _DAY else None
    return min((at % _NOON, at % _NOON + _NOON), key=lambda choice: _distance(choice, start, end))


def write_time(minute: int | None) -> str:
    """The time as 9:05 or 17:40; nothing for None."""
    return "" if minute is None else f"{minute // _HOUR}:{minute % _HOUR:02d}"


def _distance(at: int, start: int, end: int) -> int:
    """How far the time lies outside the session; 0 inside."""
    return max(start - at, at - end, 0)
