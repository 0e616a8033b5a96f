"""openiop measures: one form a line in, one object a line out; mistakes named and the rest still scored."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from openiop import catalog, cli

PAGE = Path(__file__).parents[2] / "docs/reference/measures.md"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def go(*args: str, lines: list[Any] | None = None) -> tuple[int, str, str]:
        text = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines or [])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        code = cli.main(["measures", *args])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return go


def test_a_line_gives_a_line_in_the_same_order(run: Any) -> None:
    lines = [
        {"responses": [2, 2, 1, 1, 2, 1, 1, 2, 1]},
        {"responses": [0] * 9, "context": {"age": 34, "sex": "female"}},
        {"responses": [None] * 9},
    ]
    code, out, _ = run("score", "phq-9", "--json", lines=lines)
    found = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [(one["total"], one["severity"]) for one in found] == [
        (13, "moderate"), (0, "minimal"), (None, None)
    ]  # fmt: skip
    assert found[0]["flags"] == ["suicide_risk", "screen_positive", "major_depressive_syndrome"]
    assert found[2]["missing"] == [f"q{number}" for number in range(1, 10)]


@pytest.mark.parametrize("name", ["phq-9", "phq9", "PHQ-9", "phq_9", "phq-9.1"])
def test_a_form_is_found_however_its_dashes_are_written(run: Any, name: str) -> None:
    code, out, _ = run("score", name, "--json", lines=[{"responses": [1] * 9}])
    assert (code, json.loads(out)["total"]) == (0, 9)


def test_a_wrong_line_is_told_in_its_place_and_the_others_are_scored(run: Any) -> None:
    lines: list[Any] = [
        {"responses": [0, 0]},
        "no json",
        [1, 2],
        {"responses": [0] * 7, "when": "now"},
        {"responses": [0] * 6 + [9]},
        {"responses": [3] * 7},
    ]
    code, out, _ = run("score", "gad-7", "--json", lines=lines)
    found = [json.loads(line) for line in out.splitlines()]
    assert code == 2
    assert [(one["line"], one["error"]["code"], one["error"]["field"]) for one in found[:5]] == [
        (1, "count", "responses"),
        (2, "not-json", None),
        (3, "not-an-object", None),
        (4, "invalid", "when"),
        (5, "answer", "responses[6]"),
    ]
    assert found[5]["total"] == 21


def test_without_json_a_line_is_for_reading(run: Any) -> None:
    code, out, _ = run("score", "bam-iop", lines=[{"responses": [1] * 13 + [4, 1, 1, 1]}, {"responses": []}])
    assert code == 2
    assert out.splitlines() == [
        "BAM-IOP  use 3  risk 6  protective 9  [any_use, protective_low]",
        "line 2: responses: BAM-IOP has 17 to 24 answers, here are 0; write null for one that was not answered.",
    ]


def test_no_such_form_is_refused(run: Any) -> None:
    code, out, err = run("score", "ors", "--json", lines=[])
    assert (code, out) == (1, "")
    assert "no instruments entry ors" in json.loads(err)["error"]["message"]


def test_a_site_scores_by_a_file_of_its_own_and_a_wrong_one_is_refused(run: Any, tmp_path: Path) -> None:
    source = (catalog.ROOT / "instruments" / "gad-7.1.yaml").read_text(encoding="utf-8")
    path = tmp_path / "own-form.1.yaml"
    path.write_text(source.replace('id: "gad-7"', 'id: "own-form"'), encoding="utf-8")
    code, out, _ = run("score", str(path), "--json", lines=[{"responses": [1] * 7}])
    assert (code, json.loads(out)["instrument"]) == (0, "own-form")
    path.write_text(path.read_text(encoding="utf-8").replace("from: 10,", "from: 11,"), encoding="utf-8")
    code, out, err = run("score", str(path), "--json", lines=[{"responses": [1] * 7}])
    assert (code, out) == (2, "")
    assert "the example says" in json.loads(err)["error"]["message"]


def test_the_list_says_what_may_be_shown(run: Any) -> None:
    code, out, _ = run("list", "--json")
    rows = {row["id"]: row for row in json.loads(out)}
    assert code == 0
    assert len(rows) == len(catalog.instruments())
    assert rows["phq-9"]["standing"] == "ship"
    assert rows["phq-9"]["scores"] == {"total": [0, 27]}
    assert rows["isi"]["standing"] == "scoring_only"
    code, out, _ = run("list")
    assert out.count("\n") == len(rows)


def test_every_key_of_the_answer_is_told_in_the_documents(run: Any) -> None:
    page = PAGE.read_text(encoding="utf-8")
    _, out, _ = run("score", "phq-9", "--json", lines=[{"responses": [0] * 9}, "x"])
    keys = {key for line in out.splitlines() for key in json.loads(line)}
    assert [key for key in sorted(keys) if f"`{key}`" not in page] == []


def test_every_form_is_told_in_the_documents() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [one.id for one in catalog.instruments() if f"`{one.id}`" not in page] == []
