"""Figures of the timetable, printed with the machine; floors are asserted, goals are told."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

# Cost at the end that earlier prototypes reached on the same instances (docs/timetable.md): the floor.
FLOOR = {
    ("tiny", 1): 673, ("tiny", 2): 5_441, ("program", 1): 31_996, ("program", 2): 7_736, ("program", 3): 21_467,
    ("program-tight", 1): 13_676, ("large", 1): 25_772, ("large", 2): 14_895, ("large-tight", 1): 12_589,
    ("chain", 1): 42_021,
}  # fmt: skip
SECONDS = {"tiny": 10, "program": 30, "large": 60, "chain": 180}


@pytest.mark.bench
@pytest.mark.parametrize(("size", "seed"), list(FLOOR))
def test_no_worse_than_the_floor(size: str, seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    seconds = SECONDS[size.removesuffix("-tight")]
    flat = ["--flat"] if size in {"tiny", "program"} else []
    command = [sys.executable, "-m", "tests.bench.schedule.figures", size, str(seed), str(seconds), *flat]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    with capsys.disabled():
        print(f"\n{json.dumps(told)}")
    assert told["end"]["cost"] <= FLOOR[size, seed]
    assert told["end"]["cost"] <= told["first_fit"]["cost"]
    assert told["end"]["bound"] <= told["end"]["cost"]


@pytest.mark.bench
def test_fifty_sites_of_sixty_in_five_minutes(capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-m", "tests.bench.schedule.figures", "multi50", "1", "300"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    with capsys.disabled():
        print(f"\n{json.dumps(told)}")
    assert told["end"]["cost"] < told["first_fit"]["cost"]
    assert told["end"]["bound"] is not None
