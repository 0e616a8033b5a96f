"""The seam for whole-program planning: which groups run, who leads, where, and who attends what.

A planner receives the whole instance and returns a roster that `check.broken_rules` accepts. The
placement of one client needs no planner; a later solver stands behind this protocol in `engines`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from openiop.domain.schedule.problem import Instance, Roster


@dataclass(frozen=True, slots=True)
class Plan:
    """A roster with what is known of how good it is: its cost, and a bound that none can beat."""

    roster: Roster
    cost: int
    bound: int | None = None


class Planner(Protocol):
    """Anything that plans a whole week."""

    name: str

    def plan(self, instance: Instance, *, keep: Roster | None = None, seconds: float = 60.0) -> Plan:
        """The best roster found in that time; with `keep`, the one that disturbs it least."""
        ...
