"""Sites that share nobody, planned in two processes: the whole is legal and its bound is the sum."""

from __future__ import annotations

import time

from openiop.domain.schedule.check import broken_rules
from openiop.domain.schedule.planner import Plan
from openiop.engines.timetable.apart import plan_apart
from openiop.engines.timetable.greedy import GreedyPlanner
from tests.engines.timetable.weeks_made import generated


class Stop:
    """Wants no more from the beginning."""

    def __init__(self) -> None:
        self.plans: list[Plan] = []

    def improved(self, plan: Plan) -> None:
        self.plans.append(plan)

    def cancelled(self) -> bool:
        return True


def test_two_processes_plan_three_sites_and_no_rule_is_broken() -> None:
    instance = generated("multi3", 1)
    plan = plan_apart(instance, seconds=9, clock=time.process_time)
    assert broken_rules(instance, plan.roster) == ()
    assert plan.bound is not None
    assert plan.bound <= plan.levels.total < GreedyPlanner().plan(instance).levels.total


def test_stopped_it_still_gives_a_legal_plan_of_every_site() -> None:
    instance, stop = generated("multi3", 1), Stop()
    plan = plan_apart(instance, seconds=3, watch=stop)
    assert broken_rules(instance, plan.roster) == ()
    assert {c.site for c in instance.clients if c.id in plan.roster.clients} == {"S00", "S01", "S02"}
    assert stop.plans == [plan]
