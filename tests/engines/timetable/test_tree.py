"""Branching: the bound it proves never lies above the cost of any legal plan, and the program is given back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from openiop.domain.schedule.check import broken_rules
from openiop.domain.schedule.objective import levels_of
from openiop.engines.timetable.bound import raise_bound
from openiop.engines.timetable.dive import cost_of
from openiop.engines.timetable.house import House
from openiop.engines.timetable.kernel import Kernel
from openiop.engines.timetable.master import Master
from openiop.engines.timetable.tree import Tree
from tests.bench.schedule.flat import FlatModel
from tests.engines.timetable.weeks_made import generated, little


def forever() -> float:
    return 60.0


def rooted(house: House) -> Master:
    master = Master(house, Kernel(house))
    master.begin()
    assert raise_bound(master, forever)
    return master


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), clients=st.integers(2, 7), groups=st.integers(4, 9))
def test_no_bound_on_the_way_lies_above_the_best_of_all_plans(seed: int, clients: int, groups: int) -> None:
    instance = little(seed, clients=clients, groups=groups)
    plain = FlatModel(instance).solve(30)
    assert plain.proven
    assert plain.roster is not None
    best = levels_of(instance, plain.roster).total
    # The plain model knows nothing of waiting on site: where its best breaks H51 it judges nobody.
    assume(not broken_rules(instance, plain.roster))
    master = rooted(House(instance))
    assert master.bound <= best + 1e-6
    met: list[float] = []
    # A goal that no plan reaches for free: nothing is cut off because something as good is known.
    tree = Tree(master, lambda: best + 500, lambda value: met.append(cost_of(master, value)))
    tree.grow(forever)
    assert tree.bound <= best + 1e-6
    assert all(cost >= tree.bound - 1e-6 for cost in met)


@pytest.mark.parametrize(("seed", "optimum"), [(1, 673), (2, 5_423)])
def test_the_tiny_weeks_are_proven_to_the_point(seed: int, optimum: int) -> None:
    """HiGHS proved the first on the flat formulation, CP-SAT the second."""
    master = rooted(House(generated("tiny", seed)))
    assert master.bound < optimum - 20  # the relaxation alone pays for parts of groups
    met: list[float] = []
    tree = Tree(
        master, lambda: round(min(met, default=30_000)), lambda value: met.append(cost_of(master, value))
    )
    tree.grow(forever)
    assert tree.bound == pytest.approx(optimum)
    assert min(met) == pytest.approx(optimum)


def test_the_program_is_given_back_as_it_was() -> None:
    master = rooted(House(generated("tiny", 2)))
    count, objective = len(master.lp.cost), master.lp.objective
    lower, upper = list(master.lp.lower), list(master.lp.upper)
    tree = Tree(master, lambda: 30_000, lambda value: None)
    steps = iter(range(40))
    tree.grow(lambda: 1.0 if next(steps, 40) < 40 else 0.0)
    assert tree.open
    assert (master.lp.lower[:count], master.lp.upper[:count]) == (lower, upper)
    assert master.lp.solve()
    assert master.lp.objective <= objective + 1e-6
    assert np.isfinite(master.bound)
