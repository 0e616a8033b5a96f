"""Tables of figures: parts of one run fill one table, and other code's lines are never taken over."""

from __future__ import annotations

from pathlib import Path

from tests.figures import Figures


def noted(name: str, **values: str) -> Figures:
    figures = Figures()
    figures.note("forms", name, asserts="no answer of 500 or above", **values)
    return figures


def lines(folder: Path) -> list[str]:
    table = [line for line in (folder / "forms.md").read_text().splitlines() if line.startswith("|")]
    return sorted(line.strip("|").split("|")[0].strip() for line in table[2:])


def test_parts_of_one_run_fill_one_table(tmp_path: Path) -> None:
    noted("find", sent="10,000").write(tmp_path, is_part=True)
    noted("talk", sent="10,000", answers="200: 10,000").write(tmp_path, is_part=True)
    assert lines(tmp_path) == ["find", "talk"]
    text = (tmp_path / "forms.md").read_text()
    assert "| find | 10,000 |" in text
    assert text.count(" s in all") == 2


def test_a_whole_run_begins_anew_and_so_does_a_part_of_other_code(tmp_path: Path) -> None:
    noted("find").write(tmp_path, is_part=True)
    noted("talk").write(tmp_path)
    assert lines(tmp_path) == ["talk"]
    path = tmp_path / "forms.md"
    path.write_text(path.read_text().replace("commit ", "commit 0"))
    noted("refer").write(tmp_path, is_part=True)
    assert lines(tmp_path) == ["refer"]
