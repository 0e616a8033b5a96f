"""Programs (tracks): who each is for, its hours, phases, groups and weekly templates.

The numbers stand in `catalog/programs/*.yaml`, dated and with their source; these are their types.
Minutes are whole minutes; `weekday` is 0 for Monday; times of day are minutes after midnight at the site.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from openiop.domain.errors import InvalidInput
from openiop.domain.text import Text

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_OF_DAY = 24 * 60


class Service(StrEnum):
    """What a group is, for the mix of an order and for matching staff."""

    PROCESS = "process"
    PSYCHOED = "psychoed"
    SKILLS = "skills"
    MET = "met"
    MEAL = "meal"
    FAMILY = "family"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True)
class HoursFloor:
    """The least hours and days a week of this level of care, while the row is in force."""

    minutes_per_week: int
    days_per_week: int
    effective_from: date
    effective_to: date | None
    source: str
    tag: str

    def holds_on(self, on: date) -> bool:
        """Tell whether the row is in force on the day (both ends included)."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


@dataclass(frozen=True, slots=True)
class ProgramPhase:
    """A stretch of a course of care with its usual dose. `weeks` is (least, most)."""

    key: str
    title: Text
    level: str
    weeks: tuple[int, int]
    minutes_per_week: int
    days_per_week: int
    ends_when: Text


