"""openiop coverage estimate: one case or many, as text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from openiop import cli

CASE = {
    "plan": {"plan_year_start": "01-01", "deductible_individual": 1500, "network": "in"},
    "accumulators": {"as_of": "2026-03-01", "deductible_individual_met": 1200},
    "benefit_rules": {"day": {"kind": "coinsurance", "coinsurance_pct": 20, "deductible_applies": True}},
    "lines": [{"date": "2026-03-02", "code": "day", "billed": 900, "allowed": 425.1}],
}


def written(tmp_path: Path, data: object) -> str:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return str(path)


def test_one_case_gives_one_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["coverage", "estimate", written(tmp_path, CASE), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["member_cost_share"] == "325.02"


def test_a_list_gives_a_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["coverage", "estimate", written(tmp_path, [CASE, CASE]), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 2


def test_text_says_what_it_is_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["coverage", "estimate", written(tmp_path, CASE)]) == 0
    said = capsys.readouterr().out
    assert "The member pays                           $325.02" in said
    assert "not a bill and not a promise" in said


def test_wrong_input_names_the_case_and_the_field(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = [CASE, {**CASE, "plan": {**CASE["plan"], "network": "near"}}]  # type: ignore[dict-item]
    assert cli.main(["coverage", "estimate", written(tmp_path, wrong), "--json"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert json.loads(captured.err)["error"]["field"] == "[1].plan.network"
