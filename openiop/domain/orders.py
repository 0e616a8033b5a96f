"""The ordered dose: what an order may say, and how a course of care divides into phases.

Minutes and days are per week. The numbers come from the program (catalogue), never from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from openiop.domain.programs import Program

WEEK = 7
"""Days in it."""


class Modality(StrEnum):
    """Where the care takes place."""

    ON_SITE = "on_site"
    TELEHEALTH = "telehealth"
    HYBRID = "hybrid"


class Fault(StrEnum):
    """What an order cannot say."""

    BELOW_FLOOR_MINUTES = "below-floor-minutes"
    BELOW_FLOOR_DAYS = "below-floor-days"
    ABOVE_CEILING = "above-ceiling"
    IMPOSSIBLE_DAYS = "impossible-days"
    STARTS_BEFORE_ADMISSION = "starts-before-admission"
    REVIEW_BEFORE_START = "review-before-start"
    REVIEW_TOO_LATE = "review-too-late"
    MIX_TURNED = "mix-turned"


@dataclass(frozen=True, slots=True)
class Dose:
    """An order's dose. `mix` maps a service to its least and most sessions a week."""

    weekly_minutes: int
    weekly_days: int
    modality: Modality
    starts_on: date
    review_on: date
    max_weekly_minutes: int | None = None
    mix: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault at a field, with the number it was measured against."""

    field: str
    fault: Fault
    limit: int | date | None = None


def faults_of(dose: Dose, program: Program, *, level: str, admitted_on: date) -> tuple[Finding, ...]:
    """Return what is wrong with an order, field by field; empty where nothing is.

    The floor binds at the level of care it defines (IOP: 9 hours and 3 days for adults, 6 hours for
    adolescents, SAMHSA 2021); a taper below it belongs to the outpatient level.
    """
    floor = program.floor_on(dose.starts_on)
    found = []
    if not 1 <= dose.weekly_days <= WEEK:
        found.append(Finding("weekly_days", Fault.IMPOSSIBLE_DAYS, WEEK))
    if level == "iop" and dose.weekly_minutes < floor.minutes_per_week:
        found.append(Finding("weekly_minutes", Fault.BELOW_FLOOR_MINUTES, floor.minutes_per_week))
    if level == "iop" and dose.weekly_days < floor.days_per_week:
        found.append(Finding("weekly_days", Fault.BELOW_FLOOR_DAYS, floor.days_per_week))
    if dose.max_weekly_minutes is not None and dose.max_weekly_minutes < dose.weekly_minutes:
        found.append(Finding("max_weekly_minutes", Fault.ABOVE_CEILING, dose.weekly_minutes))
    if dose.starts_on < admitted_on:
        found.append(Finding("starts_on", Fault.STARTS_BEFORE_ADMISSION, admitted_on))
    latest = dose.starts_on + timedelta(days=program.reviews.then_every_days)
    if dose.review_on <= dose.starts_on:
        found.append(Finding("review_on", Fault.REVIEW_BEFORE_START, dose.starts_on))
    elif dose.review_on > latest:
        found.append(Finding("review_on", Fault.REVIEW_TOO_LATE, latest))
    if any(least > most for least, most in dose.mix.values()):
        found.append(Finding("service_mix", Fault.MIX_TURNED))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class PlannedPhase:
    """A phase with the day it begins; the last is open-ended, since progress and not a count ends care."""

    key: str
    starts_on: date
    ends_on: date | None


def first_phases(program: Program, starts_on: date) -> tuple[PlannedPhase, ...]:
    """Return the phases an episode opens with: orientation for its usual weeks, then the core, open-ended."""
    first, second, *_later = program.phases
    turn = starts_on + timedelta(weeks=first.weeks[1])
    return (
        PlannedPhase(first.key, starts_on, turn - timedelta(days=1)),
        PlannedPhase(second.key, turn, None),
    )


def proposed_dose(program: Program, starts_on: date) -> Dose:
    """Return the program's usual dose for its core phase: what the order form starts from."""
    core = next(phase for phase in program.phases if phase.key == "core")
    return Dose(
        weekly_minutes=core.minutes_per_week,
        weekly_days=core.days_per_week,
        modality=Modality.ON_SITE,
        starts_on=starts_on,
        review_on=starts_on + timedelta(days=program.reviews.first_after_days),
    )
