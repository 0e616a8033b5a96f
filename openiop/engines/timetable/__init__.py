"""The whole program's week, solved: one pricing kernel under a solver, a greedy fallback and the live questions.

house.py      one house to plan, compiled to arrays; parallel sections as classes
strings.py    the days a client could attend
weeks.py      days put together to legal weeks, many clients at once
kernel.py     the cheapest legal week of each client for any prices: the one meaning of "legal week"
draft.py      a plan being built, kept legal
seating.py    one client at a time into the free seats, with one-to-one times
greedy.py     first fit: fallback, first plan, baseline
"""

from __future__ import annotations

from openiop.domain.errors import InvalidInput
from openiop.domain.schedule.planner import Planner
from openiop.engines.timetable.greedy import GreedyPlanner

PLANNERS: dict[str, type[GreedyPlanner]] = {"greedy": GreedyPlanner}


def planner(name: str | None = None) -> Planner:
    """The planner of that name, or the best that is installed. Raises InvalidInput for an unknown name."""
    if name is None:
        return GreedyPlanner()
    if name not in PLANNERS:
        raise InvalidInput(f"There is no planner {name}; there are {', '.join(PLANNERS)}.", field="engine")
    return PLANNERS[name]()
