"""openiop demo: make the demo organisation."""

from __future__ import annotations

import argparse
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "demo",
        help="make the demo organization, House of the Rising Son",
        description="Makes a believable clinic of made-up people. Does nothing where it exists already.",
    )
    parser.add_argument("--seed", type=int, default=7, help="another seed gives other people (default 7)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Make it and say what was made."""
    from openiop.cli.rows import check_ready, start

    start()
    check_ready()
    from openiop.apps.core import clock
    from openiop.apps.demo.services import build_demo

    organization = build_demo(
        at=clock.now(), seed=args.seed, tell=lambda words: print(f"  {words}", flush=True)
    )
    print(f"{organization.name} is ready.")
    return 0
