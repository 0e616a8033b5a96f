"""First fit: whatever it gives is legal, and the house rules hold in a draft at every step."""

from __future__ import annotations

import subprocess
import sys

import pytest

from openiop.domain.schedule.check import broken_rules
from openiop.engines.timetable.draft import Draft
from openiop.engines.timetable.greedy import GreedyPlanner
from openiop.engines.timetable.house import House
from tests.engines.timetable.weeks_made import generated, little


@pytest.mark.parametrize(
    ("size", "seed"), [("tiny", 1), ("program", 1), ("program", 3), ("program-tight", 1), ("large", 1)]
)
def test_first_fit_is_legal_and_places_people(size: str, seed: int) -> None:
    instance = generated(size, seed)
    plan = GreedyPlanner().plan(instance)
    assert broken_rules(instance, plan.roster) == ()
    assert len(plan.roster.clients) >= len(instance.clients) / 5
    assert plan.bound is None


@pytest.mark.parametrize("seed", range(60))
def test_first_fit_of_any_little_week_is_legal(seed: int) -> None:
    instance = little(seed, clients=6, groups=9)
    assert broken_rules(instance, GreedyPlanner().plan(instance).roster) == ()


def test_a_draft_gives_back_the_roster_it_was_made_of() -> None:
    instance = generated("program", 1)
    roster = GreedyPlanner().plan(instance).roster
    assert Draft(House(instance), roster).roster() == roster


def test_both_solvers_load_in_one_process_in_either_order() -> None:
    for first, second in (
        ("highspy", "ortools.sat.python.cp_model"),
        ("ortools.sat.python.cp_model", "highspy"),
    ):
        code = f"import {first}, {second}, highspy; print(highspy.Highs().version())"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "1.12.0"


def test_the_commands_load_no_solver_before_they_need_one() -> None:
    code = (
        "import sys; from openiop.cli import build_parser; build_parser(); import openiop.engines.timetable.greedy;"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'ortools', 'highspy', 'pandas', 'django'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
