"""What must hold for a criteria set before anyone relies on it: proofs over its rules, and its own examples.

The proofs make the engine's promises true by construction. A rule may not be switched off by a worse
answer, and a question that is not asked of everybody may not stand under `not`: then worse answers can
only add rules, and the highest rule wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from openiop.domain.errors import InvalidInput
from openiop.domain.findings import Finding, Kind, Value, Worse
from openiop.domain.levelofcare.deciding import determine
from openiop.domain.levelofcare.inputs import read_inputs
from openiop.domain.levelofcare.model import CriteriaSet, Level, Rule, RuleKind, Status, Urgency
from openiop.domain.levelofcare.reading import whole_condition
from openiop.domain.levelofcare.weighing import weigh
from openiop.domain.rules import AllOf, AnyOf, Condition, Count, Days, Known, Not, Sum, Test

PLACE = re.compile(r"\{([a-z0-9_]+)\}")
UP, DOWN, BOTH = 1, -1, 0


def check_criteria(criteria: CriteriaSet) -> list[str]:
    """Everything that is wrong with the set, one sentence each with its place; empty when it is sound."""
    found = [*_check_words(criteria)]
    for rule in criteria.rules:
        found += _check_rule(rule, criteria)
    for key, condition in criteria.applies.items():
        found += _check_gate(key, condition, criteria)
    used = {key for rule in criteria.rules for key in rule.actions}
    found += [f"actions: {key} is asked for by no rule." for key in criteria.actions if key not in used]
    return found


def _check_words(criteria: CriteriaSet) -> Iterator[str]:
    for kind, keys, present in (
        ("levels", Level, criteria.levels),
        ("urgencies", Urgency, criteria.urgencies),
        ("statuses", Status, criteria.statuses),
    ):
        for key in keys:
            if key not in present:
                yield f"{kind}: {key} has no words."


def _check_rule(rule: Rule, criteria: CriteriaSet) -> Iterator[str]:
    condition = whole_condition(rule)
    keys = set(condition.keys())
    if rule.at_least is None and rule.urgency is Urgency.ROUTINE and not rule.hold and not rule.actions:
        yield f"{rule.id}: the rule has no effect."
    for key in _against_the_grain(condition, UP, criteria.findings):
        yield f"{rule.id}: a worse answer to {key} could switch the rule off."
    for key in _gated_under_not(condition, criteria, inside=False):
        yield f"{rule.id}: {key} is not asked of everybody and stands under not; use is_not."
    if rule.kind is RuleKind.SAFETY:
        for key in sorted(keys):
            finding = criteria.findings[key]
            if not finding.safety and not finding.from_context:
                yield f"{rule.id}: a safety rule rests on {key}, which is not marked safety."
    for text in (rule.because.en, rule.because.es, rule.because_not.en, rule.because_not.es):
        for key in PLACE.findall(text):
            if key not in keys:
                yield f"{rule.id}: the words name {{{key}}}, which the rule does not weigh."


def _check_gate(key: str, condition: Condition, criteria: CriteriaSet) -> Iterator[str]:
    """As risk grows more is asked, never less; what decides about a safety question is one itself."""
    for gate in _against_the_grain(condition, UP, criteria.findings):
        if not _is_covered(gate, key, criteria):
            yield f"{key}: a worse answer to {gate} could stop the question from being asked."
    if criteria.findings[key].safety:
        for gate in condition.keys():  # noqa: SIM118 - a method of conditions, not a mapping
            if not criteria.findings[gate].safety:
                yield f"{key}: whether it is asked rests on {gate}, which is not marked safety."


def _is_covered(gate: str, key: str, criteria: CriteriaSet) -> bool:
    """A question may lapse with a worse answer to its gate where its own rules then hold all the more.

    (Nobody asks the date of a clearance that was never given, and its absence counts more than its age.)
    Proved by trying every answer of the gate, from the best to the worst, with every kind of answer to the
    question; only for rules that weigh nothing else.
    """
    finding = criteria.findings[gate]
    answers = sorted(_all_answers(finding), key=finding.rank)
    for rule in criteria.rules:
        if key not in set(rule.when.keys()):
            continue
        if set(rule.when.keys()) != {gate, key} or not answers:
            return False
        for value in (None, *_all_answers(criteria.findings[key])):
            truths = [_truth_of(rule, criteria, {gate: answer, key: value}) for answer in answers]
            if truths != sorted(truths):
                return False
    return True


def _truth_of(rule: Rule, criteria: CriteriaSet, values: Mapping[str, Value | None]) -> int:
    known = {key: value for key, value in values.items() if value is not None}
    return rule.when.weigh(weigh(criteria, known, on=date.max).facts).truth


def _all_answers(finding: Finding) -> list[Value]:
    """Every answer of a short list; the two ends of anything that goes from better to worse."""
    match finding.kind:
        case Kind.BOOL:
            return [False, True]
        case Kind.CHOICE:
            return [option.key for option in finding.options]
        case Kind.DATE:
            return [date.min, date.max]
        case _:
            return [] if finding.low is None or finding.high is None else [finding.low, finding.high]


def _against_the_grain(
    condition: Condition, direction: int, findings: Mapping[str, Finding]
) -> Iterator[str]:
    """Findings whose worse answer could make the condition less true (more, under an odd count of nots)."""
    match condition:
        case AllOf(parts=parts) | AnyOf(parts=parts) | Count(parts=parts):
            for part in parts:
                yield from _against_the_grain(part, direction, findings)
        case Not(part=part):
            yield from _against_the_grain(part, -direction, findings)
        case Test(key=key) | Days(key=key) | Known(key=key):
            if findings[key].worse is not Worse.NONE and _grain(condition, findings[key]) != direction:
                yield key
        case Sum(finding_keys=keys, name=name):
            for key in keys:
                if _number_grain(name, findings[key].worse) not in (direction, None):
                    yield key


def _grain(condition: Condition, finding: Finding) -> int:
    """UP if a worse answer can only make the test true, DOWN if only false, BOTH if either."""
    match condition:
        case Test(name="in", target=target):
            return _choice_grain(finding, {str(value) for value in target})
        case Test(name="is"):
            return UP if finding.worse is Worse.YES else DOWN
        case Test(name="is_not"):
            return DOWN if finding.worse is Worse.YES else UP
        case Test(name=name):
            grain = _number_grain(name, finding.worse)
            return BOTH if grain is None else grain
        case Days(older=older):
            return UP if older else DOWN
        case _:
            return BOTH


def _number_grain(name: str, worse: Worse) -> int | None:
    """The grain of a comparison; None for a finding without direction."""
    if worse is Worse.NONE:
        return None
    if name in ("==", "!="):
        return BOTH
    return UP if (name in (">=", ">")) is (worse is Worse.HIGHER) else DOWN


def _choice_grain(finding: Finding, chosen: set[str]) -> int:
    """A set of answers has a grain if it is the worst end, or the best end, of the list."""
    if finding.worse is not Worse.LAST:
        return BOTH
    marks = [option.key in chosen for option in finding.options]
    if marks == sorted(marks):
        return UP
    return DOWN if marks == sorted(marks, reverse=True) else BOTH


def _gated_under_not(condition: Condition, criteria: CriteriaSet, *, inside: bool) -> Iterator[str]:
    match condition:
        case AllOf(parts=parts) | AnyOf(parts=parts) | Count(parts=parts):
            for part in parts:
                yield from _gated_under_not(part, criteria, inside=inside)
        case Not(part=part):
            yield from _gated_under_not(part, criteria, inside=True)
        case _:
            for key in condition.keys():  # noqa: SIM118
                if inside and (key in criteria.applies or criteria.findings[key].from_context):
                    yield key


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example of a criteria file: input and what must come out of it."""

    name: str
    payload: Mapping[str, Any]
    expect: Mapping[str, Any]


