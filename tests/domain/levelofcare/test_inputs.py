"""Input is read strictly; the first mistake is named with its path."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openiop.domain.errors import InvalidInput
from openiop.domain.levelofcare import determine, read_inputs
from tests.domain.levelofcare.support import CRITERIA, ON


def read(payload: Any) -> Any:
    return read_inputs(CRITERIA, payload, today=ON)


def test_absent_and_null_are_both_unknown() -> None:
    assert read({"findings": {"cssrs_q1": None}}).values == read({}).values == {}


def test_the_day_is_today_unless_given() -> None:
    assert read({}).on == ON
    assert read({"context": {"on": "2026-11-01"}}).on == date(2026, 11, 1)


def test_what_the_record_knows_may_come_as_context() -> None:
    assert read({"context": {"age": 34}}).values == {"age": 34}
    assert read({"findings": {"age": 34}, "context": {"age": 34}}).values == {"age": 34}


def test_results_of_other_instruments_reach_the_rules_at_their_highest() -> None:
    rows = [
        {"instrument": "LOCUS", "level": "3", "risk_of_harm": 2, "co_morbidity": 5, "date": "2026-11-20"},
        {"instrument": "asam", "level": "3.5", "edition": "3", "rater": "Licensed rater"},
        {"instrument": "house form", "level": "blue"},
    ]
    assert read({"context": {"external_results": rows}}).values == {
        "external_risk_of_harm": 2,
        "external_highest_of_three": 5,
        "external_level": "residential",
    }


def test_of_each_instrument_the_newest_counts_and_none_that_is_too_old() -> None:
    def level(*rows: dict[str, Any]) -> Any:
        return read({"context": {"external_results": list(rows)}}).values.get("external_level")

    newer = {"instrument": "locus", "level": "3", "date": "2026-11-20"}
    older = {"instrument": "locus", "level": "6", "date": "2026-11-01"}
    assert level(newer, older) == level(older, newer) == "iop"
    assert level({**older, "date": "2026-08-25"}) == "inpatient"
    assert level({**older, "date": "2026-08-24"}) is None
    assert level(newer, {"instrument": "locus", "level": "6"}) == "inpatient"
    assert level(newer, {"instrument": "asam", "level": "3.1", "date": "2026-11-01"}) == "residential"


@pytest.mark.parametrize(
    ("payload", "words", "field"),
    [
        ([], "the input: give an object with keys and values.", "the input"),
        (
            {"finding": {}},
            "the input: there is no key 'finding' here; there are context, findings.",
            "finding",
        ),
        ({"findings": []}, "findings: give an object with keys and values.", "findings"),
        (
            {"findings": {"cwia_ar": 3}},
            "findings.cwia_ar: there is no such finding. Did you mean ciwa_ar?",
            "findings.cwia_ar",
        ),
        (
            {"findings": {"zzz": 3}},
            "findings.zzz: there is no such finding. See: openiop levelofcare schema.",
            "findings.zzz",
        ),
        (
            {"findings": {"external_risk_of_harm": 1}},
            "findings.external_risk_of_harm: there is no such finding.",
            "findings.external_risk_of_harm",
        ),
        (
            {"findings": {"cssrs_q1": "no"}},
            "findings.cssrs_q1: give true, false, or null for unknown; got 'no'.",
            "findings.cssrs_q1",
        ),
        ({"context": {"on": "yesterday"}}, "context.on: give a date as YYYY-MM-DD.", "context.on"),
        ({"context": {"on": "2026-11-24"}}, "context.on: 2026-11-24 must be from 2024-01-01", "context.on"),
        ({"context": {"on": "2023-12-31"}}, "context.on: 2023-12-31 must be from 2024-01-01", "context.on"),
        (
            {"findings": {"age": 34}, "context": {"age": 35}},
            "context.age: differs from findings.age.",
            "context.age",
        ),
        (
            {"context": {"external_results": {}}},
            "context.external_results: give a list.",
            "context.external_results",
        ),
        (
            {"context": {"external_results": [{"level": "3"}]}},
            "context.external_results[0].instrument: name the instrument, for example locus.",
            "context.external_results[0].instrument",
        ),
        (
            {"context": {"external_results": [{"instrument": "locus", "level": "9"}]}},
            "context.external_results[0].level: locus has no level '9' here; there are 1, 2, 3, 4, 5, 6.",
            "context.external_results[0].level",
        ),
        (
            {"context": {"external_results": [{"instrument": "LOCUSS", "level": "6"}]}},
            "context.external_results[0].instrument: there is no 'LOCUSS'. Did you mean locus?",
            "context.external_results[0].instrument",
        ),
        (
            {"context": {"external_results": [{"instrument": "locus", "date": "2026-11-24"}]}},
            "context.external_results[0].date: 2026-11-24 is after the day of the assessment (2026-11-23).",
            "context.external_results[0].date",
        ),
        (
            {"context": {"external_results": [{"instrument": "locus", "risk_of_harm": 6}]}},
            "context.external_results[0].risk_of_harm: give a whole number from 1 to 5.",
            "context.external_results[0].risk_of_harm",
        ),
        (
            {"context": {"external_results": [{"instrument": "locus", "score": 21}]}},
            "context.external_results[0]: there is no key 'score' here",
            "score",
        ),
        (
            {"context": {"external_results": [{"instrument": "locus", "rater": 5}]}},
            "context.external_results[0].rater: give text.",
            "context.external_results[0].rater",
        ),
    ],
)
def test_a_mistake_is_named_with_its_path(payload: Any, words: str, field: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        read(payload)
    assert raised.value.message.startswith(words)
    assert raised.value.field == field


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from([*CRITERIA.findings, "on", "external_results", "x"])


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(KEYS, JSON, max_size=5), st.dictionaries(KEYS, JSON, max_size=3))
def test_any_json_is_either_weighed_or_refused_with_a_place(findings: Any, context: Any) -> None:
    try:
        inputs = read({"findings": findings, "context": context})
    except InvalidInput as error:
        place = error.field
    else:
        place = "none"
        determine(CRITERIA, inputs.values, on=inputs.on)
    assert place
