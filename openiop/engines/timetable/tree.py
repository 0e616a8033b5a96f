"""The bound brought up by branching, for a part of a group never runs.

The relaxation pays for half a group and seats half its people in it. Here it is asked twice instead: what if
the group does not run, and what if it does? Each answer is priced to its end and has a bound of its own
(Lagrange), and no plan costs less than the least of those still open. Which sections run is asked first,
then who leads and where, then who attends what. The node with the least bound is always the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import ceil

import numpy as np

from openiop.engines.timetable.dive import house_columns
from openiop.engines.timetable.lp import INFINITY
from openiop.engines.timetable.master import TINY, Master

NEAR = 1e-4
ENOUGH = 0.02
"""A relaxation this near to its own bound is not priced further."""
TRIED = 5
"""How many columns are tried both ways before one is branched on."""
KNOWN = 1
"""How often a column is tried before what it did is believed."""
ROUNDS = 60
DEEP = 0.5
"""How far between the bound and the best plan a way down may climb before another is begun."""
LEAF = 2.0
HALF = 0.5

Bounds = tuple[float, float]


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A part of all plans: the bound of what is in it, and the bounds of the columns that define it."""

    bound: float
    number: int
    fixed: tuple[tuple[int, Bounds], ...] = field(compare=False)


class Tree:
    """Branching over one master. `goal` is the cost of the best plan known: what reaches it is done with.

    `use` is given every whole-number solution that is met on the way.
    """

    def __init__(self, master: Master, goal: Callable[[], int], use: Callable[[np.ndarray], None]) -> None:
        self.master, self.lp = master, master.lp
        self.goal, self.use = goal, use
        self.open = [Node(master.bound, 0, ())]
        self.leaves = INFINITY
        self.count = 1
        self.own: dict[int, Bounds] = {}
        self.gains: dict[tuple[int, bool], list[float]] = {}

    @property
    def bound(self) -> float:
        """No plan costs less."""
        return min(self.open[0].bound if self.open else INFINITY, self.leaves, float(self.goal()))

    def done_with(self, bound: float) -> bool:
        """Whether nothing under such a bound is better than what is known; costs are whole numbers."""
        return ceil(bound - NEAR) >= self.goal()

    def grow(self, left: Callable[[], float]) -> None:
        """Branch until time is up or nothing is open; the program is given back as it was."""
        self.master.allow_short(allowed=True)
        try:
            while self.open and left() > 0 and not self.done_with(self.bound):
                self._plunge(heappop(self.open), left)
        finally:
            self._go_to({})
            self.master.allow_short(allowed=False)
            self.master.bound = max(self.master.bound, self.bound)

    def _plunge(self, node: Node | None, left: Callable[[], float]) -> None:
        """Go down from a node by the better child each time, as long as it may end in a better plan.

        The program of a child differs by one number only, and at the end of the way there is a solution.
        """
        worth = self.bound + DEEP * (self.goal() - self.bound)
        while node is not None:
            if self.done_with(node.bound):
                return
            self._go_to(dict(node.fixed))
            bound, whole = self._priced(node.bound, left)
            if not whole:
                heappush(self.open, Node(bound, node.number, node.fixed))
                return
            node = None if self.done_with(bound) else self._branch(node, bound, left)
            if node is not None and (bound > worth or left() <= 0):
                heappush(self.open, node)
                return

    def _go_to(self, fixed: dict[int, Bounds]) -> None:
        """Set the bounds of a node, and take back those of the one before."""
        for column in self.own.keys() - fixed.keys():
            self.lp.set_bounds(column, *self.own.pop(column))
        for column, bounds in fixed.items():
            self.own.setdefault(column, (self.lp.lower[column], self.lp.upper[column]))
            if (self.lp.lower[column], self.lp.upper[column]) != bounds:
                self.lp.set_bounds(column, *bounds)

    def _priced(self, bound: float, left: Callable[[], float]) -> tuple[float, bool]:
        """The bound of the node, and whether it was priced to its end."""
        master = self.master
        for _ in range(ROUNDS):
            if left() <= 0:
                return bound, False
            if not self.lp.solve(left()):
                return (INFINITY, True) if self.lp.impossible else (bound, False)
            new, proven = master.price_out()
            bound = max(bound, proven)
            if self.done_with(bound):
                break
            if (not new or self.lp.objective - proven < ENOUGH) and not master.separate():
                break
        return bound, True

    # Branching.

    def _branch(self, node: Node, bound: float, left: Callable[[], float]) -> Node | None:
        """Split a node; one half is kept for later, the one that promises more is given back."""
        value, objective = self.lp.value.copy(), self.lp.objective
        column = self._choice(value, objective, left)
        if column is None:
            self.leaves = min(self.leaves, bound)
            self._leaf(value, left)
            return None
        fixed, low = dict(node.fixed), float(np.floor(value[column]))
        below, above = fixed.get(column, (self.lp.lower[column], self.lp.upper[column]))
        children = [
            Node(bound, self.count + up, tuple({**fixed, column: limits}.items()))
            for up, limits in enumerate(((below, low), (low + 1, above)))
        ]
        self.count += 2
        down, up = (self._gain(column, float(value[column]), up=way) for way in (False, True))
        first = int(up < down or (up == down and value[column] - low > HALF))
        heappush(self.open, children[1 - first])
        return children[first]

    def _choice(self, value: np.ndarray, objective: float, left: Callable[[], float]) -> int | None:
        """The column whose two sides both cost most; None when everything is whole."""
        for columns in self._stages():
            part = value[columns] - np.floor(value[columns] + TINY)
            broken = [c for c, p in zip(columns, part, strict=True) if p > 1e-5]
            if broken:
                middle = sorted(broken, key=lambda c: abs(value[c] - np.floor(value[c]) - 0.5))
                return max(middle[:TRIED], key=lambda c: self._score(c, float(value[c]), objective, left))
        return None

    def _stages(self) -> Iterator[list[int]]:
        """What is decided first, then, last."""
        yield [c.runs for c in self.master.design.classes]
        yield from house_columns(self.master)

    def _score(self, column: int, value: float, objective: float, left: Callable[[], float]) -> float:
        low = float(np.floor(value))
        before = (self.lp.lower[column], self.lp.upper[column])
        gains = []
        for up, limits in ((False, (before[0], low)), (True, (low + 1, before[1]))):
            known = self.gains.setdefault((column, up), [])
            way = low + 1 - value if up else value - low
            if len(known) < KNOWN:
                self.lp.set_bounds(column, *limits)
                if self.lp.solve(left()):
                    known.append(max(0.0, self.lp.objective - objective) / way)
                elif self.lp.impossible:
                    known.append(float(self.goal()))
                self.lp.set_bounds(column, *before)
            gains.append(self._gain(column, value, up=up))
        return max(gains[0], NEAR) * max(gains[1], NEAR)

    def _gain(self, column: int, value: float, *, up: bool) -> float:
        """What rounding a column that way is believed to cost."""
        known = self.gains.get((column, up), [])
        low = float(np.floor(value))
        return (low + 1 - value if up else value - low) * float(np.mean(known)) if known else 0.0

    def _leaf(self, value: np.ndarray, left: Callable[[], float]) -> None:
        """The house is whole: the best weeks for it, where they are not whole already."""
        weeks = value[list(self.master.week_of)[: len(value)]]
        if np.abs(weeks - np.round(weeks)).max(initial=0.0) < NEAR:
            self.use(value)
            return
        self.master.allow_short(allowed=False)
        self.master.keep_all_apart()
        found, _ = self.lp.solve_whole(min(LEAF, max(0.1, left())), gap=1e-3, cutoff=float(self.goal()))
        self.master.allow_short(allowed=True)
        if found is not None:
            self.use(found)