def read_examples(body: Mapping[str, Any]) -> tuple[Example, ...]:
    """The examples of a file: each is a base with other answers laid over it and some forgotten."""
    found = []
    for at, row in enumerate(body["examples"]):
        base = body["example_bases"].get(row.get("base"), {}) if row.get("base") else {}
        if row.get("base") and not base:
            raise InvalidInput(
                f"examples[{at}].base: there is no base {row['base']}.", field=f"examples[{at}]"
            )
        findings = {**base, **row.get("findings", {})}
        for key in row.get("forget", ()):
            findings.pop(key, None)
        payload = {"findings": findings, "context": {"on": row["on"], **row.get("context", {})}}
        found.append(Example(row["name"], payload, row["expect"]))
    return tuple(found)


def run_example(criteria: CriteriaSet, example: Example) -> list[str]:
    """What differs from the expectation, one sentence each; empty when the example holds."""
    try:
        inputs = read_inputs(criteria, example.payload, today=date.max)
    except InvalidInput as error:
        return [f"{example.name}: {error.message}"]
    result = determine(criteria, inputs.values, on=inputs.on)
    fired = {reason.rule.id for reason in result.reasons}
    missing = {row.key for row in result.missing}
    got: dict[str, Any] = {
        "status": result.status,
        "level": result.level,
        "at_least": result.at_least,
        "at_most": result.at_most,
        "then": result.then,
        "urgency": result.urgency,
        "urgency_established": result.urgency_established,
    }
    found = [
        f"{example.name}: {key} is {got[key]}, not {wanted}."
        for key, wanted in example.expect.items()
        if key in got and got[key] != wanted
    ]
    checks = (
        ("rules", fired, True, "did not fire"),
        ("not_rules", fired, False, "fired"),
        ("missing", missing, True, "is not missing"),
        ("not_missing", missing, False, "is missing"),
        ("actions", set(result.actions), True, "is not asked for"),
    )
    for key, present, wanted, words in checks:
        found += [
            f"{example.name}: {item} {words}."
            for item in example.expect.get(key, ())
            if (item in present) is not wanted
        ]
    return found
