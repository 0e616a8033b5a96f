"""Questions to a standing plan: each offer is legal, each no is exact."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from openiop.domain.schedule.check import broken_rules
from openiop.domain.schedule.problem import ClientWeek, Roster
from openiop.engines.timetable.greedy import GreedyPlanner
from openiop.engines.timetable.live import Live, WhyNot, unlocks
from tests.engines.timetable.weeks_made import generated


@pytest.fixture(scope="module")
def live() -> Live:
    instance = generated("program", 1)
    return Live(instance, GreedyPlanner().plan(instance).roster, instance.clients[0].id)


def test_every_option_put_back_into_the_plan_is_legal(live: Live) -> None:
    roster, offered = live.draft.roster(), 0
    for client, made in enumerate(live.house.clients):
        answer = live.options(client)
        assert len({p.kind for p in answer.placements}) == len(answer.placements) <= 5
        for placement in answer.placements:
            weeks = {**roster.clients, made.id: ClientWeek(placement.meetings, placement.one)}
            codes = {b.code for b in broken_rules(live.house.instance, Roster(roster.groups, weeks))}
            # A client who moves may leave a group under its minimum; nothing else may break.
            assert codes <= ({"H36"} if client in live.draft.weeks else set())
            offered += 1
    assert offered > 50


def test_the_smallest_reason_is_no_week_and_each_smaller_set_leaves_one(live: Live) -> None:
    explained = 0
    for client in range(len(live.house.clients)):
        if client in live.draft.weeks:
            continue
        why = WhyNot(live, client)
        conflict = why.answer()
        assert (conflict is None) == bool(live.options(client).placements)
        if conflict is None:
            continue
        explained += 1
        assert not why.possible(frozenset(conflict.facts))
        for size in range(len(conflict.facts)):
            for smaller in combinations(range(len(why.facts)), size) if size < 3 else ():
                assert why.possible(frozenset(smaller))
        for way in conflict.frees:
            assert why.possible(frozenset(range(len(why.facts))) - set(way))
        if explained == 4:
            break
    assert explained > 0


def test_a_group_of_another_track_is_refused_by_name_and_a_full_one_by_its_seats(live: Live) -> None:
    house = live.house
    client = next(c for c, made in enumerate(house.clients) if made.track == "SUD" and c in live.draft.weeks)
    other = next(g for g in live.draft.staffing if "SUD" not in house.groups[g].admits)
    assert "track" in {r.code for r in live.why_not(client, other)}
    idle = next(g for g in range(len(house.groups)) if g not in live.draft.staffing)
    assert live.why_not(client, idle)[0].code == "not-running"


def test_what_nothing_forbids_is_priced(live: Live) -> None:
    codes = {
        live.why_not(client, live.draft.group_of[meeting])[0].code
        for client, week in list(live.draft.weeks.items())[:8]
        for meeting in week
    }
    assert codes == {"would-cost"}


def test_a_block_that_is_opened_lets_in_as_many_as_was_said(live: Live) -> None:
    fit, blocks = unlocks(live)
    assert fit >= 0
    assert [b.more for b in blocks] == sorted((b.more for b in blocks), reverse=True)


def test_a_client_who_is_never_free_learns_it(live: Live) -> None:
    instance = live.house.instance
    never = replace(instance.clients[0], windows=())
    changed = replace(instance, clients=(never, *instance.clients[1:]))
    roster = live.draft.roster()
    weeks = {c: w for c, w in roster.clients.items() if c != never.id}
    why = WhyNot(Live(changed, Roster(roster.groups, weeks), never.id), 0)
    conflict = why.answer()
    assert conflict is not None
    assert any(why.facts[f].said.code == "free" for f in conflict.facts)
