"""A plan laid out for reading: on a page, for the client, and on paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openiop.apps.core.clock import local
from openiop.apps.treatment.models import PlanAnswer, TreatmentPlan
from openiop.apps.treatment.selectors.codes import known_codes
from openiop.apps.treatment.words import (
    ANSWERS,
    DIRECTIONS,
    PARTIES,
    RATINGS,
    code_words,
    date_words,
    step_words,
)
from openiop.domain.treatment import Goal, Objective, Plan, Problem
from openiop.domain.treatment.progress import Moved, Reviewed, movement
from openiop.domain.treatment.signing import Answer, Party


@dataclass(frozen=True, slots=True)
class ShownObjective:
    """One objective with what is done for it in lines, and where it stands."""

    value: Objective
    by: str
    steps: tuple[str, ...]
    standing: str = ""
    direction: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class ShownGoal:
    """One goal with its problem and its objectives."""

    value: Goal
    problem: Problem | None
    objectives: tuple[ShownObjective, ...]


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """The whole plan."""

    value: Plan
    problems: tuple[tuple[Problem, str], ...]
    goals: tuple[ShownGoal, ...]


def shown_plan(plan: Plan, reviews: Sequence[Reviewed] = ()) -> ShownPlan:
    """Lay a plan out; with reviews, each objective says where it stands."""
    moved = {one.key: one for one in movement([one.key for one in plan.objectives], reviews)}
    known = known_codes()
    return ShownPlan(
        value=plan,
        problems=tuple((problem, code_words(problem.code, known)) for problem in plan.problems),
        goals=tuple(
            ShownGoal(
                value=goal,
                problem=plan.problem(goal.problem),
                objectives=tuple(_objective(one, moved[one.key]) for one in goal.objectives),
            )
            for goal in plan.goals
        ),
    )


def _objective(value: Objective, moved: Moved) -> ShownObjective:
    words, tone = DIRECTIONS[moved.direction]
    return ShownObjective(
        value=value,
        by=date_words(value.by) if value.by else "",
        steps=tuple(step_words(step) for step in value.interventions),
        standing=str(RATINGS[moved.last]) if moved.last is not None else "",
        direction=str(words) if moved.last is not None else "",
        tone=tone,
    )


def answer_rows(answers: Iterable[PlanAnswer], zone: str) -> list[dict[str, Any]]:
    """Return what was said to a plan, in words."""
    return [
        {
            "row": row,
            "party": PARTIES[Party(row.party)],
            "answer": ANSWERS[Answer(row.answer)][0],
            "tone": ANSWERS[Answer(row.answer)][1],
            "day": _day(row.given_at, zone),
        }
        for row in answers
    ]


def signed_on(row: TreatmentPlan) -> str:
    """Return the day a version was signed, as people write it."""
    return date_words(_day(row.signed_at, row.episode.site.time_zone)) if row.signed_at else ""


def _day(at: Any, zone: str) -> date:
    return local(at, zone).date()
