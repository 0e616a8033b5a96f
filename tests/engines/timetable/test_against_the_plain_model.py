"""The solver against the plain model: on small weeks solved to the end, no bound lies above the optimum."""

from __future__ import annotations

import time

import pytest

from openiop.domain.schedule.check import broken_rules
from openiop.domain.schedule.objective import levels_of
from openiop.engines.timetable.columns import ColumnsPlanner
from tests.bench.schedule.flat import FlatModel
from tests.engines.timetable.weeks_made import little


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4, 6, 9, 10])
def test_the_plan_is_the_optimum_and_the_bound_not_above_it(seed: int) -> None:
    instance = little(seed, clients=6, groups=9)
    plain = FlatModel(instance).solve(30)
    plan = ColumnsPlanner(clock=time.process_time).plan(instance, seconds=2)
    assert plain.proven
    assert plain.roster is not None
    assert broken_rules(instance, plain.roster) == ()
    assert levels_of(instance, plain.roster).total == plain.cost
    assert plan.bound is not None
    assert plan.bound <= plain.cost
    assert plan.levels.total == plain.cost
