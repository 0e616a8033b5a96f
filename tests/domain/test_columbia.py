"""The Columbia screener: skip logic and triage over every legal state."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiop import catalog
from openiop.domain.columbia import QUESTIONS, Risk, asked_questions, triage
from openiop.domain.findings import Facts
from openiop.domain.rules import Truth

ORDER = list(Risk)


def legal_states() -> list[dict[str, bool]]:
    """The 54 ways the screener can be filled: 3-5 only after a yes to 2, 6b only after a yes to 6."""
    states = []
    for q1, q2, q6 in product((False, True), repeat=3):
        for more in product((False, True), repeat=3) if q2 else [()]:
            for recent in (False, True) if q6 else (None,):
                state = {"cssrs_q1": q1, "cssrs_q2": q2, "cssrs_q6": q6}
                state |= dict(zip(("cssrs_q3", "cssrs_q4", "cssrs_q5"), more, strict=False))
                states.append(state if recent is None else {**state, "cssrs_q6_recent": recent})
    return states


def test_all_54_states_split_as_columbia_does() -> None:
    found = [triage(state) for state in legal_states()]
    assert len(found) == 54
    assert Counter(result.risk for result in found) == {
        Risk.HIGH: 42,
        Risk.MODERATE: 8,
        Risk.LOW: 3,
        Risk.NONE: 1,
    }
    assert all(result.is_complete and result.could_be is result.risk for result in found)


@pytest.mark.parametrize(
    ("yes", "risk"),
    [
        ((), Risk.NONE),
        (("cssrs_q1",), Risk.LOW),
        (("cssrs_q2",), Risk.LOW),
        (("cssrs_q2", "cssrs_q3"), Risk.MODERATE),
        (("cssrs_q2", "cssrs_q4"), Risk.HIGH),
        (("cssrs_q2", "cssrs_q5"), Risk.HIGH),
        (("cssrs_q6",), Risk.MODERATE),
        (("cssrs_q6", "cssrs_q6_recent"), Risk.HIGH),
    ],
)
def test_each_answer_alone(yes: tuple[str, ...], risk: Risk) -> None:
    assert triage({key: key in yes for key in QUESTIONS}).risk is risk


def test_questions_come_in_order_and_only_when_called_for() -> None:
    assert asked_questions({}) == ("cssrs_q1", "cssrs_q2", "cssrs_q6")
    assert asked_questions({"cssrs_q2": True}) == QUESTIONS[:6]
    assert asked_questions({"cssrs_q2": False, "cssrs_q6": True}) == (
        "cssrs_q1",
        "cssrs_q2",
        "cssrs_q6",
        "cssrs_q6_recent",
    )


def test_an_unfinished_screener_never_looks_calm() -> None:
    result = triage({"cssrs_q1": False, "cssrs_q2": None, "cssrs_q6": False})
    assert (result.risk, result.could_be, result.unanswered) == (Risk.NONE, Risk.HIGH, ("cssrs_q2",))


def test_an_answer_to_a_skipped_question_counts() -> None:
    state = {"cssrs_q1": False, "cssrs_q2": False, "cssrs_q4": True, "cssrs_q6": False}
    assert triage(state).risk is Risk.HIGH


STATES = st.fixed_dictionaries({key: st.sampled_from([True, False, None]) for key in QUESTIONS})


@given(STATES, st.sampled_from(QUESTIONS))
def test_a_yes_never_lowers_and_unknown_is_between_no_and_yes(
    state: dict[str, bool | None], key: str
) -> None:
    no, unknown, yes = (triage({**state, key: value}) for value in (False, None, True))
    assert ORDER.index(no.risk) <= ORDER.index(yes.risk)
    assert ORDER.index(unknown.risk) <= ORDER.index(yes.risk)
    assert ORDER.index(yes.could_be) >= ORDER.index(no.could_be)
    for result in (no, unknown, yes):
        assert ORDER.index(result.risk) <= ORDER.index(result.could_be)


def test_the_criteria_rows_agree_with_the_triage_in_every_state() -> None:
    rows = {rule.id: rule.when for rule in catalog.criteria("open-loc").rules}
    for state in legal_states():
        facts = Facts(state, frozenset(QUESTIONS) - set(state))
        holds = {row: rows[row].weigh(facts).truth is Truth.TRUE for row in rows if row.startswith("SUI-")}
        by_rows = (
            Risk.HIGH
            if holds["SUI-H1"] or holds["SUI-H2"]
            else Risk.MODERATE
            if holds["SUI-M1"]
            else Risk.LOW
            if holds["SUI-L1"]
            else Risk.NONE
        )
        assert by_rows is triage(state).risk
