"""What a determination says: level, reasons with evidence, why not lower or higher, what is missing."""

from __future__ import annotations

from datetime import date

import pytest

from openiop.domain.findings import Finding
from openiop.domain.levelofcare import Determination, Level, Status, Urgency, determine
from tests.domain.levelofcare.support import CRITERIA, ON, data_of, weighed


def fired(determination: Determination) -> list[str]:
    return [reason.rule.id for reason in determination.reasons]


def test_a_decided_level_names_every_reason_with_its_finding_and_source() -> None:
    result = weighed()
    assert (result.status, result.level, result.urgency) == (Status.COMPLETE, Level.IOP, Urgency.ROUTINE)
    assert fired(result) == ["NEED-I1", "NEED-I3", "NEED-OP"]
    reason = data_of(result)["reasons"][0]
    assert reason["text"] == (
        "Safety (0), substances (0), mind (2) or daily life (2) is rated 2 or more: weekly visits are too far apart."
    )
    assert [(fact["key"], fact["value"]) for fact in reason["findings"]] == [("d_mind", 2), ("d_daily", 2)]
    assert reason["source"] == "House policy: open criteria, highest need drives placement"
    assert reason["tag"] == "U"


def test_the_gravest_reason_comes_first() -> None:
    result = weighed(cssrs_q6=True, cssrs_q6_recent=True, d_mind=3)
    assert fired(result)[:3] == ["SUI-H2", "NEED-P1", "NEED-I1"]


def test_why_not_lower_holds_exactly_the_rules_that_ask_for_this_level() -> None:
    assert [reason.rule.id for reason in weighed().why_not_lower] == ["NEED-I1", "NEED-I3"]
    outpatient = weighed(d_mind=1, d_daily=1, current_care="iop")
    assert [reason.rule.id for reason in outpatient.why_not_lower] == ["NEED-OP"]


def test_why_not_higher_names_for_each_higher_level_what_is_not_the_case() -> None:
    higher = {level: [r.rule.id for r in reasons] for level, reasons in weighed().why_not_higher}
    assert list(higher) == [
        Level.PHP,
        Level.RESIDENTIAL,
        Level.INPATIENT,
        Level.WITHDRAWAL_MANAGEMENT,
        Level.MEDICAL_FIRST,
        Level.EMERGENCY_FIRST,
    ]
    assert higher[Level.PHP] == ["NEED-P1", "NEED-P2"]
    text = data_of(weighed())["why_not_higher"][0]["reasons"][0]["text"]
    assert text == (
        "No domain of safety (0), substances (0), mind (2) or daily life (2) is rated 3 or more: help on several "
        "days a week is enough."
    )


def test_rules_about_other_people_are_no_reason_against_a_higher_level() -> None:
    ids = {reason.rule.id for _, reasons in weighed().why_not_higher for reason in reasons}
    assert not {name for name in ids if name.startswith("ED-")}
    assert "EXT-1" not in ids
    ids = {reason.rule.id for _, reasons in weighed("eating").why_not_higher for reason in reasons}
    assert {"ED-HR", "ED-BPA", "ED-W2"} <= ids
    assert "ED-BP" not in ids


def test_a_recorded_result_that_blocks_nothing_is_said_so() -> None:
    result = weighed(external=[{"instrument": "locus", "level": "3", "risk_of_harm": 2}])
    ids = {reason.rule.id for _, reasons in result.why_not_higher for reason in reasons}
    assert "EXT-1" in ids


def test_the_first_step_comes_before_the_level_to_expect_after_it() -> None:
    result = weighed("alcohol", ciwa_ar=12)
    assert (result.level, result.then) == (Level.WITHDRAWAL_MANAGEMENT, Level.IOP)
    assert weighed().then is None


def test_actions_come_soonest_first_and_once() -> None:
    result = weighed(cssrs_q1=True, cssrs_q2=True, cssrs_q3=True, cssrs_q4=False, cssrs_q5=False)
    assert result.actions == ("clinician_today", "safety_plan", "rescreen_each_day")


def test_an_unanswered_safety_question_blocks_and_says_what_it_could_mean() -> None:
    result = weighed(forget=("harm_others",))
    assert (result.status, result.level) == (Status.BLOCKED, None)
    assert (result.at_least, result.at_most) == (Level.IOP, Level.EMERGENCY_FIRST)
    assert (result.urgency_established, result.urgency) == (Urgency.ROUTINE, Urgency.NOW)
    (row,) = result.missing
    assert (row.key, row.safety, row.rules, row.level) == (
        "harm_others",
        True,
        ("HOM-H",),
        Level.EMERGENCY_FIRST,
    )


def test_a_safety_question_that_only_informs_blocks_as_well() -> None:
    result = weighed(forget=("self_harm",), d_mind=3)
    assert result.status is Status.BLOCKED
    assert [row.key for row in result.missing] == ["self_harm"]


def test_an_established_emergency_stands_whatever_else_is_unknown() -> None:
    result = determine(CRITERIA, {"harm_others": True}, on=ON)
    assert (result.status, result.level, result.urgency_established) == (
        Status.COMPLETE,
        Level.EMERGENCY_FIRST,
        Urgency.NOW,
    )
    assert len(result.missing) > 20


