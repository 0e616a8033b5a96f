"""Objectives to take over, by track, and the list of diagnoses: catalogue files as values.

What is taken over becomes part of the plan and is edited like anything else; the library keeps no tie to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from openiop.domain.text import Text
from openiop.domain.treatment.model import Intervention, Objective, Per


@dataclass(frozen=True, slots=True)
class Step:
    """An intervention as the library offers it."""

    service: str
    words: Text
    times: int
    per: Per


@dataclass(frozen=True, slots=True)
class Offer:
    """One objective of the library. `codes` are beginnings of the diagnoses it suits; empty: any."""

    key: str
    codes: tuple[str, ...]
    words: Text
    measure: Text
    target: Text
    weeks: int
    steps: tuple[Step, ...]

    def suits(self, code: str) -> bool:
        """Tell whether it suits a problem of this code."""
        return not self.codes or (bool(code) and code.startswith(self.codes))

    def taken(self, *, keys: Iterator[str], language: str, today: date, who: str = "") -> Objective:
        """The objective as a part of a plan, in one language, due so many weeks from today."""
        return Objective(
            key=next(keys),
            words=self.words.in_language(language),
            measure=self.measure.in_language(language),
            target=self.target.in_language(language),
            by=today + timedelta(weeks=self.weeks),
            interventions=tuple(
                Intervention(
                    next(keys), step.service, step.words.in_language(language), step.times, step.per, who
                )
                for step in self.steps
            ),
        )


@dataclass(frozen=True, slots=True)
class Library:
    """What one track's library offers."""

    id: str
    version: int
    title: Text
    source: str
    offers: tuple[Offer, ...]

    def offer(self, key: str) -> Offer | None:
        """The objective with this key."""
        return next((offer for offer in self.offers if offer.key == key), None)


@dataclass(frozen=True, slots=True)
class Diagnoses:
    """One edition of codes with their words, in force from one day to another."""

    id: str
    version: int
    effective_from: date
    effective_to: date | None
    source: str
    codes: Mapping[str, Text]


def read_library(body: Mapping[str, Any]) -> Library:
    """Build a library from a catalogue body that its schema has passed."""
    return Library(
        id=body["id"],
        version=body["version"],
        title=Text.of(body["title"]),
        source=body["source"],
        offers=tuple(_offer(row) for row in body["objectives"]),
    )


def _offer(row: Mapping[str, Any]) -> Offer:
    return Offer(
        key=row["key"],
        codes=tuple(row["codes"]),
        words=Text.of(row["words"]),
        measure=Text.of(row["measure"]),
        target=Text.of(row["target"]),
        weeks=row["weeks"],
        steps=tuple(
            Step(step["service"], Text.of(step["words"]), step["times"], Per(step["per"]))
            for step in row["steps"]
        ),
    )


def read_diagnoses(body: Mapping[str, Any]) -> Diagnoses:
    """Build the list from a catalogue body that its schema has passed."""
    until = body["effective_to"]
    return Diagnoses(
        id=body["id"],
        version=body["version"],
        effective_from=date.fromisoformat(body["effective_from"]),
        effective_to=date.fromisoformat(until) if until else None,
        source=body["source"],
        codes={row["code"]: Text(row["en"], row["es"]) for row in body["codes"]},
    )
