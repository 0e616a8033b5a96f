"""The closed operators: three-valued, with the findings that decided and those that still could."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiop.domain.errors import InvalidInput
from openiop.domain.findings import Facts, Finding, Kind, Option, Value, Worse
from openiop.domain.rules import Outcome, Truth
from openiop.domain.rules_reading import Reader
from openiop.domain.text import Text

ON = date(2026, 11, 23)
T = Text("t", "t")
CHOICES = tuple(Option(key, T) for key in ("low", "mid", "top"))
FINDINGS = {
    "a": Finding("a", Kind.BOOL, "g", T, worse=Worse.YES),
    "b": Finding("b", Kind.BOOL, "g", T, worse=Worse.YES),
    "c": Finding("c", Kind.BOOL, "g", T, worse=Worse.YES),
    "n": Finding("n", Kind.INT, "g", T, low=0, high=4, worse=Worse.HIGHER),
    "m": Finding("m", Kind.INT, "g", T, low=0, high=4, worse=Worse.HIGHER),
    "x": Finding("x", Kind.NUMBER, "g", T, low=0, high=10, worse=Worse.LOWER),
    "k": Finding("k", Kind.CHOICE, "g", T, options=CHOICES, worse=Worse.LAST),
    "d": Finding("d", Kind.DATE, "g", T, worse=Worse.OLDER),
}
READER = Reader(FINDINGS, {})
BOUNDS = {"n": (0, 4), "m": (0, 4)}


def weigh(rule: Mapping[str, Any], *, idle: tuple[str, ...] = (), **values: Value) -> Outcome:
    return READER.read(rule, "rule").weigh(Facts(values, frozenset(idle), ON, BOUNDS))


def truth(rule: Mapping[str, Any], **values: Any) -> Truth:
    return weigh(rule, **values).truth


def test_a_test_of_an_unknown_finding_is_unknown_and_names_it() -> None:
    assert weigh({"is": "a"}) == Outcome(Truth.UNKNOWN, (), ("a",))


def test_a_question_that_does_not_apply_is_false_both_ways() -> None:
    assert truth({"is": "a"}, idle=("a",)) is Truth.FALSE
    assert truth({"is_not": "a"}, idle=("a",)) is Truth.FALSE
    assert truth({"within_days": ["d", 7]}, idle=("d",)) is Truth.FALSE


def test_a_given_answer_counts_even_where_the_question_does_not_apply() -> None:
    assert truth({"is": "a"}, idle=("a",), a=True) is Truth.TRUE


def test_any_is_true_by_its_true_parts_alone() -> None:
    rule = {"any": [{"is": "a"}, {"is": "b"}, {"is": "c"}]}
    assert weigh(rule, a=True, c=False) == Outcome(Truth.TRUE, ("a",), ())
    assert weigh(rule, a=False) == Outcome(Truth.UNKNOWN, (), ("b", "c"))
    assert weigh(rule, a=False, b=False, c=False) == Outcome(Truth.FALSE, ("a", "b", "c"), ())


def test_all_is_false_by_its_false_parts_alone() -> None:
    rule = {"all": [{"is": "a"}, {"is": "b"}]}
    assert weigh(rule, a=False) == Outcome(Truth.FALSE, ("a",), ())
    assert weigh(rule, a=True) == Outcome(Truth.UNKNOWN, (), ("b",))
    assert weigh(rule, a=True, b=True) == Outcome(Truth.TRUE, ("a", "b"), ())


def test_not_keeps_unknown_unknown() -> None:
    assert truth({"not": {"is": "a"}}) is Truth.UNKNOWN
    assert truth({"not": {"is": "a"}}, a=True) is Truth.FALSE
    assert truth({"not": {"is": "a"}}, a=False) is Truth.TRUE


@pytest.mark.parametrize(
    ("op", "expected"),
    [
        (">=", [False, True, True]),
        (">", [False, False, True]),
        ("<=", [True, True, False]),
        ("<", [True, False, False]),
        ("==", [False, True, False]),
        ("!=", [True, False, True]),
    ],
)
def test_comparisons_around_their_value(op: str, expected: list[bool]) -> None:
    got = [truth({"compare": ["n", op, 2]}, n=value) is Truth.TRUE for value in (1, 2, 3)]
    assert got == expected


def test_decimal_thresholds_are_exact_at_the_written_value() -> None:
    assert truth({"compare": ["x", "<", 3.2]}, x=3.2) is Truth.FALSE
    assert truth({"compare": ["x", "<", 3.2]}, x=3.1) is Truth.TRUE


def test_in_looks_for_members() -> None:
    assert truth({"in": ["k", ["mid", "top"]]}, k="top") is Truth.TRUE
    assert truth({"in": ["k", ["mid", "top"]]}, k="low") is Truth.FALSE
    assert truth({"in": ["n", [0, 4]]}, n=4) is Truth.TRUE


def test_count_decides_as_soon_as_it_can() -> None:
    rule = {"count": {"of": [{"is": "a"}, {"is": "b"}, {"is": "c"}], "at_least": 2}}
    assert weigh(rule, a=True, b=True) == Outcome(Truth.TRUE, ("a", "b"), ())
    assert weigh(rule, a=False, b=False) == Outcome(Truth.FALSE, ("a", "b"), ())
    assert weigh(rule, a=True) == Outcome(Truth.UNKNOWN, (), ("b", "c"))


def test_sum_uses_the_bounds_of_what_is_unknown() -> None:
    rule = {"sum": {"of": ["n", "m"], "op": ">=", "value": 5}}
    assert weigh(rule, n=0) == Outcome(Truth.FALSE, ("n",), ())
    assert weigh(rule, n=1) == Outcome(Truth.UNKNOWN, (), ("m",))
    assert weigh(rule, n=4, m=1) == Outcome(Truth.TRUE, ("n", "m"), ())
    assert truth(rule, n=4, idle=("m",)) is Truth.FALSE
    assert truth({"sum": {"of": ["n", "m"], "op": "==", "value": 9}}, n=1) is Truth.UNKNOWN
    assert truth({"sum": {"of": ["x", "n"], "op": ">=", "value": 5}}, n=4) is Truth.UNKNOWN


def test_known_is_never_unknown() -> None:
    assert truth({"known": "a"}) is Truth.FALSE
    assert truth({"known": "a"}, a=False) is Truth.TRUE


@pytest.mark.parametrize(
    ("day", "within", "older"), [(16, Truth.TRUE, Truth.FALSE), (15, Truth.FALSE, Truth.TRUE)]
)
def test_days_count_from_the_assessment(day: int, within: Truth, older: Truth) -> None:
    on = date(2026, 11, day)
    assert truth({"within_days": ["d", 7]}, d=on) is within
    assert truth({"older_than_days": ["d", 7]}, d=on) is older


def test_a_named_condition_is_the_condition_itself() -> None:
    named = {"either": READER.read({"any": [{"is": "a"}, {"is": "b"}]}, "x")}
    rule = Reader(FINDINGS, named).read({"not": {"ref": "either"}}, "x")
    assert rule.weigh(Facts({"a": True})).truth is Truth.FALSE
    assert list(rule.keys()) == ["a", "b"]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("a", "rule: a condition is a mapping with exactly one operator."),
        ({"is": "a", "any": []}, "rule: a condition is a mapping with exactly one operator."),
        ({"eval": "a"}, "rule: there is no operator 'eval'"),
        ({"is": "zz"}, "rule.is: there is no finding 'zz'."),
        ({"is": "n"}, "rule.is: n is not a yes/no finding."),
        ({"any": []}, "rule.any: give a list with at least one condition."),
        ({"all": [{"is": "a"}, {"is": "zz"}]}, "rule.all[1].is: there is no finding 'zz'."),
        ({"compare": ["n", ">="]}, "rule.compare: give [finding, comparison, value]."),
        ({"compare": ["n", "=>", 2]}, "rule.compare: '=>' is not one of"),
        ({"compare": ["a", ">=", 2]}, "rule.compare: a is not a number; use is or in."),
        ({"compare": ["n", ">=", 9]}, "rule.compare: give a whole number from 0 to 4"),
        ({"compare": ["n", ">=", None]}, "compare with a value, not with null."),
        ({"in": ["k", ["best"]]}, "rule.in: give one of low, mid, top"),
        ({"in": ["k", []]}, "rule.in: give [finding, [value, ...]]."),
        ({"in": ["a", [True]]}, "rule.in: a is neither a choice nor a whole number."),
        ({"count": {"of": [{"is": "a"}], "at_least": 2}}, "rule.count: at_least must be from 1 to 1."),
        ({"count": []}, "rule.count: give {of: [...], at_least: n}."),
        ({"sum": {"of": ["a"], "op": ">=", "value": 1}}, "rule.sum: only number findings can be summed."),
        ({"sum": {"of": ["n"], "op": "~", "value": 1}}, "rule.sum: op is one of"),
        ({"sum": 3}, "rule.sum: give {of:"),
        ({"within_days": ["n", 7]}, "rule.within_days: n is not a date."),
        ({"older_than_days": ["d", -1]}, "rule.older_than_days: give [date finding, days]."),
        ({"ref": "later"}, "rule.ref: there is no condition named 'later' before this place."),
    ],
)
def test_a_mistake_in_a_rule_is_named_with_its_place(rule: Any, words: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        READER.read(rule, "rule")
    assert words in raised.value.message


LEAVES = st.sampled_from([{"is": "a"}, {"is_not": "b"}, {"is": "c"}, {"compare": ["n", ">=", 2]}])
RULES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        inner.map(lambda part: {"not": part}),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"count": {"of": parts, "at_least": 2}}),
    ),
    max_leaves=8,
)
ANSWERS = st.fixed_dictionaries(
    {}, optional={"a": st.booleans(), "b": st.booleans(), "c": st.booleans(), "n": st.integers(0, 4)}
)


@given(RULES, ANSWERS, st.sampled_from("abcn"))
def test_forgetting_an_answer_never_turns_true_into_false_or_back(
    rule: dict[str, Any], answers: dict[str, Any], key: str
) -> None:
    before = truth(rule, **answers)
    after = truth(rule, **{name: value for name, value in answers.items() if name != key})
    assert after in (before, Truth.UNKNOWN)


@given(RULES, ANSWERS)
def test_a_known_truth_has_only_known_evidence_and_an_unknown_one_names_what_is_missing(
    rule: dict[str, Any], answers: dict[str, Any]
) -> None:
    found = weigh(rule, **answers)
    assert set(found.because) <= set(answers)
    assert not set(found.missing) & set(answers)
    assert bool(found.missing) is (found.truth is Truth.UNKNOWN)