def test_a_missing_question_that_could_not_change_the_level_does_not_hold_it_up() -> None:
    assert weighed(forget=("iop_tried",), d_mind=3).status is Status.COMPLETE
    assert weighed(forget=("iop_tried",)).status is Status.NEEDS_DATA


def test_safety_questions_are_listed_before_others() -> None:
    missing = weighed(forget=("d_mind", "harm_others")).missing
    assert [(row.key, row.safety) for row in missing] == [("harm_others", True), ("d_mind", False)]


def test_a_question_behind_an_open_question_is_not_asked_yet() -> None:
    keys = [row.key for row in weighed(forget=("cssrs_q2",)).missing]
    assert keys == ["cssrs_q2"]


def test_holds_are_those_of_this_level_only() -> None:
    assert [reason.rule.id for reason in weighed(hours_available=8).holds] == ["ADH-X"]
    assert weighed(hours_available=8, d_mind=3).status is Status.COMPLETE


def test_an_answer_given_without_being_asked_counts_and_is_pointed_out() -> None:
    result = weighed(cssrs_q4=True)
    assert result.level is Level.EMERGENCY_FIRST
    assert result.unasked == ("cssrs_q4",)
    assert weighed(cssrs_q4=False).unasked == ()


def flips(determination: Determination, key: str) -> list[tuple[object, Level, bool]]:
    return [(flip.value, flip.level, flip.raises) for flip in determination.would_change if flip.key == key]


def test_flips_name_the_nearest_answer_for_each_other_result() -> None:
    result = weighed("alcohol", ciwa_ar=12)
    assert flips(result, "ciwa_ar") == [(9, Level.IOP, False), (19, Level.EMERGENCY_FIRST, True)]
    assert flips(weighed(), "d_safety") == [(3, Level.PHP, True), (4, Level.EMERGENCY_FIRST, True)]


def test_a_flip_that_brings_up_more_questions_names_them() -> None:
    flip = next(flip for flip in weighed().would_change if flip.key == "cssrs_q2")
    assert (flip.value, flip.status, flip.asks) == (
        True,
        Status.BLOCKED,
        ("cssrs_q3", "cssrs_q4", "cssrs_q5"),
    )


def test_flips_of_an_unknown_answer_say_what_each_answer_would_mean() -> None:
    result = weighed(forget=("harm_others",))
    found = [(f.former, f.value, f.status, f.level) for f in result.would_change if f.key == "harm_others"]
    assert found == [
        (None, True, Status.COMPLETE, Level.EMERGENCY_FIRST),
        (None, False, Status.COMPLETE, Level.IOP),
    ]


def test_flips_cross_each_number_threshold_and_date_limit() -> None:
    result = weighed("eating", hr_awake=49, clearance_date="2026-11-10")
    assert flips(result, "hr_awake") == [(50, Level.IOP, False)]
    result = weighed("eating")
    (stale,) = [flip for flip in result.would_change if flip.key == "clearance_date"]
    assert (stale.value, stale.status) == (date(2026, 11, 15), Status.ON_HOLD)


def test_several_reasons_together_lower_the_level() -> None:
    result = weighed(current_care="iop")
    assert result.would_lower is not None
    assert result.would_lower.changes == (("d_mind", 2, 1), ("d_daily", 2, 1))
    assert result.would_lower.level is Level.OUTPATIENT


def test_nothing_is_suggested_that_would_calm_an_emergency() -> None:
    assert weighed(harm_others=True).would_lower is None


def test_nothing_lowers_what_is_lowest() -> None:
    assert weighed(d_mind=1, d_daily=1, current_care="iop").would_lower is None


@pytest.mark.parametrize(
    ("answers", "title"),
    [
        ({}, "Programa ambulatorio intensivo"),
        ({"harm_others": True}, "Primero, atención de emergencia"),
    ],
)
def test_the_same_determination_speaks_spanish(answers: dict[str, bool], title: str) -> None:
    data = data_of(weighed(**answers), "es")
    assert data["level_title"] == title
    assert title in data["summary"]


def test_the_data_holds_only_plain_json_values() -> None:
    import json

    data = data_of(weighed("eating", forget=("qtc",), clearance_date="2026-11-01"))
    assert json.loads(json.dumps(data)) == data


def test_rows_hold_only_between_their_dates() -> None:
    assert {rule.id for rule in CRITERIA.rules_on(date(2023, 12, 31))} == set()
    assert len(CRITERIA.rules_on(ON)) == len(CRITERIA.rules)


def test_every_safety_question_blocks_when_it_alone_is_unanswered() -> None:
    from tests.domain.levelofcare.support import BASES

    keys: list[Finding] = [f for f in CRITERIA.findings.values() if f.safety and not f.from_context]
    for base, answers in BASES.items():
        for finding in keys:
            if finding.key in answers:
                assert weighed(base, forget=(finding.key,)).status is Status.BLOCKED, (base, finding.key)
