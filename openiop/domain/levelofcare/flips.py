"""What would change the result: other answers to one question at a time, all else as it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from openiop.domain.findings import Finding, Kind, Value
from openiop.domain.levelofcare.deciding import Verdict, Weighed, judge, reweigh
from openiop.domain.levelofcare.model import Flip
from openiop.domain.levelofcare.reading import whole_condition
from openiop.domain.rules import AllOf, AnyOf, Condition, Count, Days, Not, Test


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
        for key, value in _compared(condition):
            found.setdefault(key, set()).add(value)
    return found


def _compared(condition: Condition) -> Iterator[tuple[str, Value]]:
    match condition:
        case AllOf(parts=parts) | AnyOf(parts=parts) | Count(parts=parts):
            for part in parts:
                yield from _compared(part)
        case Not(part=part):
            yield from _compared(part)
        case Days(key=key, days=days):
            yield key, days
        case Test(key=key, name="in", target=targets):
            for target in targets:
                yield key, target
        case Test(key=key, target=target):
            yield key, target
        case _:
            return
