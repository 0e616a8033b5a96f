"""The list of published files with their SHA-256: a published version never changes.

One line per file: the hash, two spaces, the path below `openiop/catalog`. A correction is the next
version of the file, so that a row which keeps `(id, version)` keeps its meaning.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

NAME = "MANIFEST"


def sha256(raw: bytes) -> str:
    """The hash of a file's bytes, in hexadecimal."""
    return hashlib.sha256(raw).hexdigest()


def read(root: Path) -> dict[str, str]:
    """The published paths with their hashes."""
    path = root / NAME
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("  ", 1) for line in lines if line and not line.startswith("#"))
    return {name: digest for digest, name in pairs}


def write(root: Path, published: dict[str, str]) -> None:
    """Write the manifest, sorted by path so that two branches rarely clash."""
    lines = [f"{published[name]}  {name}" for name in sorted(published)]
    (root / NAME).write_text("\n".join(lines) + "\n", encoding="utf-8")


def problems(root: Path) -> list[str]:
    """What is wrong between the manifest and the files, one sentence each; empty when all is well."""
    published = read(root)
    present = {str(path.relative_to(root)): path for path in sorted(root.glob("*/*.yaml"))}
    found = []
    for name, digest in sorted(published.items()):
        if name not in present:
            found.append(f"{name} is published but the file is gone.")
        elif sha256(present[name].read_bytes()) != digest:
            found.append(f"{name} was published and has changed; a correction is the next version.")
    found.extend(
        f"{name} is not published yet (openiop catalog publish {name})."
        for name in sorted(set(present) - set(published))
    )
    return found
