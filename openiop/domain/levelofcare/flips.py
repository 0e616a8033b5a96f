"""What would change the result: other answers to one question at a time, all else as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from openiop.domain.findings import Finding, Kind, Value
from openiop.domain.levelofcare.model import Flip, Level, StepDown
from openiop.domain.levelofcare.reading import whole_condition
from openiop.domain.levelofcare.weighing import Verdict, Weighed, judge, reweigh
from openiop.domain.rules import AllOf, AnyOf, Condition, Count, Days, Not, Test, Truth


def what_would_change(weighed: Weighed, verdict: Verdict) -> tuple[Flip, ...]:
    """For each question that applies or was answered: the nearest other answer for each other result.

    Level and urgency are compared as the answers establish them (`at_least`, `urgency_established`), so
    that a result is comparable while other questions are still open.
    """
    thresholds = _thresholds(weighed)
    found: list[Flip] = []
    asked = {*weighed.facts.values, *weighed.open_questions}
    for key, finding in weighed.criteria.findings.items():
        if key in asked and not finding.from_context:
            found.extend(_flips_of(weighed, verdict, finding, thresholds.get(key, set())))
    return tuple(found)


def what_together_would_lower(weighed: Weighed, verdict: Verdict) -> StepDown | None:
    """The nearest better answers that together would switch off every rule that asks for this level.

    Several reasons usually hold a level at once, so that no single answer lowers it. This is what has to
    become true before the person steps down; None where no better answers could do it, and in an
    emergency: there the question is not which answer would calm the result.
    """
    if verdict.at_least is Level.EMERGENCY_FIRST:
        return None
    rules = [rule for rule in weighed.with_truth(Truth.TRUE) if rule.at_least is verdict.at_least]
    keys = dict.fromkeys(
        key for rule in rules for key in weighed.outcomes[rule.id].because if key in set(rule.when.keys())
    )
    tests = [test for rule in rules for test in _tests(rule.when)]
    better = {key: _better_answers(weighed, key, tests) for key in keys}
    changes = {key: answers[-1] for key, answers in better.items() if answers}
    limit = verdict.at_least.rank
    if _level_with(weighed, changes) >= limit:
        return None
    changes = _no_more_than_needed(weighed, changes, better, limit)
    after, former = judge(_with(weighed, changes)), weighed.facts.values
    return StepDown(
        tuple((key, former[key], value) for key, value in changes.items()),
        after.at_least,
        after.urgency_established,
    )


def _no_more_than_needed(
    weighed: Weighed, changes: dict[str, Value], better: Mapping[str, list[Value]], limit: int
) -> dict[str, Value]:
    """Leave out what is not needed, latest questions first (history cannot change), then ask for less."""
    for key in reversed(tuple(changes)):
        others = {name: value for name, value in changes.items() if name != key}
        if _level_with(weighed, others) < limit:
            changes = others
    for key in changes:
        changes[key] = next(
            value for value in better[key] if _level_with(weighed, {**changes, key: value}) < limit
        )
    return changes


def _with(weighed: Weighed, changes: Mapping[str, Value]) -> Weighed:
    for key, value in changes.items():
        weighed = reweigh(weighed, key, value)
    return weighed


def _level_with(weighed: Weighed, changes: Mapping[str, Value]) -> int:
    return judge(_with(weighed, changes)).at_least.rank


def _better_answers(weighed: Weighed, key: str, tests: list[Test | Days]) -> list[Value]:
    """Better answers than the present one, nearest first, as far as the tests on it can tell them apart."""
    finding, former = weighed.criteria.findings[key], weighed.facts.values.get(key)
    if former is None:
        return []
    thresholds = {value for test in tests if test.key == key for value in _compared(test)}
    others = _other_answers(finding, former, thresholds, weighed)
    better = [value for value in others if finding.rank(value) < finding.rank(former)]
    return sorted(better, key=finding.rank, reverse=True)


def _tests(condition: Condition) -> Iterator[Test | Days]:
    match condition:
        case AllOf(parts=parts) | AnyOf(parts=parts) | Count(parts=parts):
            for part in parts:
                yield from _tests(part)
        case Not(part=part):
            yield from _tests(part)
        case Test() | Days():
            yield condition
        case _:
            return


def _flips_of(weighed: Weighed, verdict: Verdict, finding: Finding, thresholds: set[Value]) -> Iterator[Flip]:
    former = weighed.facts.values.get(finding.key)
    seen = {_result(verdict)}
    for value in _other_answers(finding, former, thresholds, weighed):
        changed = reweigh(weighed, finding.key, value)
        after = judge(changed)
        if _result(after) in seen:
            continue
        seen.add(_result(after))
        now = (verdict.at_least.rank, verdict.urgency_established.rank)
        then = (after.at_least.rank, after.urgency_established.rank)
        yield Flip(
            key=finding.key,
            former=former,
            value=value,
            status=after.status,
            level=after.at_least,
            urgency=after.urgency_established,
            raises=then[0] > now[0] or then[1] > now[1],
            lowers=then[0] < now[0] or then[1] < now[1],
            asks=tuple(key for key in changed.open_questions if key not in weighed.open_questions),
        )


def _result(verdict: Verdict) -> tuple[object, ...]:
    return verdict.at_least, verdict.urgency_established, verdict.status


def _other_answers(
    finding: Finding, former: Value | None, thresholds: set[Value], weighed: Weighed
) -> list[Value]:
    """Answers worth trying, nearest to the present one first: every one of a short list, else thresholds."""
    answers: list[Value]
    match finding.kind:
        case Kind.BOOL:
            answers = [True, False]
        case Kind.CHOICE:
            answers = [option.key for option in finding.options]
        case Kind.DATE:
            answers = _dates(thresholds, weighed)
        case _:
            answers = _numbers(finding, thresholds)
    others = [answer for answer in answers if answer != former or type(answer) is not type(former)]
    if former is None or finding.kind in (Kind.BOOL, Kind.CHOICE):
        return others
    return sorted(others, key=lambda answer: abs(answer - former))  # type: ignore[operator]


def _numbers(finding: Finding, thresholds: set[Value]) -> list[Value]:
    """Each threshold and the step to both sides of it, within the finding's range."""
    near = {t + move for t in thresholds for move in (-finding.step, 0, finding.step)}  # type: ignore[operator]
    inside = {
        round(value, 6)
        for value in near
        if (finding.low is None or value >= finding.low) and (finding.high is None or value <= finding.high)
    }
    return sorted(inside)


def _dates(thresholds: set[Value], weighed: Weighed) -> list[Value]:
    """The day of the assessment, and the last and first day on both sides of each limit."""
    on = weighed.facts.on
    assert on is not None  # noqa: S101 - `weigh` always sets the day
    days = {0, *(int(days) + move for days in thresholds for move in (0, 1))}  # type: ignore[arg-type]
    return [on - timedelta(days=count) for count in sorted(days)]


def _thresholds(weighed: Weighed) -> dict[str, set[Value]]:
    """The values that rules and applicability compare each finding with."""
    found: dict[str, set[Value]] = {}
    conditions = [whole_condition(rule) for rule in weighed.rules] + list(weighed.criteria.applies.values())
    for condition in conditions:
        for test in _tests(condition):
            found.setdefault(test.key, set()).update(_compared(test))
    return found


def _compared(test: Test | Days) -> Iterator[Value]:
    """The values a test compares its finding with."""
    match test:
        case Days(days=days):
            yield days
        case Test(name="in", target=targets):
            yield from targets
        case Test(target=target):
            yield target
