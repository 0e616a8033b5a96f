"""Where the shared sample data is: beside the checkout, or where OPENIOP_SHARED says.

The data is used under the licences its own README files name and is never committed, so a checkout
without it must still test what it can. CI forbids skips (OPENIOP_FORBID_SKIPS=1) and has the data.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def folder() -> Path | None:
    """Return the folder of shared data, or None where there is none."""
    named = os.environ.get("OPENIOP_SHARED")
    candidate = Path(named) if named else ROOT.parent / "shared"
    return candidate if candidate.is_dir() else None


def shared(*parts: str) -> Path:
    """Return a file or folder of the shared data; skip the test, saying why, where it is not to be had."""
    base = folder()
    if base is None:
        pytest.skip("the shared sample data is not beside the checkout (../shared, or OPENIOP_SHARED)")
    path = base.joinpath(*parts)
    assert path.exists(), f"the shared sample data has no {'/'.join(parts)}"
    return path
