"""Where the solvers are not installed first fit plans, says so, and every live question is answered."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from openiop.domain.schedule.check import broken_rules
from openiop.engines.timetable import WITHOUT
from openiop.formats.timetable import read_instance, read_roster
from tests.engines.timetable.weeks_made import generator

# None in sys.modules is what Python itself writes there for a module that cannot be had.
WITHOUT_SOLVERS = """
import sys
sys.modules["ortools"] = sys.modules["highspy"] = None
from openiop.cli import main
raise SystemExit(main(sys.argv[1:]))
"""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT_SOLVERS, "schedule", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    folder = tmp_path_factory.mktemp("week")
    week, roster = folder / "week.json", folder / "roster.json"
    week.write_text(json.dumps(generator().generate("program", 3)), encoding="utf-8")
    done = run("solve", str(week), "-o", str(roster), "--seconds", "5")
    assert done.returncode == 0, done.stderr
    return week, roster, done.stdout


def test_the_plan_is_legal_and_says_that_nothing_is_proven(planned: tuple[Path, Path, str]) -> None:
    week, roster, said = planned
    instance = read_instance(json.loads(week.read_text(encoding="utf-8")))
    plan = read_roster(json.loads(roster.read_text(encoding="utf-8")))
    assert broken_rules(instance, plan) == ()
    assert len(plan.clients) >= 20
    assert WITHOUT in said
    assert "no plan costs less" not in said


def test_the_planner_that_solves_is_refused_by_name(planned: tuple[Path, Path, str], tmp_path: Path) -> None:
    week, _, _ = planned
    done = run("solve", str(week), "-o", str(tmp_path / "none.json"), "--engine", "columns")
    assert done.returncode != 0
    assert "not installed" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_questions_to_the_plan_are_answered(planned: tuple[Path, Path, str]) -> None:
    week, roster, _ = planned
    plan = read_roster(json.loads(roster.read_text(encoding="utf-8")))
    instance = read_instance(json.loads(week.read_text(encoding="utf-8")))
    waiting = next(c.id for c in instance.clients if c.id not in plan.clients)
    placed = next(iter(plan.clients))
    assert json.loads(run("options", str(week), str(roster), placed, "--json").stdout)["options"]
    assert "facts" in json.loads(run("explain", str(week), str(roster), waiting, "--json").stdout)
    assert json.loads(run("waitlist", str(week), str(roster), "--json").stdout)["waiting"] > 0
