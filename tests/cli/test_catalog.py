"""openiop catalog: check, list, publish."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from openiop import catalog, cli


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def go(*args: str) -> tuple[int, str, str]:
        code = cli.main(["catalog", *args])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return go


def test_everything_that_ships_is_sound(run: Any) -> None:
    code, out, _ = run("check")
    assert code == 0
    assert "MANIFEST: sound" in out
    assert "WRONG" not in out
    assert "criteria/open-loc.1.yaml: sound, 47 worked examples hold" in out


def test_a_wrong_file_is_named_with_what_is_wrong(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "criteria" / "open-loc.1.yaml"
    path.parent.mkdir()
    source = (catalog.ROOT / "criteria" / path.name).read_text(encoding="utf-8")
    path.write_text(
        source.replace('{compare: [ciwa_ar, ">=", 10]}', '{compare: [ciwa_ar, ">=", 11]}'), "utf-8"
    )
    code, out, _ = run("check", str(path))
    assert code == 1
    assert "Daily drinking, CIWA-Ar 10: withdrawal management first, then IOP: level is iop, not" in out
    code, out, _ = run("check", str(path), "--json")
    (row,) = json.loads(out)
    assert (code, row["ok"]) == (1, False)


def test_a_schema_error_is_found_in_any_file(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "depression.1.yaml"
    source = (catalog.ROOT / "programs" / path.name).read_text(encoding="utf-8")
    path.write_text(source.replace("part2: false", "part2: maybe"), encoding="utf-8")
    code, out, _ = run("check", str(path), "--kind", "programs")
    assert code == 1
    assert "part2: 'maybe' is not of type 'boolean'" in out


def test_the_list_names_every_entry(run: Any) -> None:
    code, out, _ = run("list")
    assert code == 0
    assert "criteria   open-loc.1" in out
    rows = json.loads(run("list", "--json")[1])
    assert {"kind": "programs", "id": "dual", "version": 1, "title": "Dual diagnosis"} in rows


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue of our own to publish into."""
    root = tmp_path / "catalog"
    for part in ("schemas", "programs", "criteria"):
        shutil.copytree(catalog.ROOT / part, root / part)
    shutil.copy(catalog.ROOT / "MANIFEST", root / "MANIFEST")
    monkeypatch.setattr(catalog, "ROOT", root)
    return root


def test_publishing_freezes_a_new_version(run: Any, copied: Path) -> None:
    source = (copied / "programs" / "dual.1.yaml").read_text(encoding="utf-8")
    new = copied / "programs" / "dual.2.yaml"
    new.write_text(source.replace("version: 1", "version: 2", 1), encoding="utf-8")
    code, out, _ = run("publish", "programs/dual.2.yaml")
    assert code == 0
    assert out.startswith("programs/dual.2.yaml is published (")
    assert "programs/dual.2.yaml" in (copied / "MANIFEST").read_text(encoding="utf-8")


def test_a_published_version_cannot_be_published_anew(run: Any, copied: Path) -> None:
    path = copied / "programs" / "dual.1.yaml"
    before = (copied / "MANIFEST").read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    code, _, err = run("publish", "programs/dual.1.yaml")
    assert code == 1
    assert "was published and has changed" in err
    assert (copied / "MANIFEST").read_text(encoding="utf-8") == before


def test_an_unsound_or_absent_file_is_not_published(run: Any, copied: Path) -> None:
    before = (copied / "MANIFEST").read_text(encoding="utf-8")
    (copied / "programs" / "bad.1.yaml").write_text("id: bad\nversion: 1\n", encoding="utf-8")
    assert run("publish", "programs/bad.1.yaml")[0] == 1
    assert run("publish", "../programs/dual.1.yaml")[0] == 2
    assert run("publish", "programs/ghost.1.yaml")[0] == 2
    assert (copied / "MANIFEST").read_text(encoding="utf-8") == before
