"""Styles, scripts and fonts, copied under hashed names once per change."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

STAMP = "sources.sha256"


def collect(target: Path) -> bool:
    """Collect into `target` where a source changed since the last time; tell whether it did."""
    stamp, wanted = target / STAMP, checksum()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=target.is_dir())
    target.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted, encoding="ascii")
    return True


def checksum() -> str:
    """Return a checksum over the names, sizes and times of all sources: quick, and enough to see a change.

    The storage counts too, since it decides what is made of the sources.
    """
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
