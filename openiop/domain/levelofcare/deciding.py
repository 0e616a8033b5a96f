"""From findings to a determination: exclusions and needs together, the highest wins, nothing is averaged.

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

from openiop.domain.findings import Facts, Kind, Value
from openiop.domain.levelofcare.model import (
    FIRST_STEPS,
    LEVELS,
    CriteriaSet,
    Determination,
    Fact,
    Level,
    Missing,
    Reason,
    Rule,
    RuleKind,
    Status,
    Urgency,
)
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


def determine(criteria: CriteriaSet, values: Mapping[str, Value], *, on: date) -> Determination:
    """Weigh the answers of `on` and explain the result. Unknown answers are absent from `values`."""
    # These weigh by this module.
    from openiop.domain.levelofcare.flips import what_together_would_lower, what_would_change  # noqa: PLC0415

    weighed = weigh(criteria, values, on=on)
    verdict = judge(weighed)
    fired = sorted(weighed.with_truth(Truth.TRUE), key=_gravest_first)
    at = verdict.at_least
    return Determination(
        criteria_id=criteria.id,
        criteria_version=criteria.version,
        on=on,
        answers=dict(weighed.facts.values),
        status=verdict.status,
        level=verdict.level,
        at_least=at,
        at_most=verdict.at_most,
        then=_after_first_step(fired) if at in FIRST_STEPS else None,
        urgency=verdict.urgency,
        urgency_established=verdict.urgency_established,
        reasons=tuple(_reason(rule, weighed) for rule in fired),
        why_not_lower=tuple(_reason(rule, weighed) for rule in fired if rule.at_least is at),
        why_not_higher=_why_not_higher(weighed, at),
        holds=tuple(_reason(rule, weighed) for rule in fired if at in rule.hold),
        missing=_missing(weighed),
        would_change=what_would_change(weighed, verdict),
        would_lower=what_together_would_lower(weighed, verdict),
        actions=_actions(criteria, fired),
        unasked=_answered_unasked(criteria, weighed.facts),
    )


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
    at_least = _highest_level(fired)
    at_most = _highest_level([*fired, *open_])
    established = _highest_urgency(fired)
    urgency = _highest_urgency([*fired, *open_])
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


def _why_not_higher(weighed: Weighed, at: Level) -> tuple[tuple[Level, tuple[Reason, ...]], ...]:
    """For each higher level, the rules that would ask for it, apply to this person and do not hold."""
    found = []
    for level in LEVELS[at.rank + 1 :]:
        rules = [
            rule
            for rule in weighed.with_truth(Truth.FALSE)
            if rule.at_least is level and _concerns(rule, weighed)
        ]
        if rules:
            found.append((level, tuple(_reason(rule, weighed) for rule in rules)))
    return tuple(found)


def _concerns(rule: Rule, weighed: Weighed) -> bool:
    """The rule is about this person, and not only about papers that nobody has handed in."""
    population, keys = rule.population.when, tuple(rule.when.keys())
    papers = all(weighed.criteria.findings[key].from_context for key in keys)
    if papers and not any(key in weighed.facts.values for key in keys):
        return False
    return population is None or population.weigh(weighed.facts).truth is Truth.TRUE


def _missing(weighed: Weighed) -> tuple[Missing, ...]:
    """Open questions, safety first, with the rules they keep open and the worst these could ask for."""
    found = []
    open_rules = weighed.with_truth(Truth.UNKNOWN)
    for key in weighed.open_questions:
        finding = weighed.criteria.findings[key]
        touched = [rule for rule in open_rules if rule.id in weighed.criteria.touching[key]]
        if not touched and not finding.safety:
            continue
        levels = [rule.at_least for rule in touched if rule.at_least is not None]
        found.append(
            Missing(
                key=key,
                safety=finding.safety,
                rules=tuple(rule.id for rule in touched),
                level=max(levels, key=lambda level: level.rank, default=None),
                urgency=_highest_urgency(touched),
            )
        )
    return tuple(sorted(found, key=lambda missing: not missing.safety))


def _reason(rule: Rule, weighed: Weighed) -> Reason:
    facts = tuple(
        Fact(key, weighed.facts.values.get(key), key in weighed.facts.idle)
        for key in weighed.outcomes[rule.id].because
    )
    return Reason(rule, facts)


def _actions(criteria: CriteriaSet, fired: Iterable[Rule]) -> tuple[str, ...]:
    """What the fired rules ask for, each once, soonest first."""
    order = ("now", "today", "before_start", "during")
    keys = dict.fromkeys(key for rule in fired for key in rule.actions)
    return tuple(sorted(keys, key=lambda key: order.index(criteria.actions[key].when)))


def _answered_unasked(criteria: CriteriaSet, facts: Facts) -> tuple[str, ...]:
    """Questions that were answered though another answer says they need not be asked."""
    return tuple(
        key
        for key, condition in criteria.applies.items()
        if key in facts.values
        and condition.weigh(facts).truth is Truth.FALSE
        and not (criteria.findings[key].kind is Kind.BOOL and facts.values[key] is False)
    )


def _after_first_step(fired: list[Rule]) -> Level:
    return _highest_level([rule for rule in fired if rule.at_least not in FIRST_STEPS])


def _highest_level(rules: Iterable[Rule]) -> Level:
    levels = [rule.at_least for rule in rules if rule.at_least is not None]
    return max(levels, key=lambda level: level.rank, default=Level.OUTPATIENT)


def _highest_urgency(rules: Iterable[Rule]) -> Urgency:
    return max((rule.urgency for rule in rules), key=lambda urgency: urgency.rank, default=Urgency.ROUTINE)


def _gravest_first(rule: Rule) -> tuple[int, int, bool]:
    level = rule.at_least.rank if rule.at_least is not None else -1
    return (-level, -rule.urgency.rank, rule.kind is not RuleKind.SAFETY)
