"""The planner that solves: columns by pricing, a proven bound, dives, exact search, sections and clock.

Anytime: a first-fit plan stands at once, and the best legal plan so far is never given up. Each new one
is checked by the independent checker before it counts; what cannot be split into sections is dropped.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

import numpy as np

from openiop.domain.schedule.check import broken_rules
from openiop.domain.schedule.objective import Levels, levels_of
from openiop.domain.schedule.planner import Plan, Watch
from openiop.domain.schedule.problem import ClientWeek, Instance, Roster, Staffing
from openiop.engines.timetable.bound import raise_bound
from openiop.engines.timetable.clock import set_clock
from openiop.engines.timetable.dive import cost_of, dive, padded
from openiop.engines.timetable.draft import Draft
from openiop.engines.timetable.greedy import first_fit, screened_cost
from openiop.engines.timetable.house import House, houses_of
from openiop.engines.timetable.kernel import Kernel
from openiop.engines.timetable.making_time import make_time
from openiop.engines.timetable.master import Master
from openiop.engines.timetable.neighbourhood import improve
from openiop.engines.timetable.repair import legal_part
from openiop.engines.timetable.rounding import class_plans
from openiop.engines.timetable.seating import fit_all_one
from openiop.engines.timetable.sections import solver_of, split
from openiop.engines.timetable.tree import Tree

ROOT_SHARE = 0.4
CLOSE = 1e-9
DIVES = 6
DIVING = 0.45
EXACT_SHARE = 0.3
SMALL = 100
BRANCHING = 0.9
PATIENCE = 12


class ColumnsPlanner:
    """Plans all houses of an instance one after the other, each with its share of the time."""

    name = "columns"

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        solver_of(1.0)  # OR-Tools takes a second to load, which is no part of any plan's time.
        self.clock = clock

    def plan(
        self,
        instance: Instance,
        *,
        warm: Roster | None = None,
        seconds: float = 60.0,
        watch: Watch | None = None,
    ) -> Plan:
        """The best legal plan found, with its bound."""
        began = self.clock()
        ends = began + seconds
        parts = houses_of(instance)
        whole = _Whole(instance, watch, self.clock, began=began)
        searches = [HouseSearch(part, whole, place, warm) for place, part in enumerate(parts)]
        whole.first([s.begin() for s in searches], [s.screened for s in searches])
        weight = sum(len(s.house.clients) ** 2 for s in searches)
        for search in searches:
            share = len(search.house.clients) ** 2 / max(1, weight)
            weight -= len(search.house.clients) ** 2
            search.run(self.clock() + share * (ends - self.clock()))
        return whole.plan()


@dataclass(slots=True)
class _Whole:
    """The best of all houses put together, told to whoever watches."""

    instance: Instance
    watch: Watch | None
    clock: Callable[[], float]
    rosters: list[Roster] = field(default_factory=list)
    levels: list[Levels] = field(default_factory=list)
    bounds: list[int | None] = field(default_factory=list)
    screened: int = 0
    began: float = 0.0

    def first(self, begun: list[tuple[Roster, Levels]], screened: list[int]) -> None:
        """Every house has a plan."""
        self.rosters = [roster for roster, _ in begun]
        self.levels = [levels for _, levels in begun]
        self.bounds = [None] * len(begun)
        self.screened = sum(screened)
        self._tell()

    def better(self, place: int, roster: Roster, levels: Levels) -> None:
        """One house has a better plan."""
        self.rosters[place], self.levels[place] = roster, levels
        self._tell()

    def proven(self, place: int, bound: int) -> None:
        """One house has a better bound."""
        if bound > (self.bounds[place] or 0):
            self.bounds[place] = bound
            self._tell()

    def cancelled(self) -> bool:
        """Whether to stop."""
        return self.watch is not None and self.watch.cancelled()

    def plan(self) -> Plan:
        """What is known now."""
        groups: dict[str, Staffing] = {}
        clients: dict[str, ClientWeek] = {}
        for roster in self.rosters:
            groups.update(roster.groups)
            clients.update(roster.clients)
        levels = sum(self.levels, Levels())
        bounds = [b for b in self.bounds if b is not None]
        bound = sum(bounds) if len(bounds) == len(self.bounds) else None
        roster, elapsed = Roster(groups, clients), self.clock() - self.began
        return Plan(roster, levels, ColumnsPlanner.name, bound, self.screened, elapsed=elapsed)

    def _tell(self) -> None:
        if self.watch is not None:
            self.watch.improved(self.plan())


class HouseSearch:
    """The search in one house."""

    def __init__(self, instance: Instance, whole: _Whole, place: int, warm: Roster | None) -> None:
        self.whole, self.place = whole, place
        self.house = House(instance)
        self.kernel = Kernel(self.house)
        self.warm = warm
        self.screened = screened_cost(self.house, self.kernel)
        self.best: tuple[Roster, Levels] = (Roster({}, {}), levels_of(instance, Roster({}, {})))
        self.ends = 0.0

    def left(self) -> float:
        """Seconds left; none when it was cancelled."""
        return 0.0 if self.whole.cancelled() else self.ends - self.whole.clock()

    def begin(self) -> tuple[Roster, Levels]:
        """A first legal plan: the better of first fit and what of the given roster is legal."""
        drafts = [first_fit(self.house, self.kernel)]
        if self.warm is not None:
            drafts.append(legal_part(self.house, self.kernel, self.warm))
        for draft in drafts:
            self.take(draft)
        return self.best

    def take(self, draft: Draft) -> bool:
        """Keep a draft when it is legal and better."""
        roster = draft.roster()
        levels = levels_of(self.house.instance, roster)
        if levels.total >= self.best[1].total or broken_rules(self.house.instance, roster):
            return False
        self.best = (roster, levels)
        return True

    def offer(self, draft: Draft) -> None:
        """The same, and tell it."""
        if self.take(draft):
            self.whole.better(self.place, *self.best)

    def run(self, ends: float) -> None:
        """Search until the end, or until nothing better can exist."""
        self.ends = ends
        if not self.house.clients or self.left() <= 0:
            return
        master = Master(self.house, self.kernel)
        master.begin()
        ended = raise_bound(master, self.left, ROOT_SHARE * self.left())
        self.prove(master)
        if self.left() > 0:
            Rounds(self, master).go(ended=ended)

    def prove(self, master: Master) -> None:
        """Tell the bound. Costs are whole numbers, so it may be rounded up."""
        if np.isfinite(master.bound):
            self.whole.proven(self.place, ceil(master.bound - 1e-4))

    def finished(self, master: Master) -> bool:
        """Whether the best plan is proven to be the best possible, or time is up."""
        return self.left() <= 0 or self.best[1].total <= ceil(master.bound - 1e-4)


class Rounds:
    """Dives and exact searches in turn, each good solution made a plan."""

    def __init__(self, search: HouseSearch, master: Master) -> None:
        self.search, self.master = search, master
        self.rng = np.random.default_rng(1)
        self.value: np.ndarray | None = None
        self.tried: set[float] = set()
        self.tree = Tree(master, lambda: search.best[1].total, self.use)

    def go(self, *, ended: bool) -> None:
        """Until finished: dives, in a large house an exact search, then branching and neighbourhoods in turn.

        In a small house branching finds the best plans and proves them; in a large one it gets a smaller
        share, and after many neighbourhoods without success a shaken dive begins elsewhere. A relaxation that
        was not `ended` is gone on with once there is a plan.
        """
        search, master = self.search, self.master
        small = len(search.house.clients) <= SMALL
        master.keep_all_apart()
        self._dive(None)
        if not ended:
            raise_bound(master, search.left, ROOT_SHARE * search.left())
            search.prove(master)
        if small:
            self._first_dives()
        else:
            self._exact(max(8.0, EXACT_SHARE * search.left()))
            self._dives(search.left() * (1 - DIVING))
        while not search.finished(master):
            self._branch(search.left() * (BRANCHING if small else BRANCHING / 4))
            self._neighbourhoods()
            if not small:
                self._dive(self.rng)
                self._exact(4.0)

    def _first_dives(self) -> None:
        """Shaken dives as long as somebody may wait for want of a better one, and for half of the time at most.

        Nearer to the bound branching has more to give than another dive: it moves the bound as well.
        """
        search = self.search
        enough, place = search.left() / 2, search.house.instance.weights.unplaced
        while search.left() > enough and search.best[1].total - self.master.bound >= place:
            self._dive(self.rng)

    def _dives(self, enough: float) -> None:
        for _ in range(DIVES):
            if self.search.left() > enough:
                self._dive(self.rng)
                self._exact(4.0)

    def _branch(self, seconds: float) -> None:
        """Bring up the bound for a while; plans are met on the way."""
        search = self.search
        if not search.finished(self.master):
            until = search.left() - max(1.0, seconds)
            self.tree.grow(lambda: min(search.left(), search.left() - until))
            search.prove(self.master)

    def _neighbourhoods(self) -> None:
        for _ in range(PATIENCE):
            if self.search.finished(self.master) or self.value is None:
                break
            found = improve(self.master, self.value, self.search.left, self.rng)
            if found is not None:
                self.use(found)

    def _dive(self, rng: np.random.Generator | None) -> None:
        if not self.search.finished(self.master) and self.master.lp.solve(self.search.left()):
            found = dive(self.master, self.search.left, rng=rng)
            if found is not None:
                self.use(found)

    def _exact(self, seconds: float) -> None:
        """HiGHS over all columns made so far, the best solution as its start."""
        if self.search.finished(self.master):
            return
        start = None if self.value is None else padded(self.master, self.value)
        found, _ = self.master.lp.solve_whole(min(seconds, self.search.left()), start=start, gap=5e-4)
        if found is not None:
            self.use(found)

    def use(self, value: np.ndarray) -> None:
        """Make a plan of a solution of the program, unless its like was tried."""
        search, master = self.search, self.master
        cost = cost_of(master, value)
        if self.value is None or cost < cost_of(master, self.value) - CLOSE:
            self.value = value
        if round(cost, 3) in self.tried or cost >= search.best[1].total:
            return
        self.tried.add(round(cost, 3))
        draft = split(search.house, search.kernel, class_plans(master, value))
        fit_all_one(draft)
        search.offer(draft)
        if search.left() > 0:
            set_clock(draft, min(20.0, search.left()), groups=list(draft.staffing))
            search.offer(draft)
        while search.left() > 0 and make_time(draft, search.kernel, search.left):
            set_clock(draft, min(20.0, search.left()), groups=list(draft.staffing))
            search.offer(draft)
