"""What a plan still lacks before it can be signed, and what does not hang together.

"Measurable" is said in words: what is counted, from where to where, by which day, by which service, how
often and by whom. A payer's denial for a "generic plan" and "no measurable progress" begins here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from openiop.domain.names import fold
from openiop.domain.treatment.model import Goal, Intervention, Objective, Plan

FARTHEST = timedelta(days=366)
"""A target a year away is no step of an intensive program."""
_CODE = re.compile(r"[A-TV-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?", re.ASCII)
_COUNTED = frozenset({
    "no", "none", "never", "every", "each", "all", "daily", "weekly", "half", "twice", "once", "zero",
    "ningun", "ninguna", "ninguno", "nunca", "cada", "todos", "todas", "diario", "mitad", "cero",
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "uno", "una", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez",
})  # fmt: skip
"""Words that say how much without a digit, folded, in the languages plans are written in."""


class Lack(StrEnum):
    """What is missing, or odd."""

    NO_PROBLEM = "no-problem"
    NO_GOAL = "no-goal"
    NO_STRENGTHS = "no-strengths"
    NO_DONE_WHEN = "no-done-when"
    PROBLEM_NO_WORDS = "problem-no-words"
    PROBLEM_NO_CODE = "problem-no-code"
    PROBLEM_BAD_CODE = "problem-bad-code"
    PROBLEM_NO_GOAL = "problem-no-goal"
    GOAL_NO_WORDS = "goal-no-words"
    GOAL_NO_PROBLEM = "goal-no-problem"
    GOAL_NO_OBJECTIVE = "goal-no-objective"
    OBJECTIVE_NO_WORDS = "objective-no-words"
    OBJECTIVE_NO_MEASURE = "objective-no-measure"
    OBJECTIVE_NO_BASELINE = "objective-no-baseline"
    OBJECTIVE_NO_TARGET = "objective-no-target"
    OBJECTIVE_VAGUE_TARGET = "objective-vague-target"
    OBJECTIVE_NO_DAY = "objective-no-day"
    OBJECTIVE_PAST = "objective-past"
    OBJECTIVE_FAR = "objective-far"
    OBJECTIVE_NO_STEP = "objective-no-step"
    STEP_NO_SERVICE = "step-no-service"
    STEP_NO_TIMES = "step-no-times"
    STEP_NO_WHO = "step-no-who"
    STEP_NOT_ORDERED = "step-not-ordered"
    ORDERED_UNUSED = "ordered-unused"


WARNINGS = frozenset(
    {Lack.NO_STRENGTHS, Lack.OBJECTIVE_NO_BASELINE, Lack.STEP_NOT_ORDERED, Lack.ORDERED_UNUSED}
)
"""What is worth a look and prevents no signature."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One lack: at which part (its key, empty for the plan) and of what, where a name helps."""

    lack: Lack
    key: str = ""
    about: str = ""

    @property
    def blocks(self) -> bool:
        """Tell whether the plan cannot be signed as long as this stands."""
        return self.lack not in WARNINGS


def gaps_of(
    plan: Plan, *, today: date, ordered: Collection[str] = (), met: Collection[str] = ()
) -> tuple[Gap, ...]:
    """Return everything that is missing, in the order of the plan.

    `ordered` are the services of the signed order: what the plan does should be ordered, and the reverse.
    `met` are the keys of objectives that were reached: their day may lie in the past.
    """
    return (
        *_of_whole(plan),
        *_of_problems(plan),
        *(gap for goal in plan.goals for gap in _of_goal(plan, goal, today, ordered, met)),
        *_of_order(plan, ordered),
    )


def may_be_signed(gaps: tuple[Gap, ...]) -> bool:
    """Tell whether nothing that is missing stands in the way of a signature."""
    return not any(gap.blocks for gap in gaps)


