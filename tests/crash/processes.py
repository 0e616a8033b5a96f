"""Databases of their own for real processes, on SQLite or on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from tests.postgres import Server, find_programs, server

ROOT = Path(__file__).resolve().parent.parent.parent
FILE = "openiop.sqlite3"


class Databases:
    """Hands out fresh databases: each kind is migrated once, the rest are copies of it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        """Take the folder for all of them, and who ends the server."""
        self.folder, self.stack, self.made = folder, stack, 0
        self.server: Server | None = None

    def fresh(self, kind: str) -> dict[str, str]:
        """Return the environment of processes that share a new, empty, migrated database."""
        self.made += 1
        env = settings_of(self.folder / str(self.made))
        if kind == "sqlite":
            shutil.copyfile(self._migrated_file(), Path(env["OPENIOP_VAR"]) / FILE)
            return env
        running, name = self._migrated_server(), f"copy{self.made}"
        running.sql(f"CREATE DATABASE {name} TEMPLATE openiop OWNER openiop")
        return env | {"OPENIOP_DATABASE_URL": running.url.removesuffix("/openiop") + f"/{name}"}

    def _migrated_file(self) -> Path:
        template = self.folder / "template"
        if not template.exists():
            run(settings_of(template), "-m", "django", "migrate", "-v0")
        return template / FILE

    def _migrated_server(self) -> Server:
        if self.server is None:
            self.server = self.stack.enter_context(server(durable=True))
            env = settings_of(self.folder / "postgresql") | {"OPENIOP_DATABASE_URL": self.server.url}
            run(env, "-m", "django", "migrate", "-v0")
        return self.server


def settings_of(folder: Path) -> dict[str, str]:
    """Return the environment of processes whose data lie in the folder; PostgreSQL needs its address too."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENIOP_")}
    return kept | {
        "OPENIOP_VAR": str(folder),
        "OPENIOP_TESTING": "1",
        "OPENIOP_SECRET_KEY": "only-for-tests-and-never-for-people",
        "DJANGO_SETTINGS_MODULE": "openiop.settings",
        "PYTHONPATH": str(ROOT),
    }


def why_not(kind: str) -> str:
    """Return why this kind of database cannot be had here, or nothing."""
    if kind == "postgresql" and find_programs() is None:
        return "no PostgreSQL server program: apt-get install postgresql"
    return ""


def run(env: dict[str, str], *arguments: str, said: str = "") -> str:
    """Run Python to its end, `said` on its standard input, and return what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments], env=env, input=said, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout
