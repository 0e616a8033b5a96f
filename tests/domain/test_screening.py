"""The public screener: six suggestions, and what must hold whatever is answered or skipped."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiop import catalog
from openiop.domain.findings import Finding, Kind, Value
from openiop.domain.levelofcare import determine
from openiop.domain.screening import Asker, Suggestion, check_screener, result_data, suggest

SCREENER = catalog.screener("iop-fit")
CRITERIA = catalog.criteria(*SCREENER.criteria)
CALM = dict(catalog.load("criteria", "open-screener").body["example_bases"]["calm"])
ON = date(2026, 11, 25)
SAFETY = [key for key, finding in CRITERIA.findings.items() if finding.safety]


def said(answers: dict[str, Value]) -> Suggestion:
    return suggest(determine(CRITERIA, answers, on=ON)).suggestion


@pytest.mark.parametrize(
    ("change", "suggestion"),
    [
        ({}, Suggestion.IOP_MAY_FIT),
        ({"trouble": 1, "daily": 1, "care_now": "weekly_helps"}, Suggestion.WEEKLY_MAY_BE_ENOUGH),
        ({"trouble": 3, "daily": 3}, Suggestion.MORE_THAN_IOP_LIKELY),
        ({"fainting": True}, Suggestion.MEDICAL_CHECK_FIRST),
        ({"home": "unsafe"}, Suggestion.CLINICIAN_TODAY),
        ({"needs_24h": True}, Suggestion.CLINICIAN_TODAY),
        ({"chest_pain": True}, Suggestion.EMERGENCY_NOW),
        ({"cssrs_q2": True, "cssrs_q4": True}, Suggestion.EMERGENCY_NOW),
        ({"harm_others": True}, Suggestion.EMERGENCY_NOW),
    ],
)
def test_each_of_the_six_is_reached(change: dict[str, Value], suggestion: Suggestion) -> None:
    assert said({**CALM, **change}) is suggestion


@pytest.mark.parametrize("key", [key for key in SAFETY if key in CALM])
def test_a_skipped_safety_answer_sends_to_a_clinician(key: str) -> None:
    answers = {name: value for name, value in CALM.items() if name != key}
    assert said(answers) is Suggestion.CLINICIAN_TODAY


def test_nothing_answered_sends_to_a_clinician() -> None:
    assert said({}) is Suggestion.CLINICIAN_TODAY


def test_skipping_everything_that_is_no_safety_question_still_offers_an_assessment() -> None:
    assert said({key: CALM[key] for key in SAFETY if key in CALM}) is Suggestion.IOP_MAY_FIT


def test_several_reasons_say_the_most_urgent_and_name_the_rest() -> None:
    result = suggest(determine(CRITERIA, {**CALM, "fainting": True, "home": "unsafe"}, on=ON))
    assert result.suggestion is Suggestion.CLINICIAN_TODAY
    assert result.also == (Suggestion.MEDICAL_CHECK_FIRST,)
    assert result.then is Suggestion.IOP_MAY_FIT


def test_every_question_can_be_asked_about_somebody_else() -> None:
    assert check_screener(SCREENER, CRITERIA) == []
    assert (
        SCREENER.question(CRITERIA, "home", Asker.MY_CHILD).en == "Is the place where the person sleeps safe?"
    )


def test_the_result_names_answers_and_never_a_score_or_a_diagnosis() -> None:
    result = suggest(determine(CRITERIA, {**CALM, "fainting": True}, on=ON))
    data = result_data(result, SCREENER, CRITERIA, "es")
    assert data["suggestion"] == "medical_check_first"
    assert data["title"] == "Es probable que primero haga falta una revisión médica"
    assert data["reasons"][0]["answers"][0] == {
        "key": "fainting",
        "question": "¿Se desmayó, o casi, en las últimas dos semanas?",
        "answer": "sí",
    }
    assert {"score", "diagnosis", "points"} & set(data) == set()


def answers_to(finding: Finding) -> st.SearchStrategy[Any]:
    match finding.kind:
        case Kind.BOOL:
            return st.booleans()
        case Kind.CHOICE:
            return st.sampled_from([option.key for option in finding.options])
        case _:
            assert finding.low is not None
            assert finding.high is not None
            return st.integers(int(finding.low), int(finding.high))


ANSWERED = st.fixed_dictionaries(
    {}, optional={key: answers_to(finding) for key, finding in CRITERIA.findings.items()}
)
MOSTLY_CALM = ANSWERED.map(lambda changed: {**CALM, **changed})


@given(MOSTLY_CALM | ANSWERED, st.data())
def test_a_worse_answer_lowers_neither_urgency_nor_suggestion(answers: dict[str, Value], data: Any) -> None:
    keys = [key for key in answers if CRITERIA.findings[key].worse != "none"]
    if not keys:
        return
    key = data.draw(st.sampled_from(keys))
    finding = CRITERIA.findings[key]
    other = data.draw(answers_to(finding))
    better, worse = sorted((answers[key], other), key=finding.rank)
    before = suggest(determine(CRITERIA, {**answers, key: better}, on=ON))
    after = suggest(determine(CRITERIA, {**answers, key: worse}, on=ON))
    assert after.urgency.rank >= before.urgency.rank
    assert after.suggestion.rank >= before.suggestion.rank


@given(MOSTLY_CALM | ANSWERED, st.data())
def test_skipping_never_lowers_the_urgency_nor_lets_a_program_fit(
    answers: dict[str, Value], data: Any
) -> None:
    before = determine(CRITERIA, answers, on=ON)
    # An answer to a question that need not have been asked still counts, but nobody skips such a question.
    asked = [key for key in answers if key not in before.unasked]
    if not asked:
        return
    key = data.draw(st.sampled_from(asked))
    after = suggest(determine(CRITERIA, {k: v for k, v in answers.items() if k != key}, on=ON))
    assert after.urgency.rank >= suggest(before).urgency.rank
    if key in SAFETY and key not in CRITERIA.applies:
        assert after.suggestion.rank >= Suggestion.CLINICIAN_TODAY.rank