def says_how_much(target: str) -> bool:
    """Tell whether a target names an amount: a digit, or a word such as none, each or twice."""
    return any(letter.isdigit() for letter in target) or not _COUNTED.isdisjoint(
        re.findall(r"[a-z]+", fold(target))
    )


def is_code(code: str) -> bool:
    """Tell whether this is how an ICD-10-CM code is written: F33.1, F50.010, R45.88."""
    return _CODE.fullmatch(code) is not None


def _of_whole(plan: Plan) -> Iterator[Gap]:
    if not plan.problems:
        yield Gap(Lack.NO_PROBLEM)
    if not plan.goals:
        yield Gap(Lack.NO_GOAL)
    if not plan.strengths:
        yield Gap(Lack.NO_STRENGTHS)
    if not plan.done_when:
        yield Gap(Lack.NO_DONE_WHEN)


def _of_problems(plan: Plan) -> Iterator[Gap]:
    aimed_at = {goal.problem for goal in plan.goals}
    for problem in plan.problems:
        if not problem.words:
            yield Gap(Lack.PROBLEM_NO_WORDS, problem.key)
        if not problem.code:
            yield Gap(Lack.PROBLEM_NO_CODE, problem.key)
        elif not is_code(problem.code):
            yield Gap(Lack.PROBLEM_BAD_CODE, problem.key, problem.code)
        if problem.key not in aimed_at:
            yield Gap(Lack.PROBLEM_NO_GOAL, problem.key, problem.words)


def _of_goal(
    plan: Plan, goal: Goal, today: date, ordered: Collection[str], met: Collection[str]
) -> Iterator[Gap]:
    if not goal.words:
        yield Gap(Lack.GOAL_NO_WORDS, goal.key)
    if plan.problem(goal.problem) is None:
        yield Gap(Lack.GOAL_NO_PROBLEM, goal.key)
    if not goal.objectives:
        yield Gap(Lack.GOAL_NO_OBJECTIVE, goal.key)
    for objective in goal.objectives:
        yield from _of_objective(objective, today, is_met=objective.key in met)
        for step in objective.interventions:
            yield from _of_step(step, ordered)


def _of_objective(objective: Objective, today: date, *, is_met: bool) -> Iterator[Gap]:
    lacks = (
        (not objective.words, Lack.OBJECTIVE_NO_WORDS),
        (not objective.measure, Lack.OBJECTIVE_NO_MEASURE),
        (not objective.baseline, Lack.OBJECTIVE_NO_BASELINE),
        (not objective.target, Lack.OBJECTIVE_NO_TARGET),
        (bool(objective.target) and not says_how_much(objective.target), Lack.OBJECTIVE_VAGUE_TARGET),
        (objective.by is None, Lack.OBJECTIVE_NO_DAY),
        (objective.by is not None and objective.by <= today and not is_met, Lack.OBJECTIVE_PAST),
        (objective.by is not None and objective.by > today + FARTHEST, Lack.OBJECTIVE_FAR),
        (not objective.interventions, Lack.OBJECTIVE_NO_STEP),
    )
    yield from (Gap(lack, objective.key) for holds, lack in lacks if holds)


def _of_step(step: Intervention, ordered: Collection[str]) -> Iterator[Gap]:
    if not step.service:
        yield Gap(Lack.STEP_NO_SERVICE, step.key)
    elif ordered and step.service not in ordered:
        yield Gap(Lack.STEP_NOT_ORDERED, step.key, step.service)
    if step.times is None:
        yield Gap(Lack.STEP_NO_TIMES, step.key)
    if not step.who:
        yield Gap(Lack.STEP_NO_WHO, step.key)


def _of_order(plan: Plan, ordered: Collection[str]) -> Iterator[Gap]:
    """An ordered service that serves no objective: either the plan or the order says too much."""
    if not plan.interventions:
        return
    used = {step.service for step in plan.interventions}
    yield from (Gap(Lack.ORDERED_UNUSED, about=service) for service in ordered if service not in used)
