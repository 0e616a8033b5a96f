"""Curricula: units with their outline, handout and homework; and what of them a client was taught and practised.

A unit counts as taught to a client who took part in a session in which it was taught. Practised is what the
client did with it between sessions, as they and the team see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from openiop.domain.text import Text


class Practised(StrEnum):
    """What came of the homework."""

    NOT_YET = "not_yet"
    PARTLY = "partly"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Unit:
    """One session's worth: what it is for, how it goes, what the client takes home."""

    key: str
    title: Text
    module: Text
    minutes: int
    aim: Text
    outline: tuple[Text, ...]
    skills: tuple[Text, ...]
    handout: Text
    homework: Text


@dataclass(frozen=True, slots=True)
class Curriculum:
    """One version of a curriculum, for the tracks it names."""

    id: str
    version: int
    title: Text
    summary: Text
    source: str
    tracks: tuple[str, ...]
    units: tuple[Unit, ...]

    def unit(self, key: str) -> Unit | None:
        """The unit with this key."""
        return next((unit for unit in self.units if unit.key == key), None)

    @property
    def modules(self) -> tuple[Text, ...]:
        """The modules in their order, each once."""
        return tuple(dict.fromkeys(unit.module for unit in self.units))


@dataclass(frozen=True, slots=True)
class UnitStanding:
    """One unit for one client: the day it was first taught to them, and what came of the homework."""

    unit: Unit
    taught_on: date | None
    practised: Practised | None


@dataclass(frozen=True, slots=True)
class ModuleCoverage:
    """One module for one client."""

    module: Text
    units: tuple[UnitStanding, ...]

    @property
    def taught(self) -> int:
        """How many of its units the client was taught."""
        return sum(one.taught_on is not None for one in self.units)

    @property
    def practised(self) -> int:
        """How many of its units the client practised, wholly or partly."""
        return sum(one.practised in {Practised.PARTLY, Practised.DONE} for one in self.units)


def coverage(
    curriculum: Curriculum, taught: Mapping[str, date], practised: Mapping[str, Practised]
) -> tuple[ModuleCoverage, ...]:
    """Return what a client was taught and practised, module by module."""
    standings = [
        UnitStanding(unit, taught.get(unit.key), practised.get(unit.key)) for unit in curriculum.units
    ]
    return tuple(
        ModuleCoverage(module, tuple(one for one in standings if one.unit.module == module))
        for module in curriculum.modules
    )


def unit_name(curriculum: Curriculum, unit: Unit) -> str:
    """Return how a signed text names a unit for good: its curriculum, the version of it, and the unit."""
    return f"{curriculum.id}.{curriculum.version}.{unit.key}"


def named_unit(name: str) -> tuple[str, str]:
    """Return the curriculum and the unit of such a name, whatever the version."""
    curriculum, _version, unit = name.split(".")
    return curriculum, unit


def next_unit(curriculum: Curriculum, taught: Mapping[str, date]) -> Unit | None:
    """Return the first unit in order that was not taught yet."""
    return next((unit for unit in curriculum.units if unit.key not in taught), None)


def read_curriculum(body: Mapping[str, Any]) -> Curriculum:
    """Build a curriculum from a catalogue body that its schema has passed."""
    return Curriculum(
        id=body["id"],
        version=body["version"],
        title=Text.of(body["title"]),
        summary=Text.of(body["summary"]),
        source=body["source"],
        tracks=tuple(body["tracks"]),
        units=tuple(_unit(row) for row in body["units"]),
    )


def _unit(row: Mapping[str, Any]) -> Unit:
    return Unit(
        key=row["key"],
        title=Text.of(row["title"]),
        module=Text.of(row["module"]),
        minutes=row["minutes"],
        aim=Text.of(row["aim"]),
        outline=tuple(Text.of(line) for line in row["outline"]),
        skills=tuple(Text.of(line) for line in row["skills"]),
        handout=Text.of(row["handout"]),
        homework=Text.of(row["homework"]),
    )
