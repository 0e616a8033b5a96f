"""A migrated database, made once a checkout and laid under the tests of each run: migrating takes seconds of CPU.

It lies in `.test/databases`, named after everything it was made from; a changed migration, guard or lock
makes another. SQLite's tests run in memory, so the file is read into memory before the first test asks
for the database. PostgreSQL does the same by itself (`tests.postgres`).
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".test" / "databases"
IN_MEMORY = "file:memorydb_default?mode=memory&cache=shared"
"""Django's name for the database of its tests."""
MADE_FROM = (
    "openiop/apps/*/migrations/*.py", "openiop/apps/core/*.py", "openiop/settings.py", "requirements-dev.txt",
)  # fmt: skip


def place() -> Path:
    """Return where the database of this state of the checkout lies."""
    digest = hashlib.sha256(sys.version.encode())
    for pattern in MADE_FROM:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return FOLDER / f"{digest.hexdigest()[:20]}.sqlite3"


@contextmanager
def laid() -> Iterator[None]:
    """Read the database into memory where there is one; Django then finds nothing to migrate."""
    path = place()
    with closing(sqlite3.connect(IN_MEMORY, uri=True)) as memory:
        if path.exists():
            with closing(sqlite3.connect(path)) as file:
                file.backup(memory)
        yield


def keep(migrated: Any) -> None:
    """Write the migrated database down for the next run, unless another did so meanwhile."""
    path = place()
    if path.exists():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(fresh)) as file:
        migrated.backup(file)
    fresh.replace(path)
    for old in FOLDER.glob("*.sqlite3"):
        if old != path:
            old.unlink(missing_ok=True)
