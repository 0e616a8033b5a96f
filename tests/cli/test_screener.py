"""openiop screener: answers in, one of six suggestions out; mistakes named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from openiop import catalog, cli

CALM = catalog.load("criteria", "open-screener").body["example_bases"]["calm"]


def case(**answers: Any) -> dict[str, Any]:
    return {"findings": {**CALM, **answers}, "context": {"on": "2026-11-25"}}


def written(tmp_path: Path, data: object) -> str:
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return str(path)


def test_a_list_of_cases_gives_a_list_of_suggestions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = [case(), case(chest_pain=True), {**case(cssrs_q2=None), "asker": "my_child"}]
    assert cli.main(["screener", "assess", written(tmp_path, cases), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["suggestion"] for one in found] == ["iop_may_fit", "emergency_now", "clinician_today"]
    assert found[2]["asker"] == "my_child"
    assert found[2]["not_answered"][0]["key"] == "cssrs_q2"


def test_every_key_of_the_answer_is_told_in_the_documents(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (Path(__file__).parents[2] / "docs/reference/screener.md").read_text(encoding="utf-8")
    assert cli.main(["screener", "assess", written(tmp_path, case()), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [key for key in found if f"`{key}`" not in page] == []


def test_text_ends_with_where_help_is_and_what_this_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["screener", "assess", written(tmp_path, case())]) == 0
    said = capsys.readouterr().out
    assert said.startswith("An IOP may fit\n")
    assert "Call or text 988" in said
    assert "not medical advice and not a diagnosis" in said


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ([case(), {**case(), "asker": "boss"}], "[1].asker"),
        ([case(home="far")], "[0].findings.home"),
        (case(fainted=True), "findings.fainted"),
        ([7], "[0]"),
    ],
)
def test_wrong_input_names_the_case_and_the_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: object, field: str
) -> None:
    assert cli.main(["screener", "assess", written(tmp_path, wrong), "--json"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert json.loads(captured.err)["error"]["field"] == field


def test_the_schema_lists_every_question(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["screener", "schema", "--json"]) == 0
    keys = [row["key"] for row in json.loads(capsys.readouterr().out)["findings"]]
    assert keys[0] == "age"
    assert {"cssrs_q6", "withdrawal_signs", "medical_check", "wants"} <= set(keys)


def test_an_absent_version_is_named_and_never_taken_for_the_newest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("iop-fit.x", "iop-fit.²", "iop-fit.99999999999", "iop-fit.9"):
        assert cli.main(["screener", "schema", "--screener", name]) == 1
        assert "The catalogue has no screeners entry iop-fit" in capsys.readouterr().err
    assert cli.main(["screener", "schema", "--screener", "iop-fit.1"]) == 0
