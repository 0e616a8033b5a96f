"""openiop schedule: keep the calendar of sessions ahead of the clock."""

from __future__ import annotations

import argparse
from typing import Any


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


def run_roll(args: argparse.Namespace) -> int:
    """Roll every site of every organisation and print one line a site."""
    from openiop.cli.rows import start

    start()
    from openiop.apps.accounts.selectors import organizations, sites_of, system_actor
    from openiop.apps.core import clock
    from openiop.apps.core.tenancy import tenant
    from openiop.apps.schedule.services.series import roll_sessions

    for organization in organizations():
        by = system_actor(organization, "Calendar")
        with tenant(organization.pk):
            for site in sites_of(by):
                made = roll_sessions(by=by, site=site, weeks=args.weeks, at=clock.now())
                print(f"{organization.slug}, {site.name}: {made} new sessions")
    return 0
