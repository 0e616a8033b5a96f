"""The figures of one week: `python -m tests.bench.schedule.figures SIZE SEED [SECONDS] [--goal=SECONDS] [--flat]`.

One instance in one process, so its peak memory is its own. Prints one line of JSON: what first fit, the
solver and (with --flat) the plain model reach, in one run. All times, and the solver's own clock, are
seconds of processor time of this process: a shared machine makes the wall a poor judge. Loading the solvers
is no part of a plan's time.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from openiop.domain.schedule.change import SickDay
from openiop.domain.schedule.check import broken_rules
from openiop.domain.schedule.planner import Plan
from openiop.domain.schedule.problem import Instance, Roster
from openiop.engines.timetable.columns import ColumnsPlanner
from openiop.engines.timetable.greedy import GreedyPlanner
from openiop.engines.timetable.live import Live, WhyNot
from openiop.engines.timetable.replan import Replanned, replan
from tests.bench.schedule.flat import FlatModel
from tests.engines.timetable.weeks_made import generated

SICK = 12
NEAR = 1.01


class Stopwatch:
    """Writes down when each better plan and bound was known."""

    def __init__(self) -> None:
        self.began = time.process_time()
        self.events: list[tuple[float, Plan]] = []

    def improved(self, plan: Plan) -> None:
        self.events.append((time.process_time() - self.began, plan))

    def cancelled(self) -> bool:
        return False


def measure(size: str, seed: int, seconds: float, *, goal: float, flat: bool) -> dict[str, Any]:
    """Everything about one instance."""
    instance = generated(size, seed)
    began = time.process_time()
    first = GreedyPlanner().plan(instance)
    greedy = time.process_time() - began
    planner = ColumnsPlanner(clock=time.process_time)
    watch = Stopwatch()
    plan = planner.plan(instance, seconds=seconds, watch=watch)
    used = time.process_time() - watch.began
    assert broken_rules(instance, first.roster) == broken_rules(instance, plan.roster) == ()
    assert plan.bound is not None
    near = [
        t for t, p in watch.events if p.levels.total - plan.screened <= NEAR * (plan.bound - plan.screened)
    ]
    out = {
        "clients": len(instance.clients), "screened": plan.screened,
        "first_fit": first.levels.total, "first_fit_placed": len(first.roster.clients), "first_fit_s": greedy,
        "first_s": watch.events[0][0], "near_s": near[0] if near else None, "seconds": used,
        "cost": plan.levels.total, "placed": len(plan.roster.clients), "bound": plan.bound,
        "gap": plan.gap, "net": plan.net_gap,
        "goal_net": next((p.net_gap for t, p in reversed(watch.events) if t <= goal), None),
        "missed": plan.levels.missed_one_to_one,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip
    out |= live(instance, plan.roster)
    if flat:
        result = FlatModel(instance).solve(seconds)
        out |= {"plain": result.cost if result.roster else None, "plain_bound": result.bound}
    return out


def live(instance: Instance, roster: Roster) -> dict[str, Any]:
    """Milliseconds of processor time of the live questions, and what the sick days moved."""
    standing = Live(instance, roster, instance.clients[0].id)
    clients = range(len(standing.house.clients))
    options = [timed(lambda c=c: standing.options(c))[0] for c in clients]
    why = [
        timed(lambda c=c: WhyNot(standing, c).answer())[0] for c in clients if c not in standing.draft.weeks
    ]
    leads = sorted({s.lead for s in roster.groups.values()})[:SICK]
    sick = [timed(lambda p=p: replan(instance, roster, SickDay(p, 1))) for p in leads]
    mended: list[Replanned] = [result for _, result in sick]
    assert all(broken_rules(instance, m.roster) == () for m in mended)
    assert all(m.bound is not None and m.bound <= m.disturbed.cost for m in mended)
    return {
        "options_ms": spread(options), "why_ms": spread(why), "sick_ms": spread([t for t, _ in sick]),
        "sick_days": len(mended), "roles": sum(len(m.substitutes) for m in mended),
        "covered": sum(s.staff is not None for m in mended for s in m.substitutes),
        "moved": sum(m.disturbed.moved_sessions for m in mended),
        "moved_ones": sum(m.disturbed.moved_ones for m in mended),
    }  # fmt: skip


def timed(ask: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    result = ask()
    return 1000 * (time.process_time() - began), result


def spread(times: list[float]) -> tuple[float, float, float] | None:
    """The middle one, the one that 95 in 100 stay under, the worst."""
    if not times:
        return None
    ordered = sorted(times)
    return statistics.median(ordered), ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], ordered[-1]


def main(words: list[str]) -> None:
    """Print the figures of one week."""
    plain = [word for word in words if not word.startswith("--")]
    seconds = float(plain[2]) if len(plain) > 2 else 60.0
    goal = next(
        (float(word.removeprefix("--goal=")) for word in words if word.startswith("--goal=")), seconds
    )
    print(json.dumps(measure(plain[0], int(plain[1]), seconds, goal=goal, flat="--flat" in words)))


if __name__ == "__main__":
    main(sys.argv[1:])
