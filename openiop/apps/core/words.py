"""Dates and times of day as people here read them; the pages' filters and the services' refusals share these."""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext

NOON = 12


def day_words(value: date, pattern: str) -> str:
    """Return a day by a pattern of Django's, without the points of short forms."""
    words = date_format(value, pattern).replace(".", "")
    # Spanish writes days and months small; Django's short forms do not.
    return words.lower() if get_language() == "es" else words


def date_pattern() -> str:
    """Return the pattern of a date with its year: Nov 24, 2026 (es: 24 nov 2026)."""
    return pgettext("date format, Nov 24, 2026", "M j, Y")


def time_words(value: datetime | time) -> str:
    """Return the time of day: 9:30 am."""
    half = pgettext("time of day", "am") if value.hour < NOON else pgettext("time of day", "pm")
    return f"{value.hour % NOON or NOON}:{value.minute:02d}\N{NO-BREAK SPACE}{half}"


def range_words(start: datetime | time, end: datetime | time) -> str:
    """Return a range of time, the half of the day once where it is the same: 9:00–10:30 am."""
    first, last = time_words(start), time_words(end)
    if first[-2:] == last[-2:]:
        first = first.split("\N{NO-BREAK SPACE}")[0]
    return f"{first}–{last}"


def minute_of_day(minute: int) -> time:
    """Return minutes after midnight as a time; midnight at the day's end is 0:00."""
    return time(minute // 60 % 24, minute % 60)
