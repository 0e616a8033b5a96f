"""A dive takes the cheaper way where one is dear, and makes the weeks for want of which there seems to be none."""

from __future__ import annotations

from openiop.engines.timetable.bound import raise_bound
from openiop.engines.timetable.dive import Fixing, cost_of, dive, settle_prices
from openiop.engines.timetable.house import House
from openiop.engines.timetable.kernel import Kernel
from openiop.engines.timetable.master import Master
from tests.engines.timetable.weeks_made import generated

NEAR = 1.03


def forever() -> float:
    return 60.0


def test_the_first_dive_of_a_program_ends_near_the_bound() -> None:
    house = House(generated("program", 2))
    master = Master(house, Kernel(house))
    master.begin()
    assert raise_bound(master, forever)
    master.keep_all_apart()
    assert master.lp.solve()
    found = dive(master, forever)
    assert found is not None
    assert master.bound <= cost_of(master, found) <= NEAR * master.bound


def test_a_group_that_must_run_is_filled_with_weeks_that_were_not_made_yet() -> None:
    house = House(generated("program", 1))
    master = Master(house, Kernel(house))
    assert master.lp.solve()  # no week is made: everybody waits
    filled = 0
    for columns in master.design.classes[:12]:
        with Fixing(master) as fixing:
            fixing.fix(columns.runs, 1.0)
            filled += not master.lp.solve() and settle_prices(master, forever)
            assert all(master.lp.upper[c] == 0 for c in master.design.short)
    assert filled


def test_a_relaxation_cut_while_it_is_coarse_ends_at_its_own_bound_and_breaks_no_cut() -> None:
    house = House(generated("tiny", 1))
    master = Master(house, Kernel(house))
    master.begin()
    assert raise_bound(master, forever)
    assert master.bound <= master.lp.objective <= master.bound * 1.0001
    assert master.separate() == 0
    assert master.price_out()[0] == 0
