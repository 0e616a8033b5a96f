"""The whole program's week, solved: one pricing kernel under a solver, a greedy fallback and the live questions.

house.py      one house to plan, compiled to arrays; parallel sections as classes
strings.py    the days a client could attend
weeks.py      days put together to legal weeks, many clients at once
kernel.py     the cheapest legal week of each client for any prices: the one meaning of "legal week"
draft.py      a plan being built, kept legal
seating.py    one client at a time into the free seats, with one-to-one times
greedy.py     first fit: fallback, first plan, baseline
lp.py         a linear program that grows, solved by HiGHS
design.py     the house's side of the program: sections, people, rooms, time
pairs.py      two who are kept apart and can never both have a place
master.py     the weeks' side: columns made by pricing, cuts
bound.py      the bound, brought up until no column and no cut is worth having
tree.py       the bound brought up by branching on which groups run, with the plans met on the way
dive.py       whole-number solutions
neighbourhood.py  a good solution made better, a part of the house at a time
rounding.py   from the numbers of a solution to what each class does
sections.py   who sits in which section, in what room (CP-SAT)
clock.py      times of all one-to-one sessions (CP-SAT)
making_time.py  a week changed a little, so that a one-to-one session finds its time
columns.py    the planner that solves
apart.py      many sites in several processes
repair.py     what of any roster is legal
door.py       live questions and mending, loaded when they are wanted
standin.py    who stands in for one day, and why nobody can
replan.py     a standing plan mended with as few people moved as can be
live.py       questions to a standing plan: options, why not, what would unlock most
"""

from __future__ import annotations

from importlib.util import find_spec

from openiop.domain.errors import InvalidInput
from openiop.domain.schedule.planner import Planner

NAMES = ("columns", "greedy")
NEEDED = ("highspy", "ortools")
WITHOUT = "HiGHS or OR-Tools is not installed: this plan is first fit, and nothing is proven of it."


def planner(name: str | None = None) -> Planner:
    """The planner of that name, or the best that is installed. Raises InvalidInput for what is not there."""
    from openiop.engines.timetable.greedy import GreedyPlanner

    installed = all(find_spec(package) is not None for package in NEEDED)
    if name is None:
        return _solver() if installed else GreedyPlanner(notes=(WITHOUT,))
    if name not in NAMES:
        raise InvalidInput(f"There is no planner {name}; there are {', '.join(NAMES)}.", field="engine")
    if name == "columns" and not installed:
        raise InvalidInput(
            "The planner columns needs HiGHS and OR-Tools, which are not installed.", field="engine"
        )
    return _solver() if name == "columns" else GreedyPlanner()


def _solver() -> Planner:
    """The planner that solves, loaded when it is wanted."""
    from openiop.engines.timetable.columns import ColumnsPlanner

    return ColumnsPlanner()
