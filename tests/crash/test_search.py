"""kill -9 in the middle of a search: nothing is half written, and the next worker takes it up."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from tests.crash.processes import Databases, run

pytestmark = pytest.mark.crash
PATIENCE = 60


def tell(env: dict[str, str]) -> dict[str, Any]:
    """Return what the rows say."""
    told: dict[str, Any] = json.loads(run(env, "-m", "tests.crash.search", "tell"))
    return told


def until_found(env: dict[str, str]) -> dict[str, Any]:
    """Wait until the worker has written something down."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        told = tell(env)
        if told["points"] > 0:
            return told
    raise AssertionError(f"no worker found anything in {PATIENCE} seconds: {told}")


def test_a_worker_killed_in_the_middle_leaves_a_whole_plan_and_the_next_one_ends_the_search(
    databases: Databases, kind, long
):
    for _round in range(5 if long else 1):
        env = databases.fresh(kind)
        run(env, "-m", "tests.crash.search", "open", "20")
        worker = subprocess.Popen([sys.executable, "-m", "openiop", "work"], env=env)
        try:
            until_found(env)
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        told = tell(env)
        assert (told["state"], told["attempts"]) == ("running", 1)
        assert told["has_best"]
        assert told["legal"]
        assert told["chain"]
        assert (told["plans"], told["moves"], told["seats"]) == (0, 0, 0)
        run(env, "-m", "openiop", "work", "--once")
        assert tell(env)["attempts"] == 1, "the lease still holds: nobody else may take the run"
        run(env, "-m", "tests.crash.search", "late")
        run(env, "-m", "openiop", "work", "--once")
        after = tell(env)
        assert (after["state"], after["attempts"], after["plans"]) == ("done", 2, 1)
        assert after["placed"] >= told["placed"]
        assert after["legal"]
        assert after["chain"]
        assert after["seats"] == 0, "a draft changes nobody's week"
