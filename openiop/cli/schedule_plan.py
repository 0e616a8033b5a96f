"""openiop schedule solve: plan a whole week from its JSON form, without any database."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from openiop.domain.schedule.planner import Plan
    from openiop.domain.schedule.problem import Instance, Roster


def add_commands(inner: Any) -> None:
    """Declare the sub-commands."""
    solve = inner.add_parser(
        "solve",
        help="plan a whole week: groups, staff, rooms, every client",
        description="Reads a week to plan (openiop-sched/1) and writes the best legal roster found in the time (openiop-sched-sol/1).",
    )
    solve.add_argument("week", help="the week to plan, a JSON file")
    solve.add_argument("-o", "--output", required=True, help="where to write the roster")
    solve.add_argument("--seconds", type=float, default=60.0, help="how long to look (default 60)")
    solve.add_argument("--warm", help="a roster to begin from")
    solve.add_argument(
        "--processes",
        type=int,
        default=1,
        help="how many sites are planned at once, where a week has several (default 1: one after the other)",
    )
    solve.add_argument("--engine", help="the planner by name (default: the best that is installed)")
    solve.add_argument("--json", action="store_true", help="print the result as JSON")
    solve.set_defaults(run=run_solve)


class Follow:
    """Tells each better plan on standard error, one line each, and ends the search at the first Ctrl-C.

    The second Ctrl-C ends the program at once, as always.
    """

    def __init__(self, *, quiet: bool) -> None:
        """Stop for nobody yet; `quiet` tells nothing on the way."""
        self.quiet = quiet
        self.stopped = False
        self._before: Any = None

    def __enter__(self) -> Self:
        """Listen to Ctrl-C."""
        self._before = signal.signal(signal.SIGINT, self._stop)
        return self

    def __exit__(self, *error: object) -> None:
        """Listen no more."""
        signal.signal(signal.SIGINT, self._before)

    def _stop(self, number: int, frame: object) -> None:
        self.stopped = True
        signal.signal(signal.SIGINT, self._before)
        print("stopping: the best plan so far is written", file=sys.stderr, flush=True)

    def improved(self, plan: Plan) -> None:
        """Print what is known now."""
        if self.quiet:
            return
        gap = "" if plan.gap is None else f", at most {100 * plan.gap:.1f} % from the best"
        placed = f"{len(plan.roster.clients)} placed{gap}"
        print(f"{plan.elapsed:.1f} s: {plan.levels.total} ({placed})", file=sys.stderr, flush=True)

    def cancelled(self) -> bool:
        """Whether somebody pressed Ctrl-C."""
        return self.stopped


def run_solve(args: argparse.Namespace) -> int:
    """Plan, check by the independent checker, write."""
    from openiop.cli.schedule import load
    from openiop.domain.errors import DomainError, InvalidInput
    from openiop.domain.schedule.check import broken_rules
    from openiop.formats.timetable import read_instance, read_roster
    from openiop.formats.timetable_writing import write_roster

    if not args.seconds > 0:
        raise InvalidInput("--seconds must be more than 0.", field="seconds")
    if args.processes < 1:
        raise InvalidInput("--processes must be at least 1.", field="processes")
    if args.processes > 1 and (args.warm is not None or args.engine is not None):
        raise InvalidInput("--processes goes with neither --warm nor --engine.", field="processes")
    instance = read_instance(load(args.week))
    warm = None if args.warm is None else read_roster(load(args.warm))
    if not Path(args.output).absolute().parent.is_dir():
        raise InvalidInput(f"There is no folder for {args.output}.", field="output")
    with Follow(quiet=args.json) as follow:
        plan = _planned(args, instance, warm, follow)
    breaches = broken_rules(instance, plan.roster)
    if breaches:
        first = breaches[0]
        raise DomainError(f"The plan breaks {first.code} ({first.who}, {first.where}); nothing is written.")
    write_whole(Path(args.output), json.dumps(write_roster(plan.roster), ensure_ascii=False))
    tell(plan, len(instance.clients), as_json=args.json)
    return 0


def _planned(args: argparse.Namespace, instance: Instance, warm: Roster | None, follow: Follow) -> Plan:
    """One site after the other, or several at once in processes of their own."""
    from openiop.engines.timetable import planner
    from openiop.engines.timetable.apart import plan_apart

    if args.processes > 1:
        return plan_apart(instance, seconds=args.seconds, processes=args.processes, watch=follow)
    return planner(args.engine).plan(instance, warm=warm, seconds=args.seconds, watch=follow)


def write_whole(path: Path, text: str) -> None:
    """Write a file wholly or not at all."""
    import os
    import tempfile

    handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def tell(plan: Plan, clients: int, *, as_json: bool) -> None:
    """Print what was found and what is proven of it."""
    if as_json:
        told = {
            "engine": plan.engine,
            "placed": len(plan.roster.clients),
            "clients": clients,
            "levels": asdict(plan.levels),
            "total": plan.levels.total,
            "bound": plan.bound,
            "screened": plan.screened,
            "gap": plan.gap,
            "net_gap": plan.net_gap,
            "notes": list(plan.notes),
        }
        print(json.dumps(told, ensure_ascii=False))
        return
    print(f"placed {len(plan.roster.clients)} of {clients}, cost {plan.levels.total} ({plan.engine})")
    if plan.gap is not None:
        print(f"no plan costs less than {plan.bound}: at most {100 * plan.gap:.1f} % from the best")
    for note in plan.notes:
        print(note)
