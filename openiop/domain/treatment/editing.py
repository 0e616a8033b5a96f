"""Adding to a plan and taking out of it: what the buttons of the editor do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from openiop.domain.treatment.model import Goal, Intervention, Objective, Plan, Problem


def add_problem(plan: Plan, problem: Problem) -> Plan:
    """Return the plan with one more problem."""
    return replace(plan, problems=(*plan.problems, problem))


def add_goal(plan: Plan, goal: Goal) -> Plan:
    """Return the plan with one more goal."""
    return replace(plan, goals=(*plan.goals, goal))


def add_objectives(plan: Plan, goal_key: str, objectives: Iterable[Objective]) -> Plan:
    """Return the plan with objectives at the end of a goal; unchanged where there is no such goal."""
    found = tuple(objectives)
    return replace(
        plan,
        goals=tuple(
            replace(goal, objectives=(*goal.objectives, *found)) if goal.key == goal_key else goal
            for goal in plan.goals
        ),
    )


def add_step(plan: Plan, objective_key: str, step: Intervention) -> Plan:
    """Return the plan with one more intervention for an objective; unchanged where there is no such objective."""

    def grown(objective: Objective) -> Objective:
        if objective.key != objective_key:
            return objective
        return replace(objective, interventions=(*objective.interventions, step))

    return replace(
        plan,
        goals=tuple(replace(goal, objectives=tuple(map(grown, goal.objectives))) for goal in plan.goals),
    )


def without(plan: Plan, key: str) -> Plan:
    """Return the plan without the part that bears the key, and what belongs to that part."""

    def kept(goal: Goal) -> Goal:
        return replace(
            goal,
            problem="" if goal.problem == key else goal.problem,
            objectives=tuple(
                replace(one, interventions=tuple(step for step in one.interventions if step.key != key))
                for one in goal.objectives
                if one.key != key
            ),
        )

    return replace(
        plan,
        problems=tuple(problem for problem in plan.problems if problem.key != key),
        goals=tuple(kept(goal) for goal in plan.goals if goal.key != key),
    )


def first_plan(problems: Iterable[Problem], keys: Iterator[str]) -> Plan:
    """Return the plan that an editor begins with: what is known, and a goal for each problem still to be said."""
    known = tuple(problems)
    return Plan(problems=known, goals=tuple(Goal(key=next(keys), problem=one.key) for one in known))
