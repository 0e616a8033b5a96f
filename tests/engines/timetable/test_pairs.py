"""Two kept apart on site of whom one at most can have a place: seen by counting days, and never seen wrongly."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np

from openiop.domain.schedule.check import broken_by_clients
from openiop.domain.schedule.problem import ClientWeek, Instance, NoContact, Range, Roster, Scope, Staffing
from openiop.engines.timetable.house import House
from openiop.engines.timetable.kernel import Kernel
from openiop.engines.timetable.master import Master
from openiop.engines.timetable.pairs import never_both
from tests.domain.schedule.test_check import LEGAL, little_house
from tests.engines.timetable.weeks_made import generated

WEEKS = 12


def two(days: Range, scope: Scope = Scope.SITE) -> Instance:
    """Groups on three days, one after the other, and two alike who are kept apart."""
    house, _ = little_house()
    client = replace(house.clients[0], days=days)
    return replace(house, clients=(client, replace(client, id="d")), conflicts=(NoContact("c", "d", scope),))


def pairs(instance: Instance) -> list[tuple[int, int]]:
    return list(never_both(Kernel(House(instance))))


def test_two_who_each_need_all_three_days_cannot_both_have_a_place() -> None:
    assert pairs(two(Range(3, 3))) == [(0, 1)]
    roster = Roster(little_house()[1].groups, {"c": ClientWeek(LEGAL), "d": ClientWeek(LEGAL)})
    assert "H51" in {breach.code for breach in broken_by_clients(two(Range(3, 3)), roster)}


def test_two_days_of_three_each_are_too_many_too_and_one_day_each_is_not() -> None:
    assert pairs(two(Range(2, 3))) == [(0, 1)]
    assert pairs(two(Range(1, 3))) == []


def test_two_kept_apart_in_groups_only_may_both_have_a_place() -> None:
    assert pairs(two(Range(3, 3), Scope.GROUP)) == []


def test_one_who_can_come_at_another_time_of_the_day_may_have_a_place_too() -> None:
    instance = two(Range(3, 3))
    later = tuple(
        replace(group, id=f"late-{group.id}", meetings=tuple(
            replace(m, id=f"late-{m.id}", group=f"late-{group.id}",
                    span=replace(m.span, start=m.span.start + 240, end=m.span.end + 240))
            for m in group.meetings
        ))
        for group in instance.groups
    )  # fmt: skip
    wide = tuple(replace(c, windows=tuple(replace(w, end=1080) for w in c.windows)) for c in instance.clients)
    assert pairs(replace(instance, groups=(*instance.groups, *later), clients=wide)) == []


def test_whatever_weeks_the_two_are_given_the_checker_finds_them_on_site_at_once() -> None:
    instance = generated("program", 1)
    found = pairs(instance)
    assert found
    kernel = Kernel(House(instance))
    everything = {group.id: Staffing("nobody", None, None) for group in instance.groups}
    for pair in found:
        one, other = (kernel.house.clients[client].id for client in pair)
        mine, theirs = (some_weeks(kernel, client) for client in pair)
        assert mine
        assert theirs
        for a, b in product(mine, theirs):
            breaches = broken_by_clients(instance, Roster(everything, {one: a, other: b}))
            assert "H51" in {breach.code for breach in breaches}


def some_weeks(kernel: Kernel, client: int) -> list[ClientWeek]:
    """Legal weeks of one client in an empty house, the cheapest for prices drawn at random."""
    house, rng = kernel.house, np.random.default_rng(client)
    drawn = (kernel.best_week(client, rng.uniform(0, 9, len(house.day))) for _ in range(WEEKS))
    return [ClientWeek(tuple(house.sections[m][0] for m in week.meetings)) for week in drawn if week]


def test_the_relaxation_seats_no_two_halves_of_them() -> None:
    house = House(two(Range(3, 3)))
    master = Master(house, Kernel(house))
    master.begin()
    assert master.lp.solve()
    waiting = master.lp.value[master.design.waiting]
    assert waiting.sum() >= 1 - 1e-6
