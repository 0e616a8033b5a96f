"""What a search costs: the real directory's size and more, beside looking at every place, on both databases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.figures import Figures
from tests.live import ROOT
from tests.postgres import find_programs, server

pytestmark = pytest.mark.bench
REAL, MADE, TASTE = 21_000, 1_000_000, 100_000
KINDS = ("SQLite", "PostgreSQL")


def run(kind: str, rows: int, folder: Path, rounds: int) -> dict[str, float]:
    """Measure in a process of its own on a fresh database."""
    with ExitStack() as stack:
        env = {name: value for name, value in os.environ.items() if not name.startswith("OPENIOP_")}
        env |= {"OPENIOP_VAR": str(folder), "OPENIOP_TESTING": "1", "OPENIOP_SECRET_KEY": "only for tests"}
        if kind == "PostgreSQL":
            if find_programs() is None:
                pytest.skip("no PostgreSQL server program: apt-get install postgresql")
            env["OPENIOP_DATABASE_URL"] = stack.enter_context(server()).url
        command = [sys.executable, "-m", "tests.bench.finder_run", str(rows), str(rounds)]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", ["real", "made"])
def test_a_search_costs_little_beside_looking_at_every_place(
    kind: str, size: str, long: bool, tmp_path: Path, figures: Figures
) -> None:
    rows = REAL if size == "real" else MADE if long else TASTE
    found = run(kind, rows, tmp_path, 300 if long else 60)
    goal = {("SQLite", "real"): "30", ("SQLite", "made"): "80 at 1,000,000"}.get((kind, size), "")
    # At the real size a plain scan is as quick; the index is for what grows.
    least = 3.0 if rows == MADE else 0.0
    figures.note(
        "finder",
        f"Search with three filters, {rows:,} places, {kind}",
        asserts="the nearest 20 are those of the full scan"
        + (f"; at most 1/{least:g} of its time" if least else ""),
        p50_ms=f"{found['search_p50']:g}", p95_ms=f"{found['search_p95']:g}", goal_p95_ms=goal,
        full_scan_p50_ms=f"{found['scan_p50']:g}", full_scan_p95_ms=f"{found['scan_p95']:g}",
    )  # fmt: skip
    assert (found["differ"], found["least"]) == (0, 20)
    assert found["search_sum"] * least <= found["scan_sum"]