@dataclass(frozen=True, slots=True)
class GroupTemplate:
    """A group as a program offers it by default. `room` names a feature the room must have."""

    key: str
    title: Text
    service: Service
    countable: bool
    seats: int
    solo_seats: int
    minimum: int
    cohort: str
    room: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One group within a day: wall-clock minutes after midnight, end excluded."""

    group: GroupTemplate
    start_minute: int
    end_minute: int

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return self.end_minute - self.start_minute

    @property
    def countable_minutes(self) -> int:
        """Its minutes of treatment."""
        return self.minutes if self.group.countable else 0


@dataclass(frozen=True, slots=True)
class TemplateDay:
    """One day of a weekly template."""

    weekday: int
    modality: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """The program by day, in the evening, by telehealth: one weekly template."""

    key: str
    title: Text
    modality: str
    week: tuple[TemplateDay, ...]

    @property
    def group_minutes(self) -> int:
        """Countable minutes of groups in the week."""
        return sum(block.countable_minutes for day in self.week for block in day.blocks)


@dataclass(frozen=True, slots=True)
class AppointmentTemplate:
    """A one-to-one, family or psychiatry appointment that comes with the program."""

    kind: str
    title: Text
    minutes: int
    every_weeks: int
    times: int
    countable: bool


@dataclass(frozen=True, slots=True)
class ReviewRhythm:
    """When the plan and the dose are reviewed, in days from admission."""

    first_after_days: int
    then_every_days: int
    source: str
    tag: str


@dataclass(frozen=True, slots=True)
class Program:
    """One version of a track. `max_age` None: no upper limit. `requires`: must stand before the first group."""

    id: str
    version: int
    title: Text
    summary: Text
    focus: str
    concerns: tuple[str, ...]
    min_age: int
    max_age: int | None
    part2: bool
    floors: tuple[HoursFloor, ...]
    phases: tuple[ProgramPhase, ...]
    groups: tuple[GroupTemplate, ...]
    appointments: tuple[AppointmentTemplate, ...]
    variants: tuple[Variant, ...]
    reviews: ReviewRhythm
    requires: tuple[str, ...]

    def floor_on(self, on: date) -> HoursFloor:
        """The floor in force on a day; the newest row wins. InvalidInput if the program had none yet."""
        rows = [row for row in self.floors if row.holds_on(on)]
        if not rows:
            raise InvalidInput(f"The program {self.id} has no weekly minimum in force on {on.isoformat()}.")
        return max(rows, key=lambda row: row.effective_from)

    def phase(self, key: str) -> ProgramPhase:
        """The phase with that key."""
        return next(phase for phase in self.phases if phase.key == key)

    def admits_age(self, age: int) -> bool:
        """Tell whether a person of this age belongs to the program."""
        return self.min_age <= age and (self.max_age is None or age <= self.max_age)


def read_program(body: Mapping[str, Any]) -> Program:
    """Build a program from a catalogue body that its schema has passed; InvalidInput names what is odd."""
    groups = {row["key"]: _group(row) for row in body["groups"]}
    program = Program(
        id=body["id"],
        version=body["version"],
        title=Text.of(body["title"]),
        summary=Text.of(body["summary"]),
        focus=body["focus"],
        concerns=tuple(body["concerns"]),
        min_age=body["ages"]["from"],
        max_age=body["ages"]["to"],
        part2=body["part2"],
        floors=tuple(_floor(row) for row in body["floors"]),
        phases=tuple(_phase(row) for row in body["phases"]),
        groups=tuple(groups.values()),
        appointments=tuple(_appointment(row) for row in body["appointments"]),
        variants=tuple(_variant(row, body["days"], groups) for row in body["variants"]),
        reviews=ReviewRhythm(**body["reviews"]),
        requires=tuple(body["requires"]),
    )
    _check(program)
    return program


def _check(program: Program) -> None:
    """Core weeks must reach the floor: a template below it could not be billed or called IOP."""
    for floor in program.floors:
        for phase in program.phases:
            enough = (
                phase.minutes_per_week >= floor.minutes_per_week
                and phase.days_per_week >= floor.days_per_week
            )
            if phase.level == "iop" and not enough:
                raise InvalidInput(
                    f"phases: {phase.key} is below the weekly minimum but is called iop.", field="phases"
                )
        for variant in program.variants:
            if variant.group_minutes < floor.minutes_per_week or len(variant.week) < floor.days_per_week:
                raise InvalidInput(
                    f"variants: {variant.key} has {variant.group_minutes} minutes on {len(variant.week)} days,"
                    f" below the weekly minimum.",
                    field="variants",
                )


def _floor(row: Mapping[str, Any]) -> HoursFloor:
    until = row["effective_to"]
    return HoursFloor(
        minutes_per_week=row["minutes_per_week"],
        days_per_week=row["days_per_week"],
        effective_from=date.fromisoformat(row["effective_from"]),
        effective_to=date.fromisoformat(until) if until else None,
        source=row["source"],
        tag=row["tag"],
    )


def _phase(row: Mapping[str, Any]) -> ProgramPhase:
    return ProgramPhase(
        key=row["key"],
        title=Text.of(row["title"]),
        level=row["level"],
        weeks=(row["weeks"][0], row["weeks"][1]),
        minutes_per_week=row["minutes_per_week"],
        days_per_week=row["days_per_week"],
        ends_when=Text.of(row["ends_when"]),
    )


def _group(row: Mapping[str, Any]) -> GroupTemplate:
    return GroupTemplate(
        key=row["key"],
        title=Text.of(row["title"]),
        service=Service(row["service"]),
        countable=row["countable"],
        seats=row["seats"],
        solo_seats=row["solo_seats"],
        minimum=row["minimum"],
        cohort=row["cohort"],
        room=row.get("room", ""),
    )


def _appointment(row: Mapping[str, Any]) -> AppointmentTemplate:
    return AppointmentTemplate(
        kind=row["kind"],
        title=Text.of(row["title"]),
        minutes=row["minutes"],
        every_weeks=row["every_weeks"],
        times=row["times"],
        countable=row["countable"],
    )


def _variant(
    row: Mapping[str, Any], plans: Mapping[str, Any], groups: Mapping[str, GroupTemplate]
) -> Variant:
    return Variant(
        key=row["key"],
        title=Text.of(row["title"]),
        modality=row["modality"],
        week=tuple(_day(day, plans, groups, row) for day in row["week"]),
    )


def _day(
    row: Mapping[str, Any],
    plans: Mapping[str, Any],
    groups: Mapping[str, GroupTemplate],
    variant: Mapping[str, Any],
) -> TemplateDay:
    """Lay the groups of a day one after the other from its start, with the breaks between."""
    if row["plan"] not in plans:
        raise InvalidInput(
            f"variants: {variant['key']} names the day plan {row['plan']}, which is not in days."
        )
    hours, minutes = row["start"].split(":")
    at, blocks = int(hours) * 60 + int(minutes), []
    for part in plans[row["plan"]]:
        if part["group"] not in groups:
            raise InvalidInput(
                f"days: {row['plan']} names the group {part['group']}, which is not in groups."
            )
        blocks.append(Block(groups[part["group"]], at, at + part["minutes"]))
        at += part["minutes"] + part.get("break_after", 0)
    if at > MINUTES_OF_DAY:
        raise InvalidInput(f"variants: {variant['key']} runs past midnight on {row['day']}.")
    modality = row.get("modality", "on_site" if variant["modality"] == "hybrid" else variant["modality"])
    return TemplateDay(WEEKDAYS.index(row["day"]), modality, tuple(blocks))
