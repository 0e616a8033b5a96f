"""What a plan lacks: an objective is measurable when two people would agree whether it was reached."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from openiop.domain.treatment import Plan
from openiop.domain.treatment.gaps import Gap, Lack, gaps_of, is_code, may_be_signed, says_how_much
from tests.domain.treatment.plans import GOAL, OBJECTIVE, PLAN, PROBLEM, STEP, TODAY


def with_objective(**change):
    return replace(PLAN, goals=(replace(GOAL, objectives=(replace(OBJECTIVE, **change),)),))


def lacks(plan, **options):
    return [(gap.lack, gap.key) for gap in gaps_of(plan, today=TODAY, **options)]


def test_a_whole_plan_lacks_nothing():
    assert gaps_of(PLAN, today=TODAY, ordered=("psychoed",)) == ()


def test_an_empty_plan_says_what_to_begin_with():
    assert lacks(Plan()) == [
        (Lack.NO_PROBLEM, ""), (Lack.NO_GOAL, ""), (Lack.NO_STRENGTHS, ""), (Lack.NO_DONE_WHEN, ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "lack"),
    [
        ({"words": ""}, Lack.OBJECTIVE_NO_WORDS),
        ({"measure": ""}, Lack.OBJECTIVE_NO_MEASURE),
        ({"baseline": ""}, Lack.OBJECTIVE_NO_BASELINE),
        ({"target": ""}, Lack.OBJECTIVE_NO_TARGET),
        ({"target": "feel better"}, Lack.OBJECTIVE_VAGUE_TARGET),
        ({"by": None}, Lack.OBJECTIVE_NO_DAY),
        ({"by": TODAY}, Lack.OBJECTIVE_PAST),
        ({"by": date(2027, 3, 4)}, Lack.OBJECTIVE_FAR),
        ({"interventions": ()}, Lack.OBJECTIVE_NO_STEP),
    ],
)
def test_measurable_is_words_measure_start_target_day_and_a_step(change, lack):
    assert lacks(with_objective(**change)) == [(lack, "o1")]


@pytest.mark.parametrize(
    ("change", "lack"),
    [
        ({"service": ""}, Lack.STEP_NO_SERVICE),
        ({"times": None}, Lack.STEP_NO_TIMES),
        ({"who": ""}, Lack.STEP_NO_WHO),
    ],
)
def test_a_step_says_which_service_how_often_and_who(change, lack):
    plan = with_objective(interventions=(replace(STEP, **change),))
    assert lacks(plan) == [(lack, "i1")]


def test_the_day_of_an_objective_that_was_reached_may_lie_in_the_past():
    past = with_objective(by=TODAY)
    assert lacks(past) == [(Lack.OBJECTIVE_PAST, "o1")]
    assert lacks(past, met={"o1"}) == []


def test_the_thread_runs_from_problem_to_goal_to_objective():
    loose = replace(PLAN, goals=(replace(GOAL, problem="gone", objectives=()),))
    assert lacks(loose) == [
        (Lack.PROBLEM_NO_GOAL, "p1"), (Lack.GOAL_NO_PROBLEM, "g1"), (Lack.GOAL_NO_OBJECTIVE, "g1"),
    ]  # fmt: skip


def test_a_diagnosis_is_written_as_icd_10_cm_writes_it():
    assert [is_code(code) for code in ("F33.1", "F50.010", "F32.A", "R45.88", "F39")] == [True] * 5
    assert [is_code(code) for code in ("f33.1", "F33.", "U07.1", "depression", "F3", "F33.12345")] == [
        False
    ] * 6
    assert lacks(replace(PLAN, problems=(replace(PROBLEM, code="Z"),))) == [(Lack.PROBLEM_BAD_CODE, "p1")]


@pytest.mark.parametrize(
    ("target", "known"),
    [
        ("5 a week", True), ("none for two weeks", True), ("each time", True), ("ninguno en catorce", True),
        ("Ninguna vez", True), ("feel better", False), ("more often", False), ("", False),
    ],
)  # fmt: skip
def test_a_target_says_how_much(target, known):
    assert says_how_much(target) is known


def test_what_is_done_should_be_ordered_and_what_is_ordered_should_serve_an_objective():
    found = gaps_of(PLAN, today=TODAY, ordered=("process",))
    assert found == (
        Gap(Lack.STEP_NOT_ORDERED, "i1", "psychoed"),
        Gap(Lack.ORDERED_UNUSED, "", "process"),
    )
    assert may_be_signed(found)


def test_a_lack_of_substance_prevents_the_signature():
    assert not may_be_signed(gaps_of(with_objective(target=""), today=TODAY))
    assert may_be_signed(gaps_of(with_objective(baseline=""), today=TODAY))
