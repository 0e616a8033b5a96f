"""A criteria set that could break the engine's promises is refused before anyone relies on it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from openiop import catalog
from openiop.domain.errors import InvalidInput
from openiop.domain.levelofcare import check_criteria, read_criteria, read_examples, run_example

BODY = catalog.load("criteria", "open-loc").body


def thawed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: thawed(item) for key, item in value.items()}
    return [thawed(item) for item in value] if isinstance(value, tuple) else copy.copy(value)


def row(rows: list[dict[str, Any]], name: str, key: str = "id") -> dict[str, Any]:
    return next(item for item in rows if item[key] == name)


def changed(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    body: dict[str, Any] = thawed(BODY)
    change(body)
    return body


def set_rule(id_: str, **values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda body: row(body["rules"], id_).update(values)


def set_finding(key: str, **values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda body: row(body["findings"], key, "key").update(values)


def test_the_set_that_ships_is_sound() -> None:
    assert check_criteria(read_criteria(BODY)) == []


@pytest.mark.parametrize("example", read_examples(BODY), ids=lambda example: example.name)
def test_every_worked_example_holds(example: Any) -> None:
    assert run_example(catalog.criteria("open-loc"), example) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            set_rule("ALC-W1", when={"compare": ["ciwa_ar", "<", 10]}),
            "ALC-W1: a worse answer to ciwa_ar could switch the rule off.",
        ),
        (
            set_rule("ALC-W1", when={"compare": ["ciwa_ar", "==", 10]}),
            "ALC-W1: a worse answer to ciwa_ar could switch the rule off.",
        ),
        (
            set_rule("HOM-H", when={"is_not": "harm_others"}),
            "HOM-H: a worse answer to harm_others could switch the rule off.",
        ),
        (
            set_rule("HOM-H", when={"not": {"is": "harm_others"}}),
            "HOM-H: a worse answer to harm_others could switch the rule off.",
        ),
        (
            set_rule("HOM-H", when={"known": "harm_others"}),
            "HOM-H: a worse answer to harm_others could switch the rule off.",
        ),
        (
            set_rule("NSSI-2", when={"in": ["self_harm", ["recent"]]}),
            "NSSI-2: a worse answer to self_harm could switch the rule off.",
        ),
        (
            set_rule("ED-CLR", when={"within_days": ["clearance_date", 7]}),
            "ED-CLR: a worse answer to clearance_date could switch the rule off.",
        ),
        (
            set_rule("OPI-F", when={"not": {"is": "on_moud"}}),
            "OPI-F: on_moud is not asked of everybody and stands under not; use is_not.",
        ),
        (
            set_rule("NEED-I1", kind="safety"),
            "NEED-I1: a safety rule rests on d_daily, which is not marked safety.",
        ),
        (
            set_rule("NEED-B2", when={"sum": {"of": ["d_body", "hr_awake"], "op": ">=", "value": 3}}),
            "NEED-B2: a worse answer to hr_awake could switch the rule off.",
        ),
        (set_rule("SUI-L1", urgency="routine", actions=[]), "SUI-L1: the rule has no effect."),
        (
            set_rule("HOM-H", because={"en": "{age}", "es": "x"}),
            "HOM-H: the words name {age}, which the rule does not weigh.",
        ),
        (
            set_finding("cssrs_q3", asked_when={"is_not": "cssrs_q2"}),
            "cssrs_q3: a worse answer to cssrs_q2 could stop the question from being asked.",
        ),
        (
            set_finding("cssrs_q2", safety=False),
            "cssrs_q3: whether it is asked rests on cssrs_q2, which is not marked safety.",
        ),
        (
            set_rule("ED-CLR", when={"older_than_days": ["clearance_date", 7]}),
            "clearance_date: a worse answer to clearance could stop the question from being asked.",
        ),
        (lambda body: body["levels"].pop(0), "levels: outpatient has no words."),
        (set_rule("HOM-H", actions=["emergency_path"]), "actions: duty_to_protect is asked for by no rule."),
    ],
)
def test_a_set_that_could_break_a_promise_is_named(
    change: Callable[[dict[str, Any]], None], problem: str
) -> None:
    assert problem in check_criteria(read_criteria(changed(change)))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (set_rule("HOM-H", population="nobody"), "rules[7].population: there is no population nobody."),
        (set_rule("HOM-H", actions=["pray"]), "rules[7].actions: there is no action pray."),
        (set_rule("HOM-H", id="SUI-H1"), "rules: SUI-H1 stands twice."),
        (set_rule("HOM-H", when={"is": "harm_other"}), "rules[7].when.is: there is no finding 'harm_other'."),
        (set_finding("age", worse="yes"), "findings[0].worse: a int cannot grow worse by yes."),
        (set_finding("age", group="x"), "findings[0].group: there is no group x."),
        (set_finding("self_harm", options=[]), "options: a choice needs its answers."),
        (
            set_finding("cssrs_q1", asked_when={"is": "cssrs_q2"}),
            "findings[1].asked_when.is: there is no finding 'cssrs_q2'.",
        ),
        (lambda body: body["findings"].append(body["findings"][0]), "key: age stands twice."),
        (
            lambda body: body["conditions"][-1].update(before="nothing"),
            "`before` must name a finding, in the order of the findings.",
        ),
    ],
)
def test_a_set_that_makes_no_sense_is_not_read(change: Callable[[dict[str, Any]], None], words: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        read_criteria(changed(change))
    assert words in raised.value.message


def test_an_example_that_does_not_hold_says_what_differs() -> None:
    body = changed(lambda _: None)
    body["examples"] = [
        {
            "name": "Wrong in every way",
            "base": "adult",
            "on": "2026-11-23",
            "expect": {
                "level": "php",
                "rules": ["NEED-P1"],
                "not_rules": ["NEED-I1"],
                "missing": ["age"],
                "actions": ["naloxone"],
            },
        }
    ]
    assert run_example(read_criteria(body), read_examples(body)[0]) == [
        "Wrong in every way: level is iop, not php.",
        "Wrong in every way: NEED-P1 did not fire.",
        "Wrong in every way: NEED-I1 fired.",
        "Wrong in every way: age is not missing.",
        "Wrong in every way: naloxone is not asked for.",
    ]


def test_an_example_with_wrong_input_says_so() -> None:
    body = changed(lambda _: None)
    body["examples"] = [
        {"name": "Typo", "on": "2026-11-23", "findings": {"agee": 3}, "expect": {"level": "iop"}}
    ]
    assert run_example(read_criteria(body), read_examples(body)[0]) == [
        "Typo: findings.agee: there is no such finding. Did you mean age?"
    ]
    body["examples"][0]["base"] = "nobody"
    with pytest.raises(InvalidInput, match="there is no base nobody"):
        read_examples(body)
