"""What the schedule of a program here says to everybody: places, the next start, the times it meets.

Read inside the owner's tenant; rounded words leave it, never a count of people (few is one or two).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min, Q

from openiop.apps.core.clock import local
from openiop.apps.core.tenancy import tenant
from openiop.apps.directory.models import Facility
from openiop.apps.schedule.models import SeriesSlot, Session
from openiop.domain.finder.ranking import Seats, Times, times_of

MANY = 3
"""From so many places on the word is "three or more"."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """One weekly time of a program: weekday (0 is Monday) and wall-clock minutes at its site."""

    weekday: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Live:
    """A program as its schedule has it now."""

    seats: Seats
    starts_on: date | None
    meetings: tuple[Meeting, ...]
    is_on_site: bool
    is_by_video: bool

    @property
    def times(self) -> frozenset[Times]:
        """When it meets, in the words people choose by."""
        return times_of((one.weekday, one.start) for one in self.meetings)


def live_of(facilities: Iterable[Facility], *, at: datetime) -> dict[int, Live]:
    """Return the live facts of those places that are programs here, by primary key. Two queries an owner."""
    owned: dict[int, list[Facility]] = {}
    for row in facilities:
        if row.owner_id is not None and row.track:
            owned.setdefault(row.owner_id, []).append(row)
    found: dict[int, Live] = {}
    for owner_id, rows in owned.items():
        with tenant(owner_id):
            found |= _of_owner(rows, at)
    return found


def _of_owner(rows: Sequence[Facility], at: datetime) -> dict[int, Live]:
    sites = {row.site_id for row in rows}
    today = at.date()
    running = Q(series__ends_on__isnull=True) | Q(series__ends_on__gte=today)
    slots = list(
        SeriesSlot.objects.filter(running, series__site_id__in=sites)
        .select_related("series__site")
        .order_by("weekday", "start_minute")
    )
    coming = Session.objects.filter(slot__in=[slot.pk for slot in slots], state="planned", starts_at__gt=at)
    first = {
        row["slot_id"]: row["first"] for row in coming.values("slot_id").annotate(first=Min("starts_at"))
    }
    found = {}
    for row in rows:
        own = [
            slot
            for slot in slots
            if slot.series.site_id == row.site_id and row.track in slot.series.programs[:1]
        ]
        found[row.pk] = _live(own, first)
    return found


def _live(slots: Sequence[SeriesSlot], first: dict[int, datetime]) -> Live:
    """A person sits in all groups of one part of the day, so its fullest group says how many more fit."""
    parts: dict[Times, list[SeriesSlot]] = {}
    for slot in slots:
        (part,) = times_of([(slot.weekday, slot.start_minute)])
        parts.setdefault(part, []).append(slot)
    free = {part: min(slot.seats - slot.seats_taken for slot in own) for part, own in parts.items()}
    most = max(free.values(), default=0)
    open_slots = [slot for part, own in parts.items() if free[part] > 0 for slot in own]
    starts = [
        local(first[slot.pk], slot.series.site.time_zone).date() for slot in open_slots if slot.pk in first
    ]
    if not slots:
        seats = Seats.UNKNOWN
    else:
        seats = Seats.MANY if most >= MANY else Seats.FEW if most > 0 else Seats.FULL
    return Live(
        seats=seats,
        starts_on=min(starts, default=None),
        meetings=tuple(Meeting(slot.weekday, slot.start_minute, slot.end_minute) for slot in slots),
        is_on_site=any(slot.series.modality == "on_site" for slot in slots),
        is_by_video=any(slot.series.modality == "telehealth" for slot in slots),
    )
