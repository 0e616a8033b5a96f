"""openiop schedule solve: a legal roster in a file, or nothing at all."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from openiop.cli import main
from openiop.domain.schedule.check import broken_rules
from openiop.formats.timetable import read_instance, read_roster
from tests.engines.timetable.weeks_made import generator


@pytest.fixture
def week(tmp_path):
    path = tmp_path / "week.json"
    path.write_text(json.dumps(generator().generate("tiny", 1)))
    return path


def test_a_solved_week_passes_the_checker(week, tmp_path, capsys):
    out = tmp_path / "roster.json"
    assert main(["schedule", "solve", str(week), "-o", str(out), "--engine", "greedy", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert main(["schedule", "check", str(week), str(out), "--json"]) == 0
    checked = json.loads(capsys.readouterr().out)
    assert told["total"] == checked["total"]
    assert told["placed"] == checked["placed"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["roster.json", "week.json"]


def test_two_sites_in_one_file_are_planned_at_once(tmp_path, capsys):
    week, out = tmp_path / "week.json", tmp_path / "roster.json"
    week.write_text(json.dumps(generator().generate("multi2", 1)))
    words = ["schedule", "solve", str(week), "-o", str(out), "--seconds", "2", "--processes", "2", "--json"]
    assert main(words) == 0
    told = json.loads(capsys.readouterr().out)
    assert main(["schedule", "check", str(week), str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"] == told["total"]
    instance = read_instance(json.loads(week.read_text()))
    placed = read_roster(json.loads(out.read_text())).clients
    assert {client.site for client in instance.clients if client.id in placed} == {"S00", "S01"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "other"}, "the document: this is not openiop-sched/1 (its format is 'other')."),
        ({"sites": []}, "staff[0].site: there is no site S00."),
        ({"rooms": None}, "rooms: it must be a list, not None."),
    ],
)
def test_a_bad_week_is_refused_with_its_path_and_nothing_is_written(week, tmp_path, capsys, change, said):
    week.write_text(json.dumps(json.loads(week.read_text()) | change))
    out = tmp_path / "roster.json"
    assert main(["schedule", "solve", str(week), "-o", str(out)]) == 2
    assert capsys.readouterr().err == f"openiop: {said}\n"
    assert not out.exists()


def test_wrong_options_are_refused_in_words(week, tmp_path, capsys):
    out = str(tmp_path / "roster.json")
    assert main(["schedule", "solve", str(week), "-o", out, "--seconds", "0"]) == 2
    assert main(["schedule", "solve", str(week), "-o", out, "--engine", "magic"]) == 2
    assert main(["schedule", "solve", str(week), "-o", str(tmp_path / "no" / "x.json")]) == 2
    assert main(["schedule", "solve", str(week), "-o", out, "--processes", "0"]) == 2
    assert main(["schedule", "solve", str(week), "-o", out, "--processes", "2", "--engine", "greedy"]) == 2
    assert capsys.readouterr().err.count("\n") == 5
    assert not (tmp_path / "roster.json").exists()


def test_ctrl_c_ends_the_search_and_writes_the_best_plan_so_far(tmp_path: Path) -> None:
    week, out = tmp_path / "week.json", tmp_path / "roster.json"
    data = generator().generate("program", 1)
    week.write_text(json.dumps(data), encoding="utf-8")
    words = ["schedule", "solve", str(week), "-o", str(out), "--seconds", "600"]
    with subprocess.Popen(
        [sys.executable, "-m", "openiop", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr is not None
        first = running.stderr.readline()
        running.send_signal(signal.SIGINT)
        said, warned = running.communicate(timeout=120)
    assert running.returncode == 0
    assert " s: " in first
    assert "stopping" in warned
    assert "placed" in said
    plan = read_roster(json.loads(out.read_text(encoding="utf-8")))
    assert broken_rules(read_instance(data), plan) == ()
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []
