"""The end of a course of care: why it ends, when, and what the record then has to say.

The reasons are catalogue data (`catalog/discharges`), with their group in TEDS-D. Days are the site's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from openiop.domain.text import Text

LEAST_WORDS = 5
"""Letters: fewer tell a reader nothing."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why care ends. `destination` and `words`: what has to be said with it; `appeal`: it can be appealed."""

    key: str
    title: Text
    group: str
    destination: bool = False
    words: bool = False
    appeal: bool = False


@dataclass(frozen=True, slots=True)
class DischargeList:
    """One version of the catalogue's reasons."""

    reasons: tuple[Reason, ...]

    def reason(self, key: str) -> Reason | None:
        """The reason of that key, if there is one."""
        return next((row for row in self.reasons if row.key == key), None)


@dataclass(frozen=True, slots=True)
class Discharge:
    """What the staff say of the end. `on` is the last day of care."""

    reason: str
    on: date
    destination: str = ""
    words: str = ""


class Fault(StrEnum):
    """What a discharge cannot say."""

    UNKNOWN_REASON = "unknown-reason"
    BEFORE_ADMISSION = "before-admission"
    AHEAD = "ahead"
    ATTENDED_AFTER = "attended-after"
    NO_DESTINATION = "no-destination"
    NO_WORDS = "no-words"


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault at a field, with the day it was measured against."""

    field: str
    fault: Fault
    day: date | None = None


def faults_of(
    said: Discharge, reasons: DischargeList, *, admitted_on: date, today: date, attended_on: date | None
) -> tuple[Finding, ...]:
    """Return what is wrong with a discharge, field by field; empty where nothing is.

    `attended_on`: the last day on which the client took part. Care that took place cannot lie after its end.
    """
    found = []
    reason = reasons.reason(said.reason)
    if reason is None:
        found.append(Finding("reason", Fault.UNKNOWN_REASON))
    if said.on < admitted_on:
        found.append(Finding("on", Fault.BEFORE_ADMISSION, admitted_on))
    elif said.on > today:
        found.append(Finding("on", Fault.AHEAD, today))
    elif attended_on is not None and said.on < attended_on:
        found.append(Finding("on", Fault.ATTENDED_AFTER, attended_on))
    if reason is not None and reason.destination and not said.destination.strip():
        found.append(Finding("destination", Fault.NO_DESTINATION))
    if reason is not None and reason.words and len(said.words.strip()) < LEAST_WORDS:
        found.append(Finding("words", Fault.NO_WORDS))
    return tuple(found)


def read_discharges(body: Mapping[str, Any]) -> DischargeList:
    """Build the list from a catalogue body that its schema has passed."""
    return DischargeList(
        tuple(Reason(**(row | {"title": Text.of(row["title"])})) for row in map(dict, body["reasons"]))
    )
