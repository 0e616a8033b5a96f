"""openiop up: prepare everything that is not ready yet, then serve."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openiop.domain.errors import DomainError, NotAllowed

PORT = 8000


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "up",
        help="prepare what is not ready yet, then serve",
        description="Prepares the database, the texts and, in the demo profile, the demo organization; "
        "then serves until Ctrl-C.",
    )
    parser.add_argument("--port", type=port, help=f"the port to serve on (default: OPENIOP_PORT or {PORT})")
    parser.add_argument(
        "--host", help="the address to serve on (default: OPENIOP_HOST or 127.0.0.1; the demo: loopback only)"
    )
    parser.add_argument("--reset", action="store_true", help="throw the demo's data away first; asks")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.set_defaults(run=run)


def port(text: str) -> int:
    """Read a port number."""
    if not text.isdecimal() or not 0 < int(text) < 65_536:
        raise argparse.ArgumentTypeError(f"'{text}' is no port; give a number from 1 to 65535")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Prepare, serve, and leave without a trace of an error at Ctrl-C."""
    began = time.monotonic()
    settings = settings_in_words()
    from openiop.cli import ground, serving

    host = args.host or os.environ.get("OPENIOP_HOST") or "127.0.0.1"
    wanted = args.port or port(os.environ.get("OPENIOP_PORT") or str(PORT))
    try:
        ground.check_host(host, demo=settings.IS_DEMO)
        ground.check_folder(settings.VAR)
        if args.reset and not reset(settings, sure=args.yes):
            return 1
        prepare(settings)
        chosen = ground.free_port(host, wanted)
        if chosen != wanted:
            say(f"Port {wanted} is in use; taking {chosen}")
        return serving.serve(host, chosen, began=began)
    except KeyboardInterrupt:
        say("Stopped.")
        return 0


def settings_in_words() -> Any:
    """Load the settings; say in words what is wrong with them."""
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openiop.settings")
    try:
        settings.configured or settings.VAR  # noqa: B018 - the first look loads them
    except (ImproperlyConfigured, ValueError) as error:
        raise NotAllowed(str(error), code="settings") from error
    except OSError as error:
        from openiop.cli.ground import cannot_write

        raise NotAllowed(cannot_write(Path(error.filename or "var"), error), code="no-folder") from error
    return settings


def prepare(settings: Any) -> None:
    """Bring texts, pages, catalogue, database and demo up to date, telling each step that takes time."""
    from openiop.cli.rows import start

    start()
    steps: list[tuple[str, Callable[[], bool]]] = [
        ("Texts in English and Spanish", lambda: compile_texts(settings)),
        ("Pages' styles and scripts", lambda: collect_static(settings)),
        ("Catalogue", load_catalogue),
        ("Database", migrate),
    ]
    if settings.IS_DEMO:
        steps.append(("Demo organization", make_demo))
    steps.append(("Statistics of the tables", refresh_statistics))
    for words, step in steps:
        began = time.monotonic()
        try:
            did = step()
        except OSError as error:
            from openiop.cli.ground import cannot_write

            raise NotAllowed(cannot_write(settings.VAR, error), code="disk") from error
        say(f"{words}: {'done' if did else 'ready'}, {time.monotonic() - began:.1f} s")


def compile_texts(settings: Any) -> bool:
    """Compile the translations where they changed."""
    from openiop.web.translations import compile_messages

    return compile_messages(Path(settings.LOCALE_PATHS[0]))


def collect_static(settings: Any) -> bool:
    """Copy styles, scripts and fonts with hashed names where one of them changed."""
    from openiop.web.assets import collect

    return collect(Path(settings.STATIC_ROOT))


def load_catalogue() -> bool:
    """Read every catalogue file once, so that a broken one stops the start and not a page."""
    from openiop import catalog

    for kind in catalog.kinds():
        catalog.load_all(kind)
    return False


def migrate() -> bool:
    """Bring the database to the newest shape, telling each step of it."""
    from django.core.management import call_command
    from django.db import DatabaseError, OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            say(f"Database: {len(plan)} steps to the newest shape")
            call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        raise NotAllowed(database_in_words(str(error)), code="database") from error
    except DatabaseError as error:
        raise NotAllowed(f"The database could not be brought up to date: {error}", code="database") from error
    return bool(plan)


def database_in_words(said: str) -> str:
    """Say what a database that cannot be opened needs."""
    said = said.strip()
    if "disk is full" in said:
        return "The disk is full: the database could not grow. Free some space and start again."
    if "readonly" in said or "unable to open" in said:
        return f"The database file cannot be written ({said}). Check who owns the folder of OPENIOP_VAR."
    if "locked" in said:
        return "Another OpenIOP is writing to this database just now. Stop it, or wait, and start again."
    return f"The database does not answer ({said}). Check OPENIOP_DATABASE_URL and that the server runs."


def make_demo() -> bool:
    """Make the demo organisation where there is none."""
    from openiop.apps.accounts.selectors import demo_people

    if demo_people():
        return False
    from openiop.cli import main

    if main(["demo"]) != 0:
        raise DomainError("The demo organization could not be made; the lines above say why.")
    return True


def refresh_statistics() -> bool:
    """Let the database look at its tables, so that it finds rows by the best index."""
    from openiop.apps.core import statistics

    return statistics.refresh_statistics()


def reset(settings: Any, *, sure: bool) -> bool:
    """Throw the demo's database and files away, after asking."""
    if not settings.IS_DEMO:
        raise NotAllowed("Only the demo's data can be thrown away by a command.", code="not-the-demo")
    database = settings.DATABASES["default"]
    if not str(database["ENGINE"]).endswith("sqlite3"):
        raise NotAllowed("--reset throws a SQLite file away; drop a PostgreSQL database by its own tools.")
    name = Path(database["NAME"])
    if not sure:
        if not sys.stdin.isatty():
            raise NotAllowed("--reset throws data away; without a terminal to ask, add --yes.")
        if input(f"Throw away {name} and begin anew? [y/N] ").strip().lower() not in {"y", "yes"}:
            say("Nothing was changed.")
            return False
    for path in (name, Path(f"{name}-wal"), Path(f"{name}-shm")):
        path.unlink(missing_ok=True)
    say("The demo's data is gone; a fresh one follows.")
    return True


def say(words: str) -> None:
    """Tell how far we are, at once."""
    print(words, flush=True)
