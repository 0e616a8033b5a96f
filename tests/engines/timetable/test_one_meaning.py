"""A legal week means one thing: the kernel of the solver and the search behind the options agree on every client."""

from __future__ import annotations

import pytest

from openiop.domain.schedule.placement import find_weeks
from openiop.domain.schedule.rules import broken_by
from openiop.engines.timetable.greedy import GreedyPlanner
from openiop.engines.timetable.kernel import week_cost
from openiop.engines.timetable.live import Live
from openiop.engines.timetable.seating import meetings_of, seat_prices
from tests.engines.timetable.weeks_made import generated, little


@pytest.mark.parametrize("seed", range(1, 43))
def test_the_two_searches_find_a_week_for_the_same_clients_and_none_is_cheaper(seed: int) -> None:
    instance = generated("program", seed) if seed < 3 else little(seed, clients=6, groups=9)
    roster = GreedyPlanner().plan(instance).roster
    live = Live(instance, roster, instance.clients[0].id)
    house = live.house
    for client in range(len(house.clients)):
        question, draft = live.question(client), live.draft.copy()
        draft.remove(client)
        prices, chosen = seat_prices(draft, client)
        priced = live.kernel.best_week(client, prices)
        searched = find_weeks(question, limit=1).placements
        assert (priced is None) == (not searched)
        if priced is None:
            continue
        # The week's total with one-to-one sessions is a price for the kernel, no rule.
        broken = broken_by(question, meetings_of(priced, chosen))
        assert {reason.code for reason in broken} <= {"week-total"}
        places = [house.at[name][0] for name in searched[0].meetings]
        assert priced.price <= prices[places].sum() + week_cost(house, client, searched[0].minutes) + 1e-6
