"""openiop check: the settings in force, and whatever is wrong with them."""

from __future__ import annotations

import argparse
import json
import os
from typing import Any

HIDDEN = frozenset({"SECRET_KEY", "DATABASE_URL", "EMAIL_URL"})


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "check",
        help="print the settings in force and whatever is wrong",
        description="Exit code 0: nothing is wrong. 1: the lines marked 'wrong' say what.",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print both and return 1 when something is wrong."""
    from openiop.cli.rows import start
    from openiop.cli.up import settings_in_words

    settings = settings_in_words()
    start()
    shown, wrong = in_force(settings), findings()
    if args.json:
        print(json.dumps({"settings": shown, "wrong": wrong}, ensure_ascii=False))
        return 1 if wrong else 0
    width = max(map(len, shown))
    for name, value in shown.items():
        print(f"{name:{width}}  {value}")
    for line in wrong:
        print(f"wrong: {line}")
    if not wrong:
        print("Nothing is wrong.")
    return 1 if wrong else 0


def in_force(settings: Any) -> dict[str, str]:
    """Return each setting with its value, secrets hidden."""
    from openiop.settings import KNOWN

    database = settings.DATABASES["default"]
    values = {
        "PROFILE": settings.PROFILE,
        "VAR": str(settings.VAR),
        "HOSTS": ",".join(settings.ALLOWED_HOSTS),
        "ORIGINS": ",".join(settings.CSRF_TRUSTED_ORIGINS),
        "DATABASE_URL": f"{str(database['ENGINE']).rsplit('.', 1)[-1]} {database['NAME']}",
        "SECRET_KEY": "set by variable" if os.environ.get("OPENIOP_SECRET_KEY") else "kept in var",
    }
    shown = {}
    for name in sorted(KNOWN):
        given = os.environ.get(f"OPENIOP_{name}", "")
        plain = "set, hidden" if given and name in HIDDEN else given
        shown[f"OPENIOP_{name}"] = values.get(name, plain) or "-"
    return shown


def findings() -> list[str]:
    """Return what Django's checks and the database say against starting."""
    from django.conf import settings
    from django.core import checks
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    wrong = [
        f"{message.msg} {message.hint or ''}".strip()
        for message in checks.run_checks(include_deployment_checks=not settings.IS_DEMO)
        if message.level >= checks.WARNING and not message.is_silenced()
    ]
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return [*wrong, f"The database does not answer: {error}"]
    if plan:
        wrong.append(f"The database lacks {len(plan)} steps to the newest shape; openiop up makes them.")
    return wrong
