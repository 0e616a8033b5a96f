"""The criteria set against a table written by hand from the domain reference; each row names its paragraph."""

from __future__ import annotations

from typing import Any

import pytest

from tests.domain.levelofcare.support import data_of, weighed

Row = tuple[str, str, dict[str, Any], str | None, str]
IOP, PHP, RES, WM, MED, ED = (
    "iop",
    "php",
    "residential",
    "withdrawal_management",
    "medical_first",
    "emergency_first",
)

SUICIDE: list[Row] = [
    ("1.6 Q1 only: low", "adult", {"cssrs_q1": True}, IOP, "SUI-L1"),
    ("1.6 Q2 only: low", "adult", {"cssrs_q2": True, "cssrs_q3": False, "cssrs_q4": False, "cssrs_q5": False}, IOP, "SUI-L1"),
    ("1.6 Q3, method: moderate", "adult", {"cssrs_q2": True, "cssrs_q3": True, "cssrs_q4": False, "cssrs_q5": False}, IOP, "SUI-M1"),
    ("1.6 Q4, some intent: high", "adult", {"cssrs_q2": True, "cssrs_q3": True, "cssrs_q4": True, "cssrs_q5": False}, ED, "SUI-H1"),
    ("1.6 Q5, plan and intent: high", "adult", {"cssrs_q2": True, "cssrs_q3": True, "cssrs_q4": False, "cssrs_q5": True}, ED, "SUI-H1"),
    ("1.6 behavior within 3 months: high", "adult", {"cssrs_q6": True, "cssrs_q6_recent": True}, ED, "SUI-H2"),
    ("1.6 lifetime behavior only: moderate", "adult", {"cssrs_q6": True, "cssrs_q6_recent": False}, IOP, "SUI-M1"),
    ("1.6 PHQ-9 item 9 at 1", "adult", {"phq9_item9": 1}, IOP, "SUI-P9"),
    ("1.6 PHQ-9 item 9 at 3", "adult", {"phq9_item9": 3}, IOP, "SUI-P9"),
    ("1.6 self-harm without intent is no exclusion", "adult", {"self_harm": "recent"}, IOP, "NSSI-1"),
    ("8A.1 HOM-H", "adult", {"harm_others": True}, ED, "HOM-H"),
    ("8A.1 PSY-H voices", "adult", {"command_voices": True}, ED, "PSY-H"),
    ("8A.1 PSY-H psychosis", "adult", {"acute_psychosis": True}, ED, "PSY-H"),
    ("8A.1 PSY-H mania", "adult", {"acute_mania": True}, ED, "PSY-H"),
    ("8A.1 PSY-H delirium", "adult", {"delirium": True}, ED, "PSY-H"),
]  # fmt: skip
WITHDRAWAL: list[Row] = [
    ("1.7 (a) CIWA-Ar 9", "alcohol", {"ciwa_ar": 9}, IOP, "NEED-I1"),
    ("1.7 (a) CIWA-Ar 10", "alcohol", {"ciwa_ar": 10}, WM, "ALC-W1"),
    ("1.7 (a) CIWA-Ar 18", "alcohol", {"ciwa_ar": 18}, WM, "ALC-W1"),
    ("8A.1 ALC-W2 CIWA-Ar 19", "alcohol", {"ciwa_ar": 19}, ED, "ALC-W2"),
    ("8A.1 ALC-W2 complicated at any score", "alcohol", {"ciwa_ar": 2, "withdrawal_complicated": True}, ED, "ALC-W2"),
    ("1.7 (b) earlier seizure, daily drinking", "alcohol", {"ciwa_ar": 2, "withdrawal_history": True}, WM, "ALC-W3"),
    ("1.7 (c) daily sedatives", "alcohol", {"ciwa_ar": 2, "sedatives_daily": True}, WM, "SED-W"),
    ("1.7 GHB", "alcohol", {"ciwa_ar": 2, "ghb_use": True}, WM, "SED-W"),
    ("1.7 (d) stopped within 72 h, with symptoms", "alcohol", {"ciwa_ar": 2, "cut_down_72h": True, "withdrawal_signs": True}, WM, "ALC-W4"),
    ("1.7 (e) opioid withdrawal", "alcohol", {"ciwa_ar": 2, "opioid_use": True, "fentanyl_use": False, "on_moud": False, "opioid_withdrawal": True}, WM, "OPI-W"),
    ("1.7 MOUD is never an exclusion", "alcohol", {"ciwa_ar": 2, "opioid_use": True, "fentanyl_use": True, "on_moud": True, "opioid_withdrawal": False}, IOP, "NEED-I1"),
    ("1.7 pregnant and drinking daily", "alcohol", {"ciwa_ar": 2, "pregnant": True, "pregnancy_bleeding": False}, MED, "PRG-W"),
    ("8A.1 MED-X chest pain", "adult", {"chest_pain": True}, MED, "MED-X"),
    ("8A.1 MED-X fainting", "adult", {"fainting": True}, MED, "MED-X"),
    ("8A.1 MED-X uncontrolled", "adult", {"uncontrolled_condition": True}, MED, "MED-X"),
    ("1.7 needs somebody day and night", "adult", {"needs_24h": True}, RES, "SUP-24"),
    ("8A.1 ENV-X unsafe home, nowhere to go", "adult", {"home_unsafe": True, "housing_alternative": False}, RES, "ENV-X2"),
    ("8A.1 ENV-X unsafe home, another roof", "adult", {"home_unsafe": True, "housing_alternative": True}, IOP, "ENV-X"),
    ("8A.1 COG-X cannot follow a group", "adult", {"cannot_follow_group": True}, IOP, "COG-X"),
    ("8A.1 COG-X intoxicated", "adult", {"intoxicated_now": True}, IOP, "COG-X"),
    ("8A.1 ADH-X adult under 9 h", "adult", {"hours_available": 8}, IOP, "ADH-X"),
    ("8A.1 ADH-X youth under 6 h", "adult", {"age": 15, "hours_available": 5}, IOP, "ADH-Y"),
    ("1.7 violence risk to the group", "adult", {"violence_in_group": True}, IOP, "VIO-X"),
    ("1.7 circumstances that prevent consent", "adult", {"consent_obstacle": True}, IOP, "CON-X"),
]  # fmt: skip
EATING: list[Row] = [
    ("1.5 stable and cleared", "eating", {}, IOP, "ED-IOP"),
    ("1.5 heart rate 49, any age", "eating", {"hr_awake": 49}, MED, "ED-HR"),
    ("1.5 heart rate 49, youth", "eating", {"age": 15, "hr_awake": 49}, MED, "ED-HR"),
    ("1.5 night heart rate below 45", "eating", {"hr_asleep": "below_45"}, MED, "ED-HR"),
    ("1.5 youth 89/60", "eating", {"age": 16, "bp_systolic": 89, "bp_diastolic": 60}, MED, "ED-BP"),
    ("1.5 adult 100/59", "eating", {"bp_systolic": 100, "bp_diastolic": 59}, MED, "ED-BPA"),
    ("1.5 systolic drop over 20", "eating", {"standing_systolic_drop": 21}, MED, "ED-OR"),
    ("1.5 diastolic drop over 10", "eating", {"standing_diastolic_drop": 11}, MED, "ED-OR"),
    ("1.5 over 19: rise 31", "eating", {"age": 24, "standing_hr_rise": 31}, MED, "ED-OR19"),
    ("1.5 over 19: rise 30 is none", "eating", {"age": 24, "standing_hr_rise": 30}, IOP, "ED-IOP"),
    ("8A.1 under 19, child rule: rise 21", "eating", {"age": 17, "standing_hr_rise": 21}, MED, "ED-ORY"),
    ("1.5 youth under 96.0 F", "eating", {"age": 15, "temperature": 95.9}, MED, "ED-T"),
    ("1.5 adult under 97.0 F", "eating", {"temperature": 96.9}, MED, "ED-TA"),
    ("8A.1 potassium 3.1", "eating", {"potassium": 3.1}, MED, "ED-K"),
    ("1.5 glucose 59", "eating", {"glucose": 59}, MED, "ED-K"),
    ("1.5 phosphate or magnesium low", "eating", {"other_labs_low": True}, MED, "ED-K"),
    ("8A.1 QTc 451", "eating", {"qtc": 451}, MED, "ED-QT"),
    ("8A.1 QTc 501", "eating", {"qtc": 501}, ED, "ED-QT2"),
    ("1.5 75 percent", "eating", {"weight_percent": 75}, MED, "ED-WR"),
    ("8A.1 ED-W2 78 percent", "eating", {"weight_percent": 78}, PHP, "ED-W2"),
    ("8A.1 ED-W3 83 percent", "eating", {"weight_percent": 83}, IOP, "ED-W3"),
    ("1.5 supervision at all meals", "eating", {"meal_support": "all_meals"}, RES, "ED-M2"),
    ("1.5 some structure at meals", "eating", {"meal_support": "most_days"}, PHP, "ED-M1"),
    ("1.5 food refusal or binge-purge out of control", "eating", {"eating_stop_sign": True}, MED, "ED-STOP"),
    ("1.5 syncope, seizure, failing heart", "eating", {"eating_complication": True}, MED, "ED-STOP"),
    ("1.5 no clearance yet", "eating", {"clearance": "not_done"}, IOP, "ED-CLR"),
]  # fmt: skip
TABLE = [*SUICIDE, *WITHDRAWAL, *EATING]


