"""The pricing kernel is exact: on small weeks it agrees with trying every set of meetings."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import chain, combinations

import numpy as np
import pytest

from openiop.domain.schedule.problem import Instance, Mode, Question, Running
from openiop.domain.schedule.rules import broken_by
from openiop.engines.timetable.house import House, houses_of
from openiop.engines.timetable.kernel import Kernel, must_miss, week_cost
from tests.engines.timetable.weeks_made import generated, little


def every_legal_week(house: House, client: int) -> Iterator[tuple[int, ...]]:
    """Every legal week by trying all sets of meetings of classes, judged by the pure rules."""
    offered = [k for k in house.classes if any(house.runnable(g) for g in k.groups)]
    running = tuple(Running(k.sample, cofacilitated=True) for k in offered)
    question = Question(house.clients[client], running, house.instance.rules)
    of = {house.sections[m][0]: m for k in offered for m in k.meetings}
    possible = [name for name, m in of.items() if house.eligible[client, m]]
    for names in chain.from_iterable(combinations(possible, n) for n in range(1, 7)):
        # The week's total with one-to-one sessions is a price for the kernel, no rule: see week_cost.
        if {r.code for r in broken_by(question, names)} <= {"week-total"}:
            yield tuple(sorted(of[name] for name in names))


@pytest.mark.parametrize("seed", range(15))
def test_the_cheapest_week_is_the_cheapest_of_all_legal_weeks(seed: int) -> None:
    house = House(little(seed))
    kernel = Kernel(house)
    rng = np.random.default_rng(seed)
    prices = rng.integers(-5, 30, house.dislike.shape).astype(float)
    prices[rng.random(prices.shape) < 0.1] = np.inf
    found = {}
    for week in kernel.best_weeks(prices):
        found[week.client] = min(found.get(week.client, np.inf), week.price)
    for client in range(len(house.clients)):
        best = np.inf
        for week in every_legal_week(house, client):
            minutes = int(house.minutes[list(week)].sum())
            cost = prices[client, list(week)].sum() + week_cost(house, client, minutes)
            best = min(best, float(cost))
        assert found.get(client, np.inf) == best
        alone = kernel.best_week(client, prices[client])
        assert (alone.price if alone is not None else np.inf) == best


@pytest.mark.parametrize("seed", range(10))
def test_a_week_found_is_legal_and_costs_what_is_said(seed: int) -> None:
    house = House(generated("program", seed % 3 + 1))
    kernel = Kernel(house)
    prices = np.random.default_rng(seed).random(house.dislike.shape)
    running = tuple(Running(k.sample, cofacilitated=True) for k in house.classes)
    weeks = kernel.best_weeks(prices)
    assert len(weeks) > 30
    for week in weeks:
        client = house.clients[week.client]
        names = [house.sections[m][0] for m in week.meetings]
        broken = broken_by(Question(client, running, house.instance.rules), names)
        assert {r.code for r in broken} <= {"week-total"}
        extra = week_cost(house, week.client, week.minutes)
        assert week.price == pytest.approx(prices[week.client, list(week.meetings)].sum() + extra)


def test_prices_at_infinity_forbid_and_a_limit_leaves_out() -> None:
    house = House(generated("tiny", 1))
    kernel = Kernel(house)
    assert kernel.best_weeks(np.full(house.dislike.shape, np.inf)) == []
    free = kernel.best_weeks(np.zeros(house.dislike.shape))
    assert kernel.best_weeks(np.zeros(house.dislike.shape), below=np.full(20, -1.0)) == []
    assert {w.client for w in kernel.best_weeks(np.zeros(house.dislike.shape), clients=[3, 5])} == {3, 5}
    assert {w.client for w in free} == set(range(20))


def test_what_must_be_missed_is_the_lightest_that_makes_room() -> None:
    client = next(c for c in generated("program", 1).clients if len(c.one) == 3)
    weights = generated("program", 1).weights
    assert [must_miss(client, room, weights) for room in (150, 149, 120, 119, 90, 60, 30, 0)] == [
        0, 30, 30, 40, 40, 70, 100, 130,
    ]  # fmt: skip


def test_sites_that_share_nobody_are_planned_apart() -> None:
    parts = houses_of(generated("multi3", 1))
    assert [len(p.clients) for p in parts] == [60, 60, 60]
    whole: Instance = generated("multi3", 1)
    assert sum(len(p.conflicts) for p in parts) == len(whole.conflicts)


def test_sections_that_differ_only_by_name_are_one_class() -> None:
    house = House(generated("large", 1))
    assert len(house.classes) < len(house.groups)
    assert sum(len(k.groups) for k in house.classes) == len(house.groups)
    assert all(len(k.groups) == 1 for k in house.classes if k.closed)
    names = [name for sections in house.sections for name in sections]
    assert sorted(names) == sorted(m.id for g in house.groups for m in g.meetings)
    assert random.Random(0).random() > 0
    assert all(k.sample.mode in set(Mode) for k in house.classes)
