"""The solver: its plans are legal, its bound is a bound, it can be watched, stopped and begun from a plan."""

from __future__ import annotations

import time

import pytest

from openiop.domain.schedule.check import broken_rules
from openiop.domain.schedule.objective import levels_of
from openiop.domain.schedule.planner import Plan
from openiop.domain.schedule.problem import Roster
from openiop.engines.timetable import planner
from openiop.engines.timetable.columns import ColumnsPlanner
from openiop.engines.timetable.greedy import GreedyPlanner
from tests.engines.timetable.weeks_made import generated, little


def planned_by_work() -> ColumnsPlanner:
    """Its seconds are those of the processor: a busy machine changes nothing."""
    return ColumnsPlanner(clock=time.process_time)


class Diary:
    """Writes down what it is told; stops the planner after so many reports."""

    def __init__(self, stop_after: int = 10**6) -> None:
        self.plans: list[Plan] = []
        self.stop_after = stop_after

    def improved(self, plan: Plan) -> None:
        self.plans.append(plan)

    def cancelled(self) -> bool:
        return len(self.plans) >= self.stop_after


def test_the_tiny_week_is_solved_to_its_known_best() -> None:
    instance = generated("tiny", 1)
    plan = planned_by_work().plan(instance, seconds=15)
    assert broken_rules(instance, plan.roster) == ()
    assert plan.levels == levels_of(instance, plan.roster)
    assert plan.levels.total == 673  # what HiGHS proved on the flat formulation
    assert plan.bound is not None
    assert 644 <= plan.bound <= 673


def test_every_plan_told_on_the_way_is_legal_and_none_is_worse_than_the_one_before() -> None:
    instance, diary = generated("program", 3), Diary()
    plan = planned_by_work().plan(instance, seconds=12, watch=diary)
    totals = [p.levels.total for p in diary.plans]
    bounds = [p.bound for p in diary.plans if p.bound is not None]
    assert totals == sorted(totals, reverse=True)
    assert bounds == sorted(bounds)
    assert all(broken_rules(instance, p.roster) == () for p in diary.plans)
    assert plan.levels.total < diary.plans[0].levels.total
    assert plan.bound is not None
    assert plan.bound <= plan.levels.total


@pytest.mark.parametrize("seed", range(5))
def test_a_little_week_is_legal_and_no_plan_of_first_fit_is_better_than_its_bound(seed: int) -> None:
    instance = little(seed, clients=6, groups=9)
    plan = planned_by_work().plan(instance, seconds=2)
    assert broken_rules(instance, plan.roster) == ()
    first = GreedyPlanner().plan(instance)
    assert plan.levels.total <= first.levels.total
    assert plan.bound is None or plan.bound <= plan.levels.total


def test_cancelled_it_gives_the_best_so_far() -> None:
    instance, diary = generated("program", 1), Diary(stop_after=1)
    plan = planned_by_work().plan(instance, seconds=60, watch=diary)
    assert broken_rules(instance, plan.roster) == ()
    assert plan.levels == diary.plans[0].levels


def test_begun_from_a_plan_it_is_never_worse() -> None:
    instance = generated("tiny", 2)
    good = planned_by_work().plan(instance, seconds=3)
    again = planned_by_work().plan(instance, seconds=0.01, warm=good.roster)
    assert again.levels.total <= good.levels.total


def test_begun_from_a_roster_of_another_week_only_what_is_legal_is_taken() -> None:
    instance = generated("program", 1)
    other = GreedyPlanner().plan(generated("program", 2)).roster
    plan = planned_by_work().plan(instance, seconds=0.01, warm=Roster(other.groups, other.clients))
    assert broken_rules(instance, plan.roster) == ()


def test_houses_that_share_nobody_are_planned_each_and_summed() -> None:
    instance = generated("multi2", 1)
    plan = planned_by_work().plan(instance, seconds=6)
    assert broken_rules(instance, plan.roster) == ()
    assert plan.bound is not None
    assert plan.bound <= plan.levels.total


def test_the_best_installed_planner_is_taken_unless_another_is_named() -> None:
    assert planner().name == "columns"
    assert planner("greedy").name == "greedy"
