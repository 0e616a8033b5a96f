"""The commands people type: `openiop <command> ...`.

Each module named in COMMANDS has two functions:

    add_parser(subparsers)   declares the command, its options and its help text, and ends with
                             `parser.set_defaults(run=run)` (for each of its sub-commands);
    run(args) -> int         does it and returns the exit code.

Imports at the top of a command module are light (argparse, json, sys): what is heavy is imported
inside `run`, so `openiop --help` is quick and pure commands never start Django. A command that needs
rows calls `openiop.cli.rows.start()` first.

Exit codes: 0 done; 1 it ran and the answer is no (a check failed, a rule refused); 2 wrong use or
wrong input.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from collections.abc import Sequence

# One line for each module in openiop/cli; the order here is the order of `openiop --help`.
COMMANDS: tuple[str, ...] = (
    "up",
    "work",
    "demo",
    "check",
    "organization",
    "site",
    "member",
    "audit",
    "chart",
    "referral",
    "directory",
    "schedule",
    "messages",
    "catalog",
    "levelofcare",
    "coverage",
    "screener",
    "measures",
)

DONE = 0
NO = 1
WRONG_INPUT = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors go to standard error in plain words."""
    from openiop.domain.errors import DomainError, InvalidInput

    args = build_parser().parse_args(argv)
    try:
        return int(args.run(args))
    except DomainError as error:
        _tell(error, as_json=getattr(args, "json", False))
        return WRONG_INPUT if isinstance(error, InvalidInput) else NO
    except BrokenPipeError:
        # The reader (head, less) went away: that is its right, and no failure of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return 130


def build_parser() -> argparse.ArgumentParser:
    """The whole tree of commands, without running any."""
    from openiop import __version__

    parser = argparse.ArgumentParser(
        prog="openiop", description="OpenIOP runs an Intensive Outpatient Program."
    )
    parser.add_argument("--version", action="version", version=f"openiop {__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in COMMANDS:
        importlib.import_module(f"openiop.cli.{name}").add_parser(subparsers)
    return parser


def _tell(error: Exception, *, as_json: bool) -> None:
    """Write a domain error to standard error, as JSON when the caller asked for JSON."""
    code, field = getattr(error, "code", "refused"), getattr(error, "field", None)
    if as_json:
        body = {"error": {"code": code, "field": field, "message": str(error)}}
        print(json.dumps(body, ensure_ascii=False), file=sys.stderr)
    else:
        print(f"openiop: {error}", file=sys.stderr)
