"""Rooms for groups whose weeks are chosen: the best in time, and first fit where time is short."""

from __future__ import annotations

import pytest

from openiop.domain.schedule.check import broken_rules
from openiop.domain.schedule.problem import Mode
from openiop.engines.timetable.greedy import first_fit
from openiop.engines.timetable.house import House
from openiop.engines.timetable.kernel import Kernel
from openiop.engines.timetable.sections import give_rooms
from tests.engines.timetable.weeks_made import generated


@pytest.mark.parametrize("seconds", [0.0, 30.0])
def test_every_group_keeps_a_room_and_its_people_however_little_time_there_is(seconds: float) -> None:
    house = House(generated("program", 1))
    draft = first_fit(house, Kernel(house))
    running, weeks = set(draft.staffing), dict(draft.weeks)
    give_rooms(draft, seconds)
    assert set(draft.staffing) == running
    assert draft.weeks == weeks
    assert {house.groups[g].mode for g, s in draft.staffing.items() if s.room} == {Mode.ONSITE}
    assert broken_rules(house.instance, draft.roster()) == ()
