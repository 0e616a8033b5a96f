"""Build a criteria set from the body of a catalogue file that its schema has passed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from openiop.domain.errors import InvalidInput
from openiop.domain.findings import WORSE_FOR, Finding, Kind, Option, Worse
from openiop.domain.levelofcare.model import (
    Action,
    CriteriaSet,
    Level,
    Named,
    Override,
    Population,
    Rule,
    RuleKind,
    Status,
    Urgency,
)
from openiop.domain.rules import AllOf, Condition
from openiop.domain.rules_reading import Reader
from openiop.domain.text import EMPTY, Text


def read_criteria(body: Mapping[str, Any]) -> CriteriaSet:
    """The criteria set of a file; InvalidInput names the place of the first mistake."""
    groups = tuple(_named(row) for row in body["groups"])
    findings, applies, named = _read_questions(body, {group.key for group in groups})
    reader = Reader(findings, named)
    populations = {
        row["key"]: Population(
            row["key"],
            Text.of(row["title"]),
            reader.read(row["when"], f"populations[{at}].when") if row["when"] is not None else None,
        )
        for at, row in enumerate(body["populations"])
    }
    actions = {row["key"]: Action(row["key"], Text.of(row["title"]), row["when"]) for row in body["actions"]}
    rules = tuple(
        _rule(row, f"rules[{at}]", reader, populations, actions) for at, row in enumerate(body["rules"])
    )
    _refuse_twice([rule.id for rule in rules], "rules")
    return CriteriaSet(
        id=body["id"],
        version=body["version"],
        title=Text.of(body["title"]),
        effective_from=date.fromisoformat(body["effective_from"]),
        notice=Text.of(body["notice"]),
        groups=groups,
        findings=findings,
        applies=applies,
        rules=rules,
        actions=actions,
        levels={Level(row["key"]): _named(row) for row in body["levels"]},
        urgencies={Urgency(row["key"]): _named(row) for row in body["urgencies"]},
        statuses={Status(row["key"]): _named(row) for row in body["statuses"]},
        discrepancies=tuple(_named(row) for row in body["discrepancies"]),
        external_valid_days=body["external_valid_days"],
        external_levels={
            name: {code: Level(level) for code, level in table.items()}
            for name, table in body["external_levels"].items()
        },
        touching=_touching(findings, applies, rules),
    )


def _read_questions(
    body: Mapping[str, Any], groups: set[str]
) -> tuple[dict[str, Finding], dict[str, Condition], dict[str, Condition]]:
    """The findings, when each is asked, and the named conditions.

    Named conditions and findings may only look back: what a question depends on comes before it.
    """
    findings: dict[str, Finding] = {}
    applies: dict[str, Condition] = {}
    named: dict[str, Condition] = {}
    waiting = list(body["conditions"])
    for at, row in enumerate(body["findings"]):
        path = f"findings[{at}]"
        if row["key"] in findings:
            raise InvalidInput(f"{path}.key: {row['key']} stands twice.", field=path)
        if row["group"] not in groups:
            raise InvalidInput(f"{path}.group: there is no group {row['group']}.", field=path)
        while waiting and waiting[0]["before"] == row["key"]:
            condition = waiting.pop(0)
            named[condition["key"]] = Reader(findings, named).read(
                condition["when"], f"conditions.{condition['key']}"
            )
        if "asked_when" in row:
            applies[row["key"]] = Reader(findings, named).read(row["asked_when"], f"{path}.asked_when")
        findings[row["key"]] = _finding(row, path)
    if waiting:
        key = waiting[0]["key"]
        raise InvalidInput(f"conditions.{key}: `before` must name a finding, in the order of the findings.")
    return findings, applies, named


def _finding(row: Mapping[str, Any], path: str) -> Finding:
    kind, worse = Kind(row["kind"]), Worse(row["worse"])
    if worse not in WORSE_FOR[kind]:
        raise InvalidInput(f"{path}.worse: a {kind} cannot grow worse by {worse}.", field=path)
    options = tuple(Option(str(option["key"]), Text.of(option["text"])) for option in row.get("options", ()))
    if kind is Kind.CHOICE and not options:
        raise InvalidInput(f"{path}.options: a choice needs its answers.", field=path)
    return Finding(
        key=row["key"],
        kind=kind,
        group=row["group"],
        title=Text.of(row["title"]),
        help=Text.of(row["help"]) if "help" in row else EMPTY,
        unit=row.get("unit", ""),
        low=row.get("low"),
        high=row.get("high"),
        step=row.get("step", 1),
        options=options,
        worse=worse,
        safety=row["safety"],
        from_context=row.get("from_context", False),
    )


def _rule(
    row: Mapping[str, Any],
    path: str,
    reader: Reader,
    populations: Mapping[str, Population],
    actions: Mapping[str, Action],
) -> Rule:
    if row["population"] not in populations:
        raise InvalidInput(f"{path}.population: there is no population {row['population']}.", field=path)
    unknown = [key for key in row.get("actions", ()) if key not in actions]
    if unknown:
        raise InvalidInput(f"{path}.actions: there is no action {unknown[0]}.", field=path)
    until = row.get("effective_to")
    return Rule(
        id=row["id"],
        kind=RuleKind(row["kind"]),
        title=Text.of(row["title"]),
        population=populations[row["population"]],
        when=reader.read(row["when"], f"{path}.when"),
        because=Text.of(row["because"]),
        because_not=Text.of(row["because_not"]),
        source=row["source"],
        tag=row["tag"],
        effective_from=date.fromisoformat(row["effective_from"]),
        effective_to=date.fromisoformat(until) if until else None,
        at_least=Level(row["at_least"]) if "at_least" in row else None,
        urgency=Urgency(row.get("urgency", "routine")),
        hold=frozenset(Level(level) for level in row.get("hold", ())),
        actions=tuple(row.get("actions", ())),
        override=Override(row.get("override", "licensed_clinician")),
    )


def whole_condition(rule: Rule) -> Condition:
    """The rule's condition together with its population's."""
    return rule.when if rule.population.when is None else AllOf((rule.population.when, rule.when))


def _touching(
    findings: Mapping[str, Finding], applies: Mapping[str, Condition], rules: tuple[Rule, ...]
) -> dict[str, frozenset[str]]:
    """For each finding the ids of the rules that its answer can change.

    A finding that decides whether another is asked touches that one's rules too; findings only look
    back, so one pass from the last to the first is enough.
    """
    touching: dict[str, set[str]] = {key: set() for key in findings}
    for rule in rules:
        for key in whole_condition(rule).keys():  # noqa: SIM118 - a method of conditions, not a mapping
            touching[key].add(rule.id)
    for key in reversed(tuple(findings)):
        if key in applies:
            for gate in applies[key].keys():  # noqa: SIM118
                touching[gate] |= touching[key]
    return {key: frozenset(ids) for key, ids in touching.items()}


def _named(row: Mapping[str, Any]) -> Named:
    return Named(row["key"], Text.of(row["title"]), Text.of(row["help"]) if "help" in row else EMPTY)


def _refuse_twice(keys: list[str], path: str) -> None:
    twice = [key for at, key in enumerate(keys) if key in keys[:at]]
    if twice:
        raise InvalidInput(f"{path}: {twice[0]} stands twice.", field=path)
