"""The figures of the timetable: `python -m tests.bench.schedule.figures SIZE SEED [SECONDS] [--flat]`.

One instance in one process, so its peak memory is its own. Prints one line of JSON: what first fit, the
solver and (with --flat) the plain model reach, in one run, with the machine. Times are wall seconds;
`cpu` tells how much of them this process had, for a shared machine makes the clock a poor judge.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import sys
import time
from typing import Any

from openiop.domain.schedule.change import SickDay
from openiop.domain.schedule.check import broken_rules
from openiop.domain.schedule.planner import Plan
from openiop.domain.schedule.problem import Instance, Roster
from openiop.engines.timetable.columns import ColumnsPlanner
from openiop.engines.timetable.greedy import GreedyPlanner
from openiop.engines.timetable.live import Live, WhyNot
from openiop.engines.timetable.replan import replan
from tests.bench.schedule.flat import FlatModel
from tests.engines.timetable.weeks_made import generated

MARKS = (10.0, 60.0, 180.0)


class Stopwatch:
    """Writes down when each better plan and bound was known."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.events: list[tuple[float, Plan]] = []

    def improved(self, plan: Plan) -> None:
        self.events.append((time.monotonic() - self.began, plan))

    def cancelled(self) -> bool:
        return False

    def at(self, seconds: float) -> Plan | None:
        """The last plan known at that time."""
        known = [plan for when, plan in self.events if when <= seconds]
        return known[-1] if known else None


def machine() -> dict[str, Any]:
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
    }


def percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 2)


def told(plan: Plan | None) -> dict[str, Any] | None:
    if plan is None:
        return None
    return {
        "cost": plan.levels.total,
        "placed": len(plan.roster.clients),
        "bound": plan.bound,
        "gap": percent(plan.gap),
        "net": percent(plan.net_gap),
    }


def measure(size: str, seed: int, seconds: float, *, flat: bool) -> dict[str, Any]:
    """Everything about one instance."""
    instance = generated(size, seed)
    began = time.monotonic()
    first = GreedyPlanner().plan(instance)
    greedy = {
        "cost": first.levels.total,
        "placed": len(first.roster.clients),
        "seconds": round(time.monotonic() - began, 2),
    }
    watch, cpu = Stopwatch(), time.process_time()
    plan = ColumnsPlanner().plan(instance, seconds=seconds, watch=watch)
    used = time.process_time() - cpu
    assert broken_rules(instance, plan.roster) == ()
    near = next((t for t, p in watch.events if plan.bound and p.levels.total <= 1.01 * plan.bound), None)
    out = {
        "instance": f"{size}-{seed}", "clients": len(instance.clients), "screened": plan.screened,
        "first_fit": greedy, "first_legal_s": round(watch.events[0][0], 2),
        "within_1_percent_s": None if near is None else round(near, 1),
        "at": {f"{mark:.0f}": told(watch.at(mark)) for mark in MARKS if mark <= seconds},
        "end": told(plan), "cpu": round(used, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "machine": machine(),
    }  # fmt: skip
    if len(instance.sites) == 1:
        out["live"] = live(instance, plan.roster)
    if flat:
        result = FlatModel(instance).solve(seconds)
        out["plain_model"] = {
            "cost": result.cost,
            "bound": result.bound,
            "proven": result.proven,
            "seconds": seconds,
        }
    return out


def live(instance: Instance, roster: Roster) -> dict[str, Any]:
    """Milliseconds of processor time of the live questions: 95th percentile and worst."""
    standing = Live(instance, roster, instance.clients[0].id)
    clients = range(len(standing.house.clients))
    options = [timed(lambda c=c: standing.options(c)) for c in clients]
    why = [timed(lambda c=c: WhyNot(standing, c).answer()) for c in clients if c not in standing.draft.weeks]
    leads = sorted({s.lead for s in roster.groups.values()})[:12]
    sick = [timed(lambda p=p: replan(instance, roster, SickDay(p, 1))) for p in leads]
    return {"options_ms": spread(options), "why_ms": spread(why), "sick_day_ms": spread(sick)}


def timed(ask: Any) -> float:
    began = time.process_time()
    ask()
    return 1000 * (time.process_time() - began)


def spread(times: list[float]) -> dict[str, float] | None:
    if not times:
        return None
    ordered = sorted(times)
    return {
        "p50": round(statistics.median(ordered), 1),
        "p95": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 1),
        "max": round(ordered[-1], 1),
    }


if __name__ == "__main__":
    words = [w for w in sys.argv[1:] if not w.startswith("--")]
    print(
        json.dumps(
            measure(
                words[0],
                int(words[1]),
                float(words[2]) if len(words) > 2 else 60.0,
                flat="--flat" in sys.argv,
            )
        )
    )
