"""Answers are typed; null is unknown; a wrong answer is named with its path."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from openiop.domain.errors import InvalidInput
from openiop.domain.findings import Finding, Kind, Option, Worse
from openiop.domain.text import Text

ON = date(2026, 11, 23)
T = Text("Pulse", "Pulso")
BOOL = Finding("b", Kind.BOOL, "g", T, worse=Worse.YES)
INT = Finding("i", Kind.INT, "g", T, unit="/min", low=15, high=220, worse=Worse.LOWER)
NUMBER = Finding("f", Kind.NUMBER, "g", T, low=1, high=10, worse=Worse.LOWER)
CHOICE = Finding(
    "c",
    Kind.CHOICE,
    "g",
    T,
    options=(Option("none", Text("none", "nada")), Option("daily", Text("daily", "a diario"))),
    worse=Worse.LAST,
)
DATE = Finding("d", Kind.DATE, "g", T, worse=Worse.OLDER)


@pytest.mark.parametrize(
    ("finding", "raw", "value"),
    [
        (BOOL, True, True),
        (BOOL, False, False),
        (INT, 50, 50),
        (NUMBER, 3, 3),
        (NUMBER, 3.2, 3.2),
        (CHOICE, "daily", "daily"),
        (DATE, "2026-11-23", ON),
    ],
)
def test_a_right_answer_is_read(finding: Finding, raw: Any, value: Any) -> None:
    got = finding.read(raw, path="findings.x", on=ON)
    assert got == value
    assert type(got) is type(value)
    assert finding.to_plain(got) == raw


@pytest.mark.parametrize("finding", [BOOL, INT, NUMBER, CHOICE, DATE])
def test_null_is_unknown(finding: Finding) -> None:
    assert finding.read(None, path="findings.x", on=ON) is None
    assert finding.words(None).en == "not known"


@pytest.mark.parametrize(
    ("finding", "raw", "words"),
    [
        (BOOL, "yes", "findings.x: give true, false, or null for unknown; got 'yes'."),
        (BOOL, 1, "findings.x: give true, false, or null for unknown; got 1."),
        (INT, True, "findings.x: give a whole number, or null for unknown; got True."),
        (INT, 50.5, "findings.x: give a whole number, or null for unknown; got 50.5."),
        (INT, "50", "findings.x: give a whole number, or null for unknown; got '50'."),
        (INT, 14, "findings.x: give a whole number from 15 to 220 /min; got 14."),
        (INT, 221, "findings.x: give a whole number from 15 to 220 /min; got 221."),
        (NUMBER, float("nan"), "findings.x: give a number, or null for unknown; got nan."),
        (NUMBER, [3], "findings.x: give a number, or null for unknown; got a list."),
        (NUMBER, 0.5, "findings.x: give a number from 1 to 10; got 0.5."),
        (CHOICE, "Daily", "findings.x: give one of none, daily, or null for unknown; got 'Daily'."),
        (CHOICE, 3, "findings.x: give one of none, daily, or null for unknown; got 3."),
        (DATE, "23.11.2026", "findings.x: give a date as YYYY-MM-DD, or null for unknown; got '23.11.2026'."),
        (DATE, 5, "findings.x: give a date as YYYY-MM-DD, or null for unknown; got 5."),
        (DATE, "2026-11-24", "findings.x: 2026-11-24 is after the day of the assessment (2026-11-23)."),
    ],
)
def test_a_wrong_answer_is_named_with_its_path(finding: Finding, raw: Any, words: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        finding.read(raw, path="findings.x", on=ON)
    assert raised.value.message == words
    assert raised.value.field == "findings.x"


def test_a_long_wrong_answer_is_cut_short() -> None:
    with pytest.raises(InvalidInput) as raised:
        BOOL.read("x" * 5000, path="findings.x", on=ON)
    assert len(raised.value.message) < 150


def test_answers_have_words_in_both_languages() -> None:
    assert BOOL.words(True) == Text("yes", "sí")
    assert BOOL.words(False) == Text("no", "no")
    assert INT.words(49).en == "49 /min"
    assert NUMBER.words(3.0).en == "3"
    assert CHOICE.words("daily").es == "a diario"
    assert DATE.words(ON).es == "2026-11-23"


@pytest.mark.parametrize(
    ("finding", "better", "worse"),
    [
        (BOOL, False, True),
        (Finding("b", Kind.BOOL, "g", T, worse=Worse.NO), True, False),
        (INT, 60, 50),
        (Finding("i", Kind.INT, "g", T, worse=Worse.HIGHER), 1, 2),
        (CHOICE, "none", "daily"),
        (DATE, ON, date(2026, 11, 1)),
    ],
)
def test_a_worse_answer_ranks_higher(finding: Finding, better: Any, worse: Any) -> None:
    assert finding.rank(worse) > finding.rank(better)


def test_an_answer_without_direction_ranks_nowhere() -> None:
    assert Finding("i", Kind.INT, "g", T).rank(99) == 0.0


@pytest.mark.parametrize(
    ("finding", "calm", "others"),
    [
        (BOOL, [False], [True]),
        (replace(BOOL, worse=Worse.NO), [True], [False]),
        (INT, [220], [15, 219]),
        (replace(NUMBER, worse=Worse.HIGHER), [1], [1.1, 10]),
        (CHOICE, ["none"], ["daily"]),
        (DATE, [], [ON]),
        (replace(BOOL, worse=Worse.NONE), [], [True, False]),
    ],
)
def test_an_answer_reassures_where_there_is_none_better(
    finding: Finding, calm: list[Any], others: list[Any]
) -> None:
    assert [value for value in (*calm, *others) if finding.is_calm(value)] == calm
