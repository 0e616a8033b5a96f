"""The six goals: what each costs, in figures worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from openiop.domain.schedule.objective import Levels, levels_of
from openiop.domain.schedule.problem import (
    ClientWeek,
    Daypart,
    Dose,
    Mode,
    OneToOne,
    PlacedOne,
    Roster,
    Span,
    Staffing,
)
from tests.domain.schedule.test_check import LEGAL, little_house


def cost(change=None, week=None, staffing=None, **group):
    house, roster = little_house()
    client = replace(house.clients[0], **(change or {}))
    groups = tuple(replace(g, **group) for g in house.groups)
    spoiled = replace(house, clients=(client,), groups=groups)
    weeks = {"c": week or ClientWeek(LEGAL)} if week != "none" else {}
    return levels_of(spoiled, Roster(staffing or roster.groups, weeks))


def test_a_week_with_nothing_to_regret_costs_only_its_facilitators():
    assert cost() == Levels(staffing=2 * 9)


def test_a_second_facilitator_costs_the_same_hours_again():
    with_helper = {"sk": Staffing("lead", "other", "r"), "pr": Staffing("lead", None, "r")}
    assert cost(staffing=with_helper).staffing == 9 + 18


@pytest.mark.parametrize(("priority", "points"), [(1, 1000), (2, 2000), (3, 3000)])
def test_a_client_without_a_place_costs_a_thousand_by_priority(priority, points):
    assert cost({"priority": priority}, week="none").unplaced == points


def test_each_started_half_hour_below_the_order_costs_eight():
    assert cost({"dose": Dose(540, 600, 700)}).underdose == 16
    assert cost({"dose": Dose(540, 555, 700)}).underdose == 8
    assert cost({"dose": Dose(540, 500, 700)}).underdose == 0


DUE = (
    OneToOne("individual", 60, ("first", "second")),
    OneToOne("family", 60, ("first",)),
    OneToOne("psychiatry", 30, ("doctor",)),
)


def test_a_missed_one_to_one_costs_by_its_kind():
    assert cost({"one": DUE}).missed_one_to_one == 60 + 40 + 30
    held = PlacedOne("family", "first", Span(0, 720, 780), Mode.ONSITE)
    assert cost({"one": DUE}, ClientWeek(LEGAL, (held,))).missed_one_to_one == 60 + 30


def test_a_one_to_one_with_another_than_the_primary_costs_four():
    held = PlacedOne("individual", "second", Span(0, 720, 780), Mode.ONSITE)
    assert cost({"one": DUE[:1]}, ClientWeek(LEGAL, (held,))).continuity == 4


def test_each_lost_meeting_of_last_week_costs_six_and_another_lead_twelve():
    assert cost({"held": frozenset({"sk0", "pr0", "old1", "old2"})}).continuity == 12
    assert cost(last_lead="someone else").continuity == 24
    assert cost(last_lead="lead").continuity == 0


def test_a_client_without_a_place_is_not_counted_a_second_time_for_lost_meetings():
    assert cost({"held": frozenset({"sk0"})}, week="none").continuity == 0


def test_a_disliked_part_of_the_day_costs_its_weight_for_each_meeting():
    assert cost({"dislikes": {Daypart.MORNING: 3}}).preference == 18
    assert cost({"dislikes": {Daypart.EVENING: 3}}).preference == 0


def test_the_levels_are_compared_in_their_order_and_add_up():
    assert Levels(unplaced=1) > Levels(underdose=500)
    assert (Levels(1, 2, 3, 4, 5, 6) + Levels(1, 1, 1, 1, 1, 1)).total == 27
