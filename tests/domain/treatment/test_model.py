"""A plan as plain data and back, and what cannot be one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiop.domain.errors import InvalidInput
from openiop.domain.treatment import Goal, Objective, Plan, Problem, read_plan
from openiop.domain.treatment.comparing import Kind, changes, parts_of
from tests.domain.treatment.plans import PLAN

TEXTS = st.text(max_size=40).map(str.strip)


@st.composite
def plans(draw):
    keys = iter(range(1000))
    problems = tuple(
        Problem(f"k{next(keys)}", draw(TEXTS), draw(TEXTS)) for _ in range(draw(st.integers(0, 3)))
    )
    goals = tuple(
        Goal(
            f"k{next(keys)}",
            draw(TEXTS),
            "",
            (Objective(f"k{next(keys)}", draw(TEXTS), by=draw(st.dates())),),
        )
        for _ in range(draw(st.integers(0, 3)))
    )
    return Plan(problems, draw(TEXTS), draw(TEXTS), goals, draw(TEXTS))


@given(plans())
def test_plain_data_gives_the_same_plan_back(plan):
    assert read_plan(json.loads(json.dumps(plan.to_data()))) == plan


@given(plans(), plans())
def test_what_was_added_and_taken_out_is_all_told(before, after):
    assert changes(before, before) == ()
    found = changes(before, after)
    olds, news = set(parts_of(before)), set(parts_of(after))
    assert {one.key for one in found if one.key and one.kind is Kind.ADDED} == news - olds
    assert {one.key for one in found if one.key and one.kind is Kind.REMOVED} == olds - news


@pytest.mark.parametrize(
    "change",
    [
        {"strengths": 7},
        {"strengths": "x" * 2001},
        {"problems": [{"key": ""}]},
        {"problems": [{"key": "a"}, {"key": "a"}]},
        {"problems": [{"key": f"k{n}"} for n in range(21)]},
        {"goals": [{"key": "g", "objectives": [{"key": "o", "by": "soon"}]}]},
        {"goals": [{"key": "g", "objectives": [{"key": "o", "interventions": [{"key": "i", "times": 0}]}]}]},
        {
            "goals": [
                {"key": "g", "objectives": [{"key": "o", "interventions": [{"key": "i", "per": "year"}]}]}
            ]
        },
    ],
)
def test_what_cannot_be_a_plan_is_refused(change):
    with pytest.raises(InvalidInput):
        read_plan(PLAN.to_data() | change)
