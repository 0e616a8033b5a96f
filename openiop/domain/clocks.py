"""Clocks of the catalogue as values: how soon one event must follow another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from openiop.domain.pipeline import Target
from openiop.domain.text import Text


@dataclass(frozen=True, slots=True)
class Clock:
    """One row: key, words, the two events, the time allowed, its source and how sure that is."""

    key: str
    title: Text
    allowed: Text
    starts_with: str
    ends_with: str
    business_days: int
    business_minutes: int
    days: int
    warn_minutes: int
    source: str
    tag: str

    def has_run_out(self, since: date, on: date) -> bool:
        """Tell whether more calendar days have passed than the clock allows; business time is not counted here."""
        return self.days > 0 and (on - since).days > self.days

    @property
    def target(self) -> Target:
        """Return what the pipeline measures a first contact against."""
        return Target(
            key=self.key,
            days=self.business_days,
            minutes=self.business_minutes,
            warn_minutes=self.warn_minutes,
        )


@dataclass(frozen=True, slots=True)
class Clocks:
    """One version of a clock file, in force from one day to another."""

    effective_from: date
    effective_to: date | None
    rows: tuple[Clock, ...]

    def __getitem__(self, key: str) -> Clock:
        """Return the clock with this key."""
        return next(row for row in self.rows if row.key == key)


def read_clocks(body: Mapping[str, Any]) -> Clocks:
    """Build the clocks of one catalogue file that passed its schema."""
    until = body["effective_to"]
    return Clocks(
        effective_from=date.fromisoformat(body["effective_from"]),
        effective_to=date.fromisoformat(until) if until else None,
        rows=tuple(_clock(row) for row in body["clocks"]),
    )


def _clock(row: Mapping[str, Any]) -> Clock:
    within = row["within"]
    return Clock(
        key=row["key"],
        title=Text.of(row["title"]),
        allowed=Text.of(row["allowed"]),
        starts_with=row["from"],
        ends_with=row["to"],
        business_days=within.get("business_days", 0),
        business_minutes=within.get("business_minutes", 0),
        days=within.get("days", 0),
        warn_minutes=row["warn_minutes"],
        source=row["source"],
        tag=row["tag"],
    )
