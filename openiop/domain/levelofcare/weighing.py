"""From findings to a verdict: exclusions and needs together, the highest wins, nothing is averaged.

Three promises, each with a property test (tests/domain/levelofcare):

1. A worse answer never lowers the level or the urgency (the checker refuses rules that could).
2. Forgetting the answer to a question that applies never lowers the urgency, and an unanswered safety
   question never leaves a decided level below the emergency path.
3. The engine raises risk and never clears it: an answer that was given counts even where its question need
   not have been asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from openiop.domain.findings import Facts, Value
from openiop.domain.levelofcare.model import CriteriaSet, Level, Rule, Status, Urgency
from openiop.domain.levelofcare.reading import whole_condition
from openiop.domain.rules import Outcome, Truth


@dataclass(frozen=True, slots=True)
class Weighed:
    """Facts with the outcome of every rule in force. `open_questions`: apply, but have no answer."""

    criteria: CriteriaSet
    facts: Facts
    rules: tuple[Rule, ...]
    outcomes: Mapping[str, Outcome]
    open_questions: tuple[str, ...]

    def with_truth(self, truth: Truth) -> list[Rule]:
        """The rules that came out so, in the order of the file."""
        return [rule for rule in self.rules if self.outcomes[rule.id].truth is truth]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decided part of a determination, without its explanation."""

    status: Status
    level: Level | None
    at_least: Level
    at_most: Level
    urgency: Urgency
    urgency_established: Urgency


def weigh(criteria: CriteriaSet, values: Mapping[str, Value], *, on: date) -> Weighed:
    """Find out which questions apply and weigh every rule in force on the day."""
    facts, open_questions = _lay_out(criteria, values, on)
    rules = criteria.rules_on(on)
    outcomes = {rule.id: whole_condition(rule).weigh(facts) for rule in rules}
    return Weighed(criteria, facts, rules, outcomes, open_questions)


def reweigh(weighed: Weighed, key: str, value: Value | None) -> Weighed:
    """The same with another answer to one question (None: forgotten); only touched rules are weighed anew."""
    values = dict(weighed.facts.values)
    if value is None:
        values.pop(key, None)
    else:
        values[key] = value
    on = weighed.facts.on
    assert on is not None  # noqa: S101 - `weigh` always sets the day
    facts, open_questions = _lay_out(weighed.criteria, values, on)
    touched = weighed.criteria.touching[key]
    outcomes = {
        rule.id: whole_condition(rule).weigh(facts) if rule.id in touched else weighed.outcomes[rule.id]
        for rule in weighed.rules
    }
    return replace(weighed, facts=facts, outcomes=outcomes, open_questions=open_questions)


def judge(weighed: Weighed) -> Verdict:
    """Level, urgency and whether they may be relied on."""
    fired, open_ = weighed.with_truth(Truth.TRUE), weighed.with_truth(Truth.UNKNOWN)
    at_least = highest_level(fired)
    at_most = highest_level([*fired, *open_])
    established = highest_urgency(fired)
    urgency = highest_urgency([*fired, *open_])
    return Verdict(
        status=(
            status := _status(weighed, fired, at_least, decided=(at_least, established) == (at_most, urgency))
        ),
        level=at_least if status in (Status.COMPLETE, Status.ON_HOLD) else None,
        at_least=at_least,
        at_most=at_most,
        urgency=urgency,
        urgency_established=established,
    )


def _status(weighed: Weighed, fired: list[Rule], at_least: Level, *, decided: bool) -> Status:
    """An established emergency stands whatever else is unknown; else an open safety question blocks."""
    if at_least is Level.EMERGENCY_FIRST:
        return Status.COMPLETE
    if any(weighed.criteria.findings[key].safety for key in weighed.open_questions):
        return Status.BLOCKED
    holds_open = any(at_least in rule.hold for rule in weighed.with_truth(Truth.UNKNOWN))
    if not decided or holds_open:
        return Status.NEEDS_DATA
    return Status.ON_HOLD if any(at_least in rule.hold for rule in fired) else Status.COMPLETE


def _lay_out(criteria: CriteriaSet, values: Mapping[str, Value], on: date) -> tuple[Facts, tuple[str, ...]]:
    """Which questions do not apply (idle), and which apply but are unanswered.

    Findings look back only, so one pass in their order is enough. A question of which it is unknown
    whether it applies is neither: the question before it is open.
    """
    idle: set[str] = set()
    open_questions = []
    bounds = {
        key: (finding.low, finding.high)
        for key, finding in criteria.findings.items()
        if finding.low is not None and finding.high is not None
    }
    facts = Facts(values, frozenset(), on, bounds)
    for key, finding in criteria.findings.items():
        if key in values:
            continue
        truth = criteria.applies[key].weigh(facts).truth if key in criteria.applies else Truth.TRUE
        if truth is Truth.FALSE or finding.from_context:
            idle.add(key)
            facts = replace(facts, idle=frozenset(idle))
        elif truth is Truth.TRUE:
            open_questions.append(key)
    return facts, tuple(open_questions)


def highest_level(rules: Iterable[Rule]) -> Level:
    """The highest level that one of the rules asks for; outpatient where none does."""
    levels = [rule.at_least for rule in rules if rule.at_least is not None]
    return max(levels, key=lambda level: level.rank, default=Level.OUTPATIENT)


def highest_urgency(rules: Iterable[Rule]) -> Urgency:
    """The greatest urgency of the rules; routine where there are none."""
    return max((rule.urgency for rule in rules), key=lambda urgency: urgency.rank, default=Urgency.ROUTINE)
