"""openiop schedule: keep the calendar of sessions ahead of the clock; check a planned week."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from openiop.cli import schedule_ask, schedule_plan


def add_parser(subparsers: Any) -> None:
    """Declare the command and its sub-command."""
    parser = subparsers.add_parser(
        "schedule", help="keep the sessions of the weeks ahead", description="The week."
    )
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    roll = inner.add_parser(
        "roll",
        help="make the sessions of the weeks ahead; what exists stays",
        description="Makes the dated sessions of every group of every site. Run it daily; running it twice changes nothing.",
    )
    roll.add_argument("--weeks", type=int, default=4, help="how many weeks ahead (default 4)")
    roll.set_defaults(run=run_roll)
    check = inner.add_parser(
        "check",
        help="check a week's roster against every hard rule",
        description="Reads a week to plan (openiop-sched/1) and a roster of it (openiop-sched-sol/1) and names each broken rule by its code.",
    )
    check.add_argument("week", help="the week to plan, a JSON file")
    check.add_argument("roster", help="the roster, a JSON file, or - for standard input")
    check.add_argument("--json", action="store_true", help="print the breaches as JSON")
    check.set_defaults(run=run_check)
    schedule_plan.add_commands(inner)
    schedule_ask.add_commands(inner)


def run_roll(args: argparse.Namespace) -> int:
    """Roll every site of every organisation and print one line a site."""
    from openiop.cli.rows import start

    start()
    from openiop.apps.accounts.selectors import organizations, sites_of, system_actor
    from openiop.apps.core import clock
    from openiop.apps.core.statistics import refresh_statistics
    from openiop.apps.core.tenancy import tenant
    from openiop.apps.schedule.services.series import roll_sessions

    for organization in organizations():
        by = system_actor(organization, "Calendar")
        with tenant(organization.pk):
            for site in sites_of(by):
                made = roll_sessions(by=by, site=site, weeks=args.weeks, at=clock.now())
                print(f"{organization.slug}, {site.name}: {made} new sessions")
    # The daily run is where a server that is never stopped learns how its tables have grown.
    refresh_statistics()
    return 0


def run_check(args: argparse.Namespace) -> int:
    """Print each breach; 1 where there is any. No database is opened."""
    from dataclasses import asdict

    from openiop.domain.schedule.check import broken_rules
    from openiop.domain.schedule.objective import levels_of
    from openiop.formats.timetable import read_instance, read_roster

    instance, roster = read_instance(load(args.week)), read_roster(load(args.roster))
    breaches, levels = broken_rules(instance, roster), levels_of(instance, roster)
    if args.json:
        rows = [{"code": row.code, "who": row.who, "where": row.where} for row in breaches]
        told = {
            "legal": not breaches,
            "breaches": rows,
            "placed": len(roster.clients),
            "clients": len(instance.clients),
            "levels": asdict(levels),
            "total": levels.total,
        }
        print(json.dumps(told, ensure_ascii=False))
    else:
        for row in breaches:
            print(f"{row.code}  {row.who}  {row.where}")
        print(f"{len(breaches)} broken rules" if breaches else "legal: no rule is broken")
        print(f"placed {len(roster.clients)} of {len(instance.clients)}")
        print(f"cost {levels.total}: {', '.join(f'{k} {v}' for k, v in asdict(levels).items())}")
    return 1 if breaches else 0


def load(name: str) -> Any:
    """Read a JSON file, or standard input for `-`. Raises InvalidInput where there is none."""
    from pathlib import Path

    from openiop.domain.errors import InvalidInput

    try:
        content = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        return json.loads(content)
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InvalidInput(f"{name} cannot be read as JSON: {error}", code="unreadable") from error
