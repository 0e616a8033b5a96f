"""Where groups fill all the time of somebody's clinician, another legal week leaves room for the session."""

from __future__ import annotations

from openiop.domain.schedule.check import broken_rules
from openiop.engines.timetable.draft import Draft
from openiop.engines.timetable.greedy import first_fit
from openiop.engines.timetable.house import House
from openiop.engines.timetable.kernel import Kernel
from openiop.engines.timetable.making_time import levels_now, make_time
from tests.engines.timetable.weeks_made import generated


def begun() -> tuple[Kernel, Draft]:
    """First fit's plan of a week in which some sessions find no time."""
    kernel = Kernel(House(generated("program", 1)))
    return kernel, first_fit(kernel.house, kernel)


def test_somebody_who_missed_a_session_has_it_in_a_week_that_costs_less_and_nobody_else_is_touched() -> None:
    kernel, draft = begun()
    weeks, sessions = dict(draft.weeks), dict(draft.one)
    before = {client: levels_now(draft, client) for client in weeks}
    assert make_time(draft, kernel, lambda: 60.0)
    after = {client: levels_now(draft, client) for client in draft.weeks}
    moved = [client for client in weeks if draft.weeks[client] != weeks[client]]
    assert [(before[c].total, after[c].total) for c in moved] == [(87, 24)]
    assert [(before[c].missed_one_to_one, after[c].missed_one_to_one) for c in moved] == [(30, 0)]
    assert all(draft.one.get(c) == sessions.get(c) for c in weeks if c not in moved)
    assert broken_rules(kernel.house.instance, draft.roster()) == ()


def test_a_second_time_there_is_nothing_left_to_find_and_nothing_changes() -> None:
    kernel, draft = begun()
    make_time(draft, kernel, lambda: 60.0)
    roster = draft.roster()
    assert not make_time(draft, kernel, lambda: 60.0)
    assert draft.roster() == roster


def test_without_time_left_nothing_changes() -> None:
    kernel, draft = begun()
    roster = draft.roster()
    assert not make_time(draft, kernel, lambda: 0.0)
    assert draft.roster() == roster
