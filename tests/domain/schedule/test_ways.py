"""When no week fits, or only a part of the order: what to do next rests on what was found."""

from __future__ import annotations

from dataclasses import replace

from openiop.domain.schedule.misses import Miss, mended_weeks
from openiop.domain.schedule.placement import STEPS, Answer, Cost, Kind, Placement, find_weeks
from openiop.domain.schedule.problem import Dose, Mode, Span
from openiop.domain.schedule.ways import Elsewhere, Fit, Step, fit_of, next_steps
from openiop.domain.schedule.words import reason
from tests.domain.schedule.test_placement import ANA, DAY, ask, group


def week(minutes, *, underdose=0, missed=0):
    return Placement((), Kind((), (), (0, 2, 4)), minutes, Cost(underdose, missed, 0, 0, 0, 0), (), ())


def miss(*codes, minutes=540):
    return Miss(("a", "b"), minutes, (0, 2), tuple(reason(code) for code in codes))


def steps(answer, nearer=(), elsewhere=()):
    return [way.step for way in next_steps(answer, nearer, elsewhere)]


def test_a_whole_week_needs_no_next_step():
    answer = Answer((week(540),))
    assert fit_of(answer) is Fit.WHOLE
    assert steps(answer, [miss("seat")]) == []


def test_without_any_week_every_way_stands_in_order_and_referring_on_is_the_last():
    there = Elsewhere("far", None, week(540))
    found = [miss("days"), miss("window"), miss("seat")]
    assert steps(Answer((), tuple(found)), found, [there]) == [
        Step.ELSEWHERE, Step.WAIT, Step.WINDOWS, Step.ORDER, Step.REFER,
    ]  # fmt: skip


def test_a_way_is_offered_for_one_kind_of_rule_alone():
    both = miss("seat", "window")
    ways = next_steps(Answer((), (both,)), [both], [])
    assert [(way.step, way.miss) for way in ways] == [
        (Step.WINDOWS, None),
        (Step.ORDER, None),
        (Step.REFER, None),
    ]


def test_elsewhere_must_give_more_than_the_best_week_here():
    here = Answer((week(480, underdose=2),))
    assert fit_of(here) is Fit.PART
    less, more = Elsewhere("", Mode.TELEHEALTH, week(480)), Elsewhere("far", None, week(540))
    ways = next_steps(here, [], [less, more])
    assert ways[0].elsewhere is more
    assert [way.step for way in ways] == [Step.ELSEWHERE, Step.WINDOWS, Step.ORDER, Step.REFER]


def test_with_only_a_one_to_one_session_missing_nobody_is_sent_away():
    assert steps(Answer((week(540, missed=1),))) == [Step.VISIT, Step.WINDOWS]


def test_a_full_group_shows_the_wait_list_and_a_narrow_window_the_window():
    full = (group("skills", "skills", (0, 2, 4), 540, 180, cap=1, taken=1),)
    answer = find_weeks(ask(running=full))
    assert answer.placements == ()
    assert steps(answer, answer.misses)[0] == Step.WAIT
    narrow = replace(ANA, windows=tuple(Span(day, 540, 600) for day in range(6)))
    answer = find_weeks(ask(narrow, running=DAY))
    assert answer.placements == ()
    ways = next_steps(answer, answer.misses, [])
    assert ways[0].step is Step.WINDOWS
    assert ways[0].miss is not None


def test_weeks_that_would_give_the_whole_dose_are_found_beside_one_that_gives_a_part():
    client = replace(ANA, dose=Dose(300, 540, 1140))
    running = (
        group("skills", "skills", (0, 2, 4), 540, 120),
        group("process", "process", (0, 2, 4), 660, 60, cap=1, taken=1),
    )
    question = ask(client, running=running)
    answer = find_weeks(question)
    assert (answer.placements[0].minutes, fit_of(answer)) == (360, Fit.PART)
    found = mended_weeks(question, steps=STEPS)
    assert [(one.minutes, {why.code for why in one.forbidden_by}) for one in found] == [(540, {"seat"})]
    assert steps(answer, found) == [Step.WAIT, Step.WINDOWS, Step.ORDER, Step.REFER]
