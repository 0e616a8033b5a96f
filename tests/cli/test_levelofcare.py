"""openiop levelofcare: JSON in, determination out, mistakes named."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from openiop import catalog, cli

BASES = catalog.load("criteria", "open-loc").body["example_bases"]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def go(*args: str) -> tuple[int, str, str]:
        code = cli.main(["levelofcare", *args])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return go


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def write(data: Any) -> str:
        path = tmp_path / "in.json"
        path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
        return str(path)

    return write


def adult(**answers: Any) -> dict[str, Any]:
    return {"findings": {**BASES["adult"], **answers}, "context": {"on": "2026-11-23"}}


def test_json_out_holds_level_reasons_and_both_sides(run: Any, file: Any) -> None:
    code, out, err = run("assess", file(adult()), "--json")
    data = json.loads(out)
    assert (code, err) == (0, "")
    assert (data["status"], data["level"], data["urgency"]) == ("complete", "iop", "routine")
    assert [row["rule"] for row in data["reasons"]] == ["NEED-I1", "NEED-I3", "NEED-OP"]
    assert [row["rule"] for row in data["why_not_lower"]] == ["NEED-I1", "NEED-I3"]
    assert data["why_not_higher"][0]["level"] == "php"
    assert data["missing"] == []
    assert data["would_lower"]["level"] == "outpatient"


def test_every_key_of_the_answer_is_told_in_the_documents(run: Any, file: Any) -> None:
    page = (Path(__file__).parents[2] / "docs/reference/levelofcare.md").read_text(encoding="utf-8")
    table = page.split("## Output")[1].split("##")[0]
    told = set(re.findall(r"`([a-z_]+)`", " ".join(re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE))))
    _, out, _ = run("assess", file(adult()), "--json")
    assert told == set(json.loads(out))


def test_the_same_words_as_text(run: Any, file: Any) -> None:
    code, out, _ = run("assess", file(adult(cssrs_q4=True)))
    assert code == 0
    assert "The answers point to: Emergency care first." in out
    assert "Urgency: Now" in out
    assert "  - now: A licensed clinician sees the person now." in out
    assert "Answered although not asked; the answer counts" in out


def test_the_text_speaks_spanish(run: Any, file: Any) -> None:
    _, out, _ = run("assess", file(adult()), "--language", "es")
    assert "Las respuestas señalan: Programa ambulatorio intensivo." in out
    assert "Por qué no más" in out


def test_standard_input_is_a_dash(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO(json.dumps(adult(age=15, hours_available=6)).encode())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(raw))
    code, out, _ = run("assess", "-", "--json")
    assert (code, json.loads(out)["level"]) == (0, "iop")


def test_an_empty_input_is_blocked_not_refused(run: Any, file: Any) -> None:
    code, out, _ = run("assess", file({}), "--json")
    data = json.loads(out)
    assert (code, data["status"], data["level"]) == (0, "blocked", None)
    assert data["missing"][0]["safety"] is True


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            '{"findings": {"cssrs_q1": "no"}}',
            "findings.cssrs_q1: give true, false, or null for unknown; got 'no'.",
        ),
        ('{"findings": {"phq9_item9": 4}}', "findings.phq9_item9: give a whole number from 0 to 3; got 4."),
        ('{"findings": {"age": 30, "age": 12}}', ".json: age: the key stands twice."),
        (
            '{"findings": {"temperature": NaN}}',
            ".json: NaN is not a number; where a value is not known, write null.",
        ),
        ("{", "line 1, column 2: not JSON"),
        ("", "line 1, column 1: not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "the input: give an object with keys and values."),
    ],
)
def test_wrong_input_ends_with_two_and_the_place(run: Any, file: Any, text: str, words: str) -> None:
    code, out, err = run("assess", file(text))
    assert (code, out) == (2, "")
    assert words in err


def test_errors_are_json_when_asked(run: Any, file: Any) -> None:
    code, _, err = run("assess", file({"findings": {"cssrs_q1": 1}}), "--json")
    assert code == 2
    error = json.loads(err)["error"]
    assert (error["code"], error["field"]) == ("invalid", "findings.cssrs_q1")


def test_files_that_cannot_be_read_say_why(run: Any, tmp_path: Path) -> None:
    assert run("assess", str(tmp_path / "none.json")) == (
        2,
        "",
        f"openiop: {tmp_path / 'none.json'}: No such file or directory.\n",
    )
    binary = tmp_path / "b.json"
    binary.write_bytes(b"\xff\xfe{}")
    assert "not UTF-8 text" in run("assess", str(binary))[2]
    huge = tmp_path / "h.json"
    huge.write_bytes(b" " * 1_000_001)
    assert "larger than 1000 kB" in run("assess", str(huge))[2]


def test_an_absent_criteria_set_is_named(run: Any, file: Any) -> None:
    code, _, err = run("assess", file({}), "--criteria", "asam")
    assert code == 1
    assert "The catalogue has no criteria entry asam." in err
    assert "no criteria entry open-loc.²." in run("assess", file({}), "--criteria", "open-loc.²")[2]
    assert run("assess", file({}), "--criteria", "open-loc.1")[0] == 0


def test_a_criteria_set_may_come_from_a_file_outside(run: Any, file: Any, tmp_path: Path) -> None:
    source = (catalog.ROOT / "criteria" / "open-loc.1.yaml").read_text(encoding="utf-8")
    outside = tmp_path / "house-loc.3.yaml"
    outside.write_text(
        source.replace("id: open-loc", "id: house-loc", 1).replace("version: 1", "version: 3", 1),
        encoding="utf-8",
    )
    _, out, _ = run("assess", file(adult()), "--criteria", str(outside), "--json")
    assert json.loads(out)["criteria"]["id"] == "house-loc"


def test_the_schema_describes_every_finding_and_accepts_the_examples(run: Any) -> None:
    _, out, _ = run("schema", "--json")
    schema = json.loads(out)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for base in BASES.values():
        assert list(validator.iter_errors({"findings": dict(base)})) == []
    assert list(validator.iter_errors({"findings": {"cssrs_q1": "no"}})) != []
    asked = {key for key, f in catalog.criteria("open-loc").findings.items() if not f.from_context}
    assert set(schema["properties"]["findings"]["properties"]) == asked


def test_the_schema_as_text_lists_every_finding(run: Any) -> None:
    _, out, _ = run("schema", "--language", "es")
    for key in catalog.criteria("open-loc").findings:
        assert f"  {key} (" in out
    assert "Seguridad: tamizaje de suicidio" in out
