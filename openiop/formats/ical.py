"""Times as an iCalendar file (RFC 5545): what a calendar program subscribes to.

An event keeps its UID for good; a higher SEQUENCE says that it changed, STATUS that it was called off.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

PRODUCT = "-//OpenIOP//Calendar//EN"
REFRESH = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One time. Instants are aware; `zone` is the clock of the place. `revision` counts its changes from 0."""

    uid: str
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    revision: int = 0
    is_cancelled: bool = False


def write_calendar(entries: Iterable[Entry], *, name: str, at: datetime) -> bytes:
    """Return the file, in the order of time, with the clock changes of every zone it speaks of."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for entry in sorted(entries, key=lambda one: (one.starts_at, one.uid)):
        calendar.add_component(_event(entry, at))
    calendar.add_missing_timezones()
    text: bytes = calendar.to_ical()
    return text


def _event(entry: Entry, at: datetime) -> Event:
    zone = ZoneInfo(entry.zone)
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", at)
    event.add("dtstart", entry.starts_at.astimezone(zone))
    event.add("dtend", entry.ends_at.astimezone(zone))
    event.add("summary", entry.title)
    if entry.place:
        event.add("location", entry.place)
    event.add("sequence", entry.revision)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    return event
