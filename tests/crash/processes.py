"""A database of its own for real processes, on SQLite or on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import find_programs, server

ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def database(kind: str, folder: Path) -> Iterator[dict[str, str]]:
    """Yield the environment of processes that share one migrated database."""
    env = os.environ | {
        "OPENIOP_VAR": str(folder),
        "OPENIOP_TESTING": "1",
        "OPENIOP_SECRET_KEY": "only-for-tests-and-never-for-people",
        "DJANGO_SETTINGS_MODULE": "openiop.settings",
        "PYTHONPATH": str(ROOT),
    }
    folder.mkdir(parents=True, exist_ok=True)
    env.pop("OPENIOP_DATABASE_URL", None)
    if kind == "sqlite":
        run(env, "-m", "django", "migrate", "-v0")
        yield env
        return
    with server(durable=True) as running:
        env |= {"OPENIOP_DATABASE_URL": running.url}
        run(env, "-m", "django", "migrate", "-v0")
        yield env


def why_not(kind: str) -> str:
    """Return why this kind of database cannot be had here, or nothing."""
    if kind == "postgresql" and find_programs() is None:
        return "no PostgreSQL server program: apt-get install postgresql"
    return ""


def run(env: dict[str, str], *arguments: str) -> str:
    """Run Python to its end and return what it printed."""
    done = subprocess.run([sys.executable, *arguments], env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout


def start(env: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    """Start Python with pipes in and out."""
    return subprocess.Popen(
        [sys.executable, *arguments], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
