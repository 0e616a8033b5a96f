"""Which forms are due when: at admission, on a rhythm while care runs, at discharge, and after it.

A battery is catalogue data: rows of forms with the day or the rhythm they are asked on, by track. A form is
due from its day on until it is filled in; the next one is counted from the day of the last, so that nobody
is asked twice in a week for a form that came late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from openiop.domain.text import Text

BEFORE = timedelta(days=7)
"""A form filled in so long before admission or discharge counts for it."""
AROUND = timedelta(days=14)
"""A form so near the day of a follow-up counts for it; so long after its day it is no longer asked."""


class When(StrEnum):
    """What a row of a battery is bound to."""

    ADMISSION = "admission"
    RUNNING = "running"
    DISCHARGE = "discharge"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class BatteryRow:
    """Some forms and when they are asked. Empty `tracks`: every track but those in `not_tracks`.

    `days`: for admission and running the days after it, for after the days after discharge; `every` is the
    rhythm of running ones in days.
    """

    key: str
    title: Text
    when: When
    forms: tuple[str, ...]
    tracks: frozenset[str]
    not_tracks: frozenset[str]
    days: tuple[int, ...]
    every: int
    source: str

    def holds_for(self, track: str) -> bool:
        """Tell whether a track is asked these forms."""
        return track not in self.not_tracks and (not self.tracks or track in self.tracks)


@dataclass(frozen=True, slots=True)
class Battery:
    """The rows of one program's battery, in the order of importance."""

    id: str
    version: int
    title: Text
    rows: tuple[BatteryRow, ...]


@dataclass(frozen=True, slots=True)
class DueForm:
    """A form that is asked, the day from which, and the row that asks."""

    form: str
    on: date
    row: BatteryRow

    def days_late(self, today: date) -> int:
        """How many days it has waited."""
        return (today - self.on).days


def read_battery(body: Mapping[str, Any]) -> Battery:
    """Build a battery from a catalogue body that its schema has passed."""
    return Battery(
        id=body["id"],
        version=body["version"],
        title=Text.of(body["title"]),
        rows=tuple(
            BatteryRow(
                key=row["key"],
                title=Text.of(row["title"]),
                when=When(row["when"]),
                forms=tuple(row["forms"]),
                tracks=frozenset(row.get("tracks", ())),
                not_tracks=frozenset(row.get("not_tracks", ())),
                days=tuple(row.get("days", (0,))),
                every=row.get("every", 0),
                source=row["source"],
            )
            for row in body["rows"]
        ),
    )


def due_forms(
    battery: Battery,
    track: str,
    *,
    admitted_on: date,
    discharged_on: date | None,
    done: Mapping[str, Sequence[date]],
    today: date,
) -> tuple[DueForm, ...]:
    """Return the forms that are due today, each once, the one that waits longest first."""
    found: dict[str, DueForm] = {}
    for row in battery.rows:
        if not row.holds_for(track):
            continue
        for form in row.forms:
            days = sorted(done.get(form, ()))
            on = _due_on(row, days, admitted_on, discharged_on, today)
            if on is not None and on <= today and (form not in found or on < found[form].on):
                found[form] = DueForm(form, on, row)
    return tuple(sorted(found.values(), key=lambda one: (one.on, list(found).index(one.form))))


def _due_on(
    row: BatteryRow, done: Sequence[date], admitted_on: date, discharged_on: date | None, today: date
) -> date | None:
    """Return the day from which a form of the row is due; None where nothing is asked of it now."""
    if row.when is When.AFTER:
        return _follow_up(row, done, discharged_on, today)
    if row.when is When.DISCHARGE:
        if discharged_on is None or any(day >= discharged_on - BEFORE for day in done):
            return None
        return discharged_on if today - discharged_on <= AROUND else None
    if discharged_on is not None:
        return None
    since = [day for day in done if day >= admitted_on - BEFORE]
    first = admitted_on + timedelta(days=row.days[0])
    if row.when is When.ADMISSION:
        return None if since else first
    return max(first, since[-1] + timedelta(days=row.every)) if since else first


def _follow_up(row: BatteryRow, done: Sequence[date], discharged_on: date | None, today: date) -> date | None:
    if discharged_on is None:
        return None
    for days in row.days:
        on = discharged_on + timedelta(days=days)
        if on <= today <= on + AROUND and not any(abs(day - on) <= AROUND for day in done):
            return on
    return None
