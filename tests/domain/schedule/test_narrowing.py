"""A narrower profile names what it would break, and only what it breaks anew."""

from __future__ import annotations

from dataclasses import replace

from openiop.domain.schedule.cover import Chair, Gap, Helper, Unfit
from openiop.domain.schedule.narrowing import Task, broken_by
from openiop.domain.schedule.problem import Span

MONDAY = Span(0, 540, 630)
ALL_DAY = (Span(0, 480, 1020),)
BEFORE = Helper(True, frozenset({"skills", "individual"}), frozenset({"sud"}), True, ALL_DAY, 0, 2400)
GROUP = Task("Skills", Gap(Chair.LEAD, "sud", "skills", MONDAY, is_remote=False))
HELPS = Task("Process", Gap(Chair.CO_LEAD, "sud", "process", MONDAY, is_remote=False))
VISIT = Task("individual", Gap(Chair.LEAD, "sud", "individual", MONDAY, is_remote=True), visit=True)
ALL = (GROUP, HELPS, VISIT)


def lacks(tasks=ALL, *, before=BEFORE, **now):
    return {one.task.name: one.lacks for one in broken_by(before, replace(before, **now), tasks)}


def test_nothing_is_broken_by_what_stays_or_widens():
    assert lacks() == {}
    assert lacks(tracks=frozenset({"sud", "dual"}), hours=()) == {}


def test_each_lack_is_named_where_it_matters():
    assert lacks(services=frozenset({"process"})) == {
        "Skills": (Unfit.SERVICE,),
        "individual": (Unfit.SERVICE,),
    }
    assert lacks(tracks=frozenset({"dual"})) == dict.fromkeys(
        ("Skills", "Process", "individual"), (Unfit.TRACK,)
    )
    assert lacks(telehealth=False) == {"individual": (Unfit.TELEHEALTH,)}
    assert lacks(licensed=False) == {"Skills": (Unfit.LICENCE,)}


def test_hours_that_end_in_the_middle_of_a_group_break_it():
    assert lacks(hours=(Span(0, 480, 600),)) == dict.fromkeys(
        ("Skills", "Process", "individual"), (Unfit.HOURS,)
    )
    assert lacks(hours=(Span(0, 540, 630),)) == {}


def test_what_did_not_fit_before_is_no_news():
    before = replace(BEFORE, licensed=False)
    assert lacks((GROUP,), before=before, tracks=frozenset({"dual"})) == {"Skills": (Unfit.TRACK,)}
    assert lacks((GROUP,), before=before, services=frozenset({"skills"})) == {}


def test_a_full_week_is_weighed_where_groups_are_given_and_not_here():
    assert lacks(week_most=30, week_minutes=2000) == {}
