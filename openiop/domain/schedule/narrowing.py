"""What somebody leads already and would no longer be qualified for, or no longer be at work for.

Only what the change itself breaks is named: a group that did not fit before is no news.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from openiop.domain.schedule.cover import Gap, Helper, Unfit, unfit
from openiop.domain.schedule.problem import Span

ANY_WEEK = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class Task:
    """A weekly group or a planned appointment of one person. `visit`: an appointment; it asks for no licence."""

    name: str
    gap: Gap
    visit: bool = False


@dataclass(frozen=True, slots=True)
class Broken:
    """A task and what it would lack."""

    task: Task
    lacks: tuple[Unfit, ...]

    @property
    def span(self) -> Span:
        """When it is, each week."""
        return self.task.gap.span


def broken_by(before: Helper, after: Helper, tasks: Iterable[Task]) -> tuple[Broken, ...]:
    """Return the tasks that fitted the person before the change in a way they do not after it."""
    found = []
    for task in tasks:
        former, now = _lacks(before, task), _lacks(after, task)
        fresh = tuple(one for one in now if one not in former)
        if fresh:
            found.append(Broken(task, fresh))
    return tuple(found)


def _lacks(helper: Helper, task: Task) -> tuple[Unfit, ...]:
    """Return what the task lacks in the person; how full their week is was weighed when it was given."""
    free = replace(helper, week_minutes=0, week_most=ANY_WEEK)
    return tuple(one for one in unfit(free, task.gap) if not (task.visit and one is Unfit.LICENCE))
