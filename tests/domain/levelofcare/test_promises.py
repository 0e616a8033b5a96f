"""The three promises of the engine, for any answers: risk is raised, never cleared."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from openiop import catalog
from openiop.domain.findings import Finding, Kind, Value, Worse
from openiop.domain.levelofcare import Level, Status
from openiop.domain.levelofcare.weighing import Verdict, Weighed, judge, reweigh, weigh
from openiop.domain.rules import Truth

CRITERIA = catalog.criteria("open-loc")
ON = date(2026, 11, 23)
DIRECTED = [key for key, finding in CRITERIA.findings.items() if finding.worse is not Worse.NONE]


def answers_of(finding: Finding) -> st.SearchStrategy[Value]:
    match finding.kind:
        case Kind.BOOL:
            return st.booleans()
        case Kind.CHOICE:
            return st.sampled_from([option.key for option in finding.options])
        case Kind.DATE:
            return st.integers(0, 30).map(lambda days: ON - timedelta(days=days))
        case Kind.INT:
            return st.integers(int(finding.low or 0), int(finding.high or 0))
        case _:
            tenths = st.integers(int((finding.low or 0) * 10), int((finding.high or 0) * 10))
            return tenths.map(lambda value: value / 10)


MILD: dict[str, Value] = dict(catalog.load("criteria", "open-loc").body["example_bases"]["adult"])


@st.composite
def states(draw: st.DrawFn) -> dict[str, Value]:
    """Mostly calm answers with some drawn freely and some forgotten, so that no end of the scale is rare."""
    values = dict(MILD) if draw(st.booleans()) else {}
    for key in draw(st.lists(st.sampled_from(list(CRITERIA.findings)), max_size=25)):
        values[key] = draw(answers_of(CRITERIA.findings[key]))
    for key in draw(st.lists(st.sampled_from(list(CRITERIA.findings)), max_size=8)):
        values.pop(key, None)
    return values


def judged(values: dict[str, Value]) -> Verdict:
    return judge(weigh(CRITERIA, values, on=ON))


def ranks(verdict: Verdict) -> list[int]:
    return [
        verdict.at_least.rank,
        verdict.at_most.rank,
        verdict.urgency_established.rank,
        verdict.urgency.rank,
    ]


def asked(weighed: Weighed, key: str) -> bool:
    """Whether the question applies, its own answer aside."""
    condition = CRITERIA.applies.get(key)
    return condition is None or condition.weigh(weighed.facts).truth is not Truth.FALSE


@settings(max_examples=600, deadline=None)
@given(states(), st.sampled_from(DIRECTED), st.data())
def test_a_worse_answer_never_lowers_level_or_urgency(
    values: dict[str, Value], key: str, data: st.DataObject
) -> None:
    finding = CRITERIA.findings[key]
    one, two = data.draw(answers_of(finding)), data.draw(answers_of(finding))
    better, worse = sorted((one, two), key=finding.rank)
    before, after = judged({**values, key: better}), judged({**values, key: worse})
    assert all(a >= b for a, b in zip(ranks(after), ranks(before), strict=True))


@settings(max_examples=600, deadline=None)
@given(states(), st.sampled_from(list(CRITERIA.findings)), st.data())
def test_forgetting_an_answer_never_lowers_urgency(
    values: dict[str, Value], key: str, data: st.DataObject
) -> None:
    finding = CRITERIA.findings[key]
    weighed = weigh(CRITERIA, {**values, key: data.draw(answers_of(finding))}, on=ON)
    if finding.from_context or not asked(weighed, key):
        return
    before, after = judge(weighed), judge(reweigh(weighed, key, None))
    assert after.urgency.rank >= before.urgency.rank
    assert after.at_most.rank >= before.at_most.rank
    if finding.safety:
        assert after.status is Status.BLOCKED or after.level is Level.EMERGENCY_FIRST


@settings(max_examples=600, deadline=None)
@given(states())
def test_a_level_is_only_decided_when_nothing_unknown_could_change_it(values: dict[str, Value]) -> None:
    verdict = judged(values)
    assert verdict.at_least.rank <= verdict.at_most.rank
    assert verdict.urgency_established.rank <= verdict.urgency.rank
    if verdict.level is None:
        assert verdict.status in (Status.BLOCKED, Status.NEEDS_DATA)
    elif verdict.level is not Level.EMERGENCY_FIRST:
        assert verdict.at_least is verdict.at_most is verdict.level
        assert verdict.urgency is verdict.urgency_established


@settings(max_examples=300, deadline=None)
@given(states(), st.sampled_from(list(CRITERIA.findings)), st.data())
def test_weighing_anew_only_what_is_touched_gives_the_same_as_weighing_everything(
    values: dict[str, Value], key: str, data: st.DataObject
) -> None:
    value: Any = data.draw(st.none() | answers_of(CRITERIA.findings[key]))
    changed = {k: v for k, v in {**values, key: value}.items() if v is not None}
    assert reweigh(weigh(CRITERIA, values, on=ON), key, value) == weigh(CRITERIA, changed, on=ON)
