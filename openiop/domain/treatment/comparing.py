"""What one version of a plan says otherwise than the one before it: part by part, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from openiop.domain.treatment.model import Goal, Intervention, Objective, Plan, Problem

Part = Problem | Goal | Objective | Intervention
PLAN_TEXTS = ("strengths", "barriers", "done_when")
FIELDS: dict[type, tuple[str, ...]] = {
    Problem: ("code", "words"),
    Goal: ("words", "problem"),
    Objective: ("words", "measure", "baseline", "target", "by"),
    Intervention: ("service", "words", "times", "per", "who"),
}
"""What is compared of each part."""


class Kind(StrEnum):
    """What happened to a part."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One part that differs. `fields` names what differs of a changed one; `before` and `after` are the parts.

    For the plan's own texts, `part` is the name of the text and `before` and `after` are its words.
    """

    kind: Kind
    part: str
    key: str
    before: Part | str | None
    after: Part | str | None
    fields: tuple[str, ...] = ()


def changes(before: Plan, after: Plan) -> tuple[Change, ...]:
    """Return what differs, in the order of the newer plan, then what was taken out. None differs from itself."""
    found = [
        Change(_kind(old, new), name, "", old, new, (name,))
        for name in PLAN_TEXTS
        if (old := getattr(before, name)) != (new := getattr(after, name))
    ]
    olds, news = parts_of(before), parts_of(after)
    found += [
        Change(Kind.ADDED, _name(new), key, None, new) if key not in olds else _changed(olds[key], new)
        for key, new in news.items()
        if key not in olds or _differing(olds[key], new)
    ]
    found += [
        Change(Kind.REMOVED, _name(old), key, old, None) for key, old in olds.items() if key not in news
    ]
    return tuple(found)


def parts_of(plan: Plan) -> dict[str, Part]:
    """Return every part by its key, each after the one it belongs to."""
    parts: list[Part] = [*plan.problems]
    for goal in plan.goals:
        parts.append(goal)
        for objective in goal.objectives:
            parts += [objective, *objective.interventions]
    return {part.key: part for part in parts}


def _changed(old: Part, new: Part) -> Change:
    return Change(Kind.CHANGED, _name(new), new.key, old, new, _differing(old, new))


def _differing(old: Part, new: Part) -> tuple[str, ...]:
    if type(old) is not type(new):
        return FIELDS[type(new)]
    return tuple(name for name in FIELDS[type(new)] if getattr(old, name) != getattr(new, name))


def _name(part: Part) -> str:
    return type(part).__name__.lower()


def _kind(old: str, new: str) -> Kind:
    return Kind.ADDED if not old else Kind.REMOVED if not new else Kind.CHANGED
