"""A treatment plan as a value: problems, goals, objectives and what is done for them.

The golden thread runs by keys: an objective belongs to a goal, a goal to a problem, and a problem to the
finding of the assessment that it comes from. Keys stay the same from version to version, so that progress
on an objective can be followed although its words were amended. A draft may be half-filled; what is missing
is told by `gaps`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from openiop.domain.errors import InvalidInput

MOST = 20
"""Problems of a plan, goals of a problem, objectives of a goal: more cannot be worked on, or is a mistake."""
LONGEST = 2000
"""Letters of one text."""
MOST_TIMES = 99
"""Times that an intervention happens in its day, week or month."""
TOO_MANY = "too-many"
"""The code of a refusal where a place holds more than `MOST`."""


class Per(StrEnum):
    """How an intervention's frequency is counted."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Intervention:
    """What is done for an objective: the service, how often, and who does it."""

    key: str
    service: str = ""
    words: str = ""
    times: int | None = None
    per: Per = Per.WEEK
    who: str = ""


@dataclass(frozen=True, slots=True)
class Objective:
    """One step that can be measured: what will be different, how it is told, from where to where, by when."""

    key: str
    words: str = ""
    measure: str = ""
    baseline: str = ""
    target: str = ""
    by: date | None = None
    interventions: tuple[Intervention, ...] = ()


@dataclass(frozen=True, slots=True)
class Goal:
    """What the client wants, in their own words, and the steps towards it. `problem` is a problem's key."""

    key: str
    words: str = ""
    problem: str = ""
    objectives: tuple[Objective, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """What the plan is for. `code` is ICD-10-CM; `finding` names the rule or the fact that it comes from."""

    key: str
    code: str = ""
    words: str = ""
    finding: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole plan. `done_when`: what will tell that this level of care is no longer needed."""

    problems: tuple[Problem, ...] = ()
    strengths: str = ""
    barriers: str = ""
    goals: tuple[Goal, ...] = ()
    done_when: str = ""

    @property
    def objectives(self) -> tuple[Objective, ...]:
        """All objectives, in the order of the goals."""
        return tuple(objective for goal in self.goals for objective in goal.objectives)

    @property
    def interventions(self) -> tuple[Intervention, ...]:
        """All interventions, in the order of the objectives."""
        return tuple(step for objective in self.objectives for step in objective.interventions)

    def problem(self, key: str) -> Problem | None:
        """The problem with this key."""
        return next((problem for problem in self.problems if problem.key == key), None)

    def to_data(self) -> dict[str, Any]:
        """The plan as plain data (JSON)."""
        return {
            "problems": [
                {"key": one.key, "code": one.code, "words": one.words, "finding": one.finding}
                for one in self.problems
            ],
            "strengths": self.strengths,
            "barriers": self.barriers,
            "goals": [
                {
                    "key": goal.key,
                    "words": goal.words,
                    "problem": goal.problem,
                    "objectives": [_objective_data(objective) for objective in goal.objectives],
                }
                for goal in self.goals
            ],
            "done_when": self.done_when,
        }


def _objective_data(objective: Objective) -> dict[str, Any]:
    return {
        "key": objective.key,
        "words": objective.words,
        "measure": objective.measure,
        "baseline": objective.baseline,
        "target": objective.target,
        "by": objective.by.isoformat() if objective.by else None,
        "interventions": [
            {
                "key": step.key,
                "service": step.service,
                "words": step.words,
                "times": step.times,
                "per": str(step.per),
                "who": step.who,
            }
            for step in objective.interventions
        ],
    }


def read_plan(data: Mapping[str, Any]) -> Plan:
    """Build a plan from plain data; InvalidInput names the place where it cannot be one."""
    plan = Plan(
        problems=tuple(
            Problem(key=_key(row), **_texts(row, "code", "words", "finding"))
            for row in _rows(data, "problems")
        ),
        goals=tuple(_goal(row) for row in _rows(data, "goals")),
        **_texts(data, "strengths", "barriers", "done_when"),
    )
    parts: list[Problem | Goal | Objective | Intervention] = [*plan.problems, *plan.goals]
    parts += [*plan.objectives, *plan.interventions]
    keys = [one.key for one in parts]
    if len(set(keys)) != len(keys):
        raise InvalidInput("Two parts of the plan bear the same key.", code="keys")
    return plan


def _goal(row: Mapping[str, Any]) -> Goal:
    return Goal(
        key=_key(row),
        objectives=tuple(_objective(one) for one in _rows(row, "objectives")),
        **_texts(row, "words", "problem"),
    )


def _objective(row: Mapping[str, Any]) -> Objective:
    return Objective(
        key=_key(row),
        by=_day(row.get("by")),
        interventions=tuple(_intervention(one) for one in _rows(row, "interventions")),
        **_texts(row, "words", "measure", "baseline", "target"),
    )


def _intervention(row: Mapping[str, Any]) -> Intervention:
    times = row.get("times")
    if times is not None and (type(times) is not int or not 1 <= times <= MOST_TIMES):
        raise InvalidInput(f"An intervention happens from 1 to {MOST_TIMES} times.", field="times")
    return Intervention(
        key=_key(row),
        times=times,
        per=_per(row.get("per", "week")),
        **_texts(row, "service", "words", "who"),
    )


def _per(raw: Any) -> Per:
    try:
        return Per(raw)
    except ValueError:
        raise InvalidInput("Choose per day, week, month, or once.", field="per") from None


def _day(raw: Any) -> date | None:
    if raw in (None, ""):
        return None
    try:
        return date.fromisoformat(raw)
    except (TypeError, ValueError):
        raise InvalidInput("Give the day as YYYY-MM-DD.", field="by") from None


def _key(row: Mapping[str, Any]) -> str:
    key = row.get("key")
    if not isinstance(key, str) or not key.isalnum() or not key.isascii():
        raise InvalidInput("Each part of a plan needs a key of letters and digits.", code="keys")
    return key


def _rows(data: Mapping[str, Any], name: str) -> Iterable[Mapping[str, Any]]:
    rows = data.get(name) or ()
    if not isinstance(rows, list | tuple) or len(rows) > MOST:
        raise InvalidInput(f"A plan has at most {MOST} {name} in one place.", code=TOO_MANY, field=name)
    return rows


def _texts(row: Mapping[str, Any], *names: str) -> dict[str, str]:
    """The texts of a row by name, without blanks around them; InvalidInput where one is too long or no text."""
    found = {}
    for name in names:
        text = row.get(name) or ""
        if not isinstance(text, str) or len(text) > LONGEST:
            raise InvalidInput(f"{name}: give a text of at most {LONGEST} letters.", field=name)
        found[name] = text.strip()
    return found
