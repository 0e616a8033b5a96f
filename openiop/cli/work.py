"""openiop work: do what is asked of the background, such as searching for a week."""

from __future__ import annotations

import argparse
import os
import secrets
import socket
import subprocess
import sys
import time
from typing import Any

IDLE = 1.0
"""Seconds between two looks where nothing is ready."""


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "work",
        help="do the work of the background: search for weeks that the planner was asked for",
        description="Takes what is ready, one after the other, until Ctrl-C. `openiop up` starts one by itself; "
        "further ones may run on this or, with PostgreSQL, on other machines. One that is killed loses nothing: "
        "when its lease of 30 seconds ends, another takes the work up from the best that was found.",
    )
    parser.add_argument("--once", action="store_true", help="end when nothing is ready any more")
    parser.add_argument(
        "--with-parent", action="store_true", help="end when the process that started it has ended"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Work until there is an end to it."""
    from openiop.cli.rows import check_ready, start

    start()
    check_ready()
    from django.db import close_old_connections
    from django.db.utils import OperationalError

    from openiop.apps.core import clock
    from openiop.apps.timetable.worker import work_once

    owner, parent = f"{socket.gethostname()[:20]}-{secrets.token_hex(4)}", os.getppid()
    while not (args.with_parent and os.getppid() != parent):
        try:
            worked = work_once(owner=owner, now=clock.now)
        except OperationalError as error:
            # The database is away for a moment (a fail-over, a restart): look again.
            print(f"openiop work: {error}", file=sys.stderr)
            worked = False
        close_old_connections()
        if not worked:
            if args.once:
                break
            time.sleep(IDLE)
    return 0


def beside() -> subprocess.Popen[bytes]:
    """Start a worker that lives as long as this process."""
    return subprocess.Popen([sys.executable, "-m", "openiop", "work", "--with-parent"])
