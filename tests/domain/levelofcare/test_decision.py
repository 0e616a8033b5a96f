"""What a clinician may decide beside the recommendation, and what it needs."""

from __future__ import annotations

from typing import Any

import pytest

from openiop.domain.errors import DomainError
from openiop.domain.levelofcare import Level
from openiop.domain.levelofcare.decision import CannotOverride, InTheWay, Recommendation, check_decision
from openiop.domain.levelofcare.model import Override
from tests.domain.levelofcare.support import data_of, weighed

WORDS = "The person asks for evening care close to work."


def decide(base: str = "adult", *, level: Level, **options: Any) -> Any:
    answers = {key: options.pop(key) for key in list(options) if key not in ("code", "words", "prescriber")}
    return check_decision(
        Recommendation.of(data_of(weighed(base, **answers))),
        level=level,
        code=options.get("code", ""),
        words=options.get("words", ""),
        codes=["client_choice", "clinical_judgment"],
        is_prescriber=options.get("prescriber", False),
    )


def refusal(**options: Any) -> tuple[str, str | None]:
    with pytest.raises(DomainError) as raised:
        decide(**options)
    return raised.value.code, raised.value.field


def test_the_recommended_level_needs_no_reason() -> None:
    assert decide(level=Level.IOP) == ()


@pytest.mark.parametrize("level", [Level.OUTPATIENT, Level.PHP])
def test_another_level_needs_a_coded_reason_and_words(level: Level) -> None:
    assert refusal(level=level) == ("reason-missing", "discrepancy_code")
    assert refusal(level=level, code="whim", words=WORDS) == ("reason-unknown", "discrepancy_code")
    short = "x" * 19 + "  "
    assert refusal(level=level, code="client_choice", words=short) == ("words-missing", "discrepancy_words")
    decide(level=level, code="client_choice", words="x" * 20)


def test_a_lower_level_names_the_rules_it_goes_against() -> None:
    found = decide(level=Level.OUTPATIENT, code="client_choice", words=WORDS)
    assert [row.rule for row in found] == ["NEED-I1", "NEED-I3"]
    assert decide(level=Level.PHP, code="client_choice", words=WORDS) == ()


def test_going_on_although_the_level_is_held_needs_a_reason_too() -> None:
    assert refusal(level=Level.IOP, hours_available=8) == ("reason-missing", "discrepancy_code")
    found = decide(level=Level.IOP, hours_available=8, code="clinical_judgment", words=WORDS)
    assert found == (InTheWay("ADH-X", holds=True, may_override=Override.LICENSED),)


@pytest.mark.parametrize("answers", [{"cssrs_q4": True}, {"harm_others": True}, {"acute_psychosis": True}])
def test_nobody_overrides_an_emergency(answers: dict[str, bool]) -> None:
    for prescriber in (False, True):
        with pytest.raises(CannotOverride):
            decide(level=Level.IOP, code="clinical_judgment", words=WORDS, prescriber=prescriber, **answers)
    assert decide(level=Level.EMERGENCY_FIRST, **answers) == ()


def test_only_a_prescriber_overrides_a_medical_rule() -> None:
    options: dict[str, Any] = {"base": "eating", "level": Level.IOP, "weight_percent": 80}
    with pytest.raises(CannotOverride) as raised:
        decide(code="medical_advice", words=WORDS, **options)
    assert raised.value.rules == ("ED-W2",)
    found = decide(code="clinical_judgment", words=WORDS, prescriber=True, **options)
    assert [row.rule for row in found] == ["ED-W2"]


def test_while_questions_are_open_one_may_only_refer_up() -> None:
    open_: dict[str, Any] = {"forget": ("harm_others",), "code": "clinical_judgment", "words": WORDS}
    for level in (Level.OUTPATIENT, Level.IOP):
        assert refusal(level=level, **open_) == ("undecided", "actual_level")
    decide(level=Level.PHP, **open_)
    assert refusal(level=Level.PHP, d_mind=4, **open_) == ("undecided", "actual_level")
    decide(level=Level.INPATIENT, d_mind=4, **open_)
