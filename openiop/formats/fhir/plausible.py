"""Dates that cannot be: born tomorrow, dead before birth, a diagnosis before the person lived.

Such a date is taken out of what was understood and named beside it, with the element and what was sent;
the rest of the entry stays. A date that is not precise to the day is judged by the days it can mean. The
sender may be a day ahead of us, so only what lies after tomorrow is in the future.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from openiop.formats.fhir.datatypes import When
from openiop.formats.fhir.packet import Person

OLDEST_YEARS = 130
"""Nobody ever lived as long (openiop.domain.persons holds records to the same)."""

FUTURE, BEFORE_BIRTH, TOO_LONG_AGO, BACKWARDS = (
    "date-in-future",
    "date-before-birth",
    "date-too-long-ago",
    "date-before-start",
)

# List of the packet -> its dates that lie in the past where they are anything, the others, start and end.
_PAST: dict[str, tuple[str, ...]] = {
    "problems": ("onset", "abatement", "recorded"),
    "allergies": ("recorded",),
    "medications": (),
    "encounters": (),
    "procedures": ("performed",),
}
_ANY: dict[str, tuple[str, ...]] = {"medications": ("since", "until"), "encounters": ("start", "end")}
_SPANS: dict[str, tuple[str, str]] = {
    "problems": ("onset", "abatement"),
    "medications": ("since", "until"),
    "encounters": ("start", "end"),
}
_OVER = frozenset({"finished", "completed", "stopped"})
"""Statuses of things that lie behind: their dates cannot be ahead of us."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One date that cannot be: the element as the packet calls it, what was sent, and why not."""

    element: str
    sent: str
    reason: str

    @property
    def detail(self) -> str:
        """Return what a person looks up in the original."""
        return f"{self.element} {self.sent}"


def settle_person(person: Person, on: date | None) -> tuple[Person, list[Fault]]:
    """Return the person without a birth or death date that cannot be, and what was wrong with them.

    `on` is the day of reading; None judges no date against today.
    """
    faults = []
    born, died = person.birth_date, person.deceased_on
    if born is not None and (why := _why_not(born, on, past=True)):
        faults.append(Fault("birthDate", born.text, why))
        born = None
    if died is not None:
        why = _why_not(died, on, past=True) or (BEFORE_BIRTH if _is_before(died, born) else "")
        if why:
            faults.append(Fault("deceasedDateTime", died.text, why))
            died = None
    return replace(person, birth_date=born, deceased_on=died), faults


def settle_items(
    name: str, items: Sequence[Any], born: When | None, on: date | None
) -> tuple[list[Any], list[tuple[Any, Fault]]]:
    """Return the items of one list without dates that cannot be, and each item with what was wrong."""
    settled, faults = [], []
    for item in items:
        found = list(_faults(name, item, born, on))
        faults += [(item, fault) for fault in found]
        settled.append(replace(item, **{fault.element: None for fault in found}) if found else item)
    return settled, faults


def fault_of(taken: When | None, born: When | None, on: date | None) -> Fault | None:
    """Return what is wrong with the day of a measure, or None."""
    if taken is None:
        return None
    why = _why_not(taken, on, past=True) or (BEFORE_BIRTH if _is_before(taken, born) else "")
    return Fault("effective", taken.text, why) if why else None


def _faults(name: str, item: Any, born: When | None, on: date | None) -> Iterator[Fault]:
    is_over = getattr(item, "status", "") in _OVER
    for element in (*_PAST.get(name, ()), *_ANY.get(name, ())):
        when: When | None = getattr(item, element)
        if when is None:
            continue
        past = element in _PAST.get(name, ()) or (is_over and element != "until")
        why = _why_not(when, on, past=past) or (BEFORE_BIRTH if _is_before(when, born) else "")
        if not why and element == _SPANS.get(name, ("", ""))[1]:
            why = BACKWARDS if _is_before(when, getattr(item, _SPANS[name][0])) else ""
        if why:
            yield Fault(element, when.text, why)


def _why_not(when: When, on: date | None, *, past: bool) -> str:
    if on is None:
        return ""
    if past and when.first > on + timedelta(days=1):
        return FUTURE
    return TOO_LONG_AGO if _last(when).year < on.year - OLDEST_YEARS else ""


def _is_before(when: When, other: When | None) -> bool:
    """Tell whether all days that `when` can mean lie before all days of the other."""
    return other is not None and _last(when) < other.first


def _last(when: When) -> date:
    """Return the last day that a date can mean."""
    if when.is_full:
        return when.first
    if len(when.text) == len("2026"):
        return when.first.replace(month=12, day=31)
    return when.first.replace(day=calendar.monthrange(when.first.year, when.first.month)[1])