@pytest.mark.parametrize(("where", "base", "answers", "level", "rule"), TABLE, ids=[row[0] for row in TABLE])
def test_a_row_of_the_reference_holds(
    where: str, base: str, answers: dict[str, Any], level: str | None, rule: str
) -> None:
    found = data_of(weighed(base, **answers))
    assert (found["level"], found["status"] in {"complete", "on_hold"}) == (level, True), where
    assert rule in [reason["rule"] for reason in found["reasons"]]


@pytest.mark.parametrize(
    ("instrument", "result", "rule"),
    [
        ("locus", {"level": "5", "risk_of_harm": 4}, "EXT-1"),
        ("locus", {"level": "3", "functional_status": 5}, "EXT-1"),
        ("calocus", {"level": "3", "co_morbidity": 5}, "EXT-1"),
        ("asam", {"level": "3.5"}, "EXT-2"),
        ("asam", {"level": "2.5"}, "EXT-2"),
    ],
)
def test_a_recorded_result_above_ours_holds_the_level(
    instrument: str, result: dict[str, Any], rule: str
) -> None:
    outside = {"instrument": instrument, "edition": "1", "rater": "R", "date": "2026-11-20", **result}
    found = data_of(weighed("adult", external=[outside]))
    assert found["status"] == "on_hold"
    assert rule in [reason["rule"] for reason in found["reasons"]]


SAFETY = (
    "cssrs_q1", "cssrs_q2", "cssrs_q6", "phq9_item9", "self_harm", "harm_others", "violence_in_group",
    "command_voices", "acute_psychosis", "acute_mania", "delirium", "needs_24h", "substance_use", "pregnant",
    "chest_pain", "fainting", "uncontrolled_condition", "eating_concern", "home_unsafe", "cannot_follow_group",
    "intoxicated_now", "consent_obstacle",
)  # fmt: skip


@pytest.mark.parametrize("finding", SAFETY)
def test_unknown_on_a_safety_question_blocks(finding: str) -> None:
    found = data_of(weighed("adult", forget=(finding,)))
    assert (found["status"], found["level"]) == ("blocked", None)
