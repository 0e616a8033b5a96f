"""The seam for whole-program planning: which groups run, who leads, where, and who attends what.

A planner receives the whole instance and returns a plan that `check.broken_rules` accepts; it can be
asked at any time for the best so far. The engines stand behind this protocol.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from openiop.domain.schedule.objective import Levels
from openiop.domain.schedule.problem import Instance, Roster


@dataclass(frozen=True, slots=True)
class Plan:
    """A legal roster with what is known of how good it is.

    `bound`: no roster of this instance costs less (None: nothing is proven). `screened`: what clients
    cost who have no legal week even alone in an empty house; no planner can change that part. `elapsed`:
    seconds since the planner began, so that cost and bound can be drawn over time.
    """

    roster: Roster
    levels: Levels
    engine: str
    bound: int | None = None
    screened: int = 0
    notes: tuple[str, ...] = ()
    elapsed: float = 0.0

    @property
    def gap(self) -> float | None:
        """How far the cost may be from the best possible, as a share of the bound."""
        return self._gap(0)

    @property
    def net_gap(self) -> float | None:
        """The same without what no planner can change."""
        return self._gap(self.screened)

    def _gap(self, part: int) -> float | None:
        if self.bound is None:
            return None
        return (self.levels.total - self.bound) / max(1, self.bound - part)


class Watch(Protocol):
    """Someone who follows a planner at work, and may stop it."""

    def improved(self, plan: Plan) -> None:
        """A better plan, or a better bound, is known."""
        ...

    def cancelled(self) -> bool:
        """Whether to stop and give the best so far."""
        ...


class Planner(Protocol):
    """Anything that plans a whole week."""

    name: str

    def plan(
        self,
        instance: Instance,
        *,
        warm: Roster | None = None,
        seconds: float = 60.0,
        watch: Watch | None = None,
    ) -> Plan:
        """The best plan found in that time; `warm` is a roster to begin from, legal or not."""
        ...
