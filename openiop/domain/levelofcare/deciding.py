"""A determination: the verdict with its reasons, what is missing, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from openiop.domain.findings import Facts, Kind, Value
from openiop.domain.levelofcare.flips import what_together_would_lower, what_would_change
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
)
from openiop.domain.levelofcare.weighing import Weighed, highest_level, highest_urgency, judge, weigh
from openiop.domain.rules import Truth


def determine(criteria: CriteriaSet, values: Mapping[str, Value], *, on: date) -> Determination:
    """Weigh the answers of `on` and explain the result. Unknown answers are absent from `values`."""
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
                urgency=highest_urgency(touched),
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
    return highest_level([rule for rule in fired if rule.at_least not in FIRST_STEPS])


def _gravest_first(rule: Rule) -> tuple[int, int, bool]:
    level = rule.at_least.rank if rule.at_least is not None else -1
    return (-level, -rule.urgency.rank, rule.kind is not RuleKind.SAFETY)
