"""Many sites that share nobody, planned in several processes at once.

Each process is started fresh and gets one house at a time, so nothing is shared but what is sent: the
house there, its plan back. What a stop leaves unplanned is planned by first fit: the whole is always legal.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import replace
from multiprocessing import get_context

from openiop.domain.schedule.objective import levels_of
from openiop.domain.schedule.planner import Plan, Planner, Watch
from openiop.domain.schedule.problem import ClientWeek, Instance, Roster, Staffing
from openiop.engines.timetable.greedy import GreedyPlanner
from openiop.engines.timetable.house import houses_of

GLANCE = 0.5

Clock = Callable[[], float]


def plan_apart(
    instance: Instance,
    *,
    seconds: float,
    processes: int = 2,
    watch: Watch | None = None,
    clock: Clock = time.monotonic,
) -> Plan:
    """The plan of all houses, each with an equal share of the time of all processes."""
    parts = houses_of(instance)
    if len(parts) == 1 or processes < 2:
        return _best(clock).plan(instance, seconds=seconds, watch=watch)
    share = seconds * processes / len(parts)
    plans: dict[int, Plan] = {}
    began = clock()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(_plan, part, share, clock): place for place, part in enumerate(parts)}
        while waiting:
            done, _ = wait(waiting, timeout=GLANCE, return_when=FIRST_COMPLETED)
            for future in done:
                plans[waiting.pop(future)] = future.result()
            if watch is not None and watch.cancelled():
                _give_up(waiting)
                break
    for place, part in enumerate(parts):
        if place not in plans:
            plans[place] = GreedyPlanner().plan(part)
    whole = _together(instance, [plans[place] for place in range(len(parts))])
    whole = replace(whole, elapsed=clock() - began)
    if watch is not None:
        watch.improved(whole)
    return whole


def _plan(part: Instance, seconds: float, clock: Clock) -> Plan:
    """One house, in a process of its own."""
    return _best(clock).plan(part, seconds=seconds)


def _best(clock: Clock) -> Planner:
    from openiop.engines.timetable import planner
    from openiop.engines.timetable.columns import ColumnsPlanner

    best = planner()
    return ColumnsPlanner(clock) if best.name == ColumnsPlanner.name else best


def _give_up(waiting: dict[Future[Plan], int]) -> None:
    """Begin nothing more; what is under way ends by its own time."""
    for future in waiting:
        future.cancel()


def _together(instance: Instance, plans: list[Plan]) -> Plan:
    groups: dict[str, Staffing] = {}
    clients: dict[str, ClientWeek] = {}
    for plan in plans:
        groups.update(plan.roster.groups)
        clients.update(plan.roster.clients)
    roster = Roster(groups, clients)
    bounds = [plan.bound for plan in plans if plan.bound is not None]
    notes = tuple(dict.fromkeys(note for plan in plans for note in plan.notes))
    return Plan(
        roster,
        levels_of(instance, roster),
        plans[0].engine,
        sum(bounds) if len(bounds) == len(plans) else None,
        sum(plan.screened for plan in plans),
        notes,
    )
