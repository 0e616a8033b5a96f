"""openiop schedule options, explain, waitlist: answers about a planned week."""

from __future__ import annotations

import json

import pytest

from openiop.cli import main
from openiop.engines.timetable.greedy import GreedyPlanner
from openiop.formats.timetable import read_instance
from openiop.formats.timetable_writing import write_roster
from tests.engines.timetable.weeks_made import generator


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planned")
    week = generator().generate("program", 1)
    roster = write_roster(GreedyPlanner().plan(read_instance(week)).roster)
    (folder / "week.json").write_text(json.dumps(week))
    (folder / "roster.json").write_text(json.dumps(roster))
    return folder, week, roster


def ask(planned, *words):
    folder, _, _ = planned
    command, *rest = words
    return main(["schedule", command, str(folder / "week.json"), str(folder / "roster.json"), *rest])


def test_options_are_five_at_most_and_differ(planned, capsys):
    client = next(iter(planned[2]["clients"]))
    assert ask(planned, "options", client, "--json") == 0
    options = json.loads(capsys.readouterr().out)["options"]
    kinds = {(tuple(o["days"]), tuple(o["dayparts"]), tuple(o["modes"])) for o in options}
    assert 1 <= len(options) <= 5
    assert len(kinds) == len(options)
    assert all(o["reasons"] for o in options)
    assert ask(planned, "options", client) == 0
    assert capsys.readouterr().out.startswith("1. ")


def test_why_a_client_has_no_week_is_told_in_words(planned, capsys):
    waiting = [c["id"] for c in planned[1]["clients"] if c["id"] not in planned[2]["clients"]]
    said = []
    for client in waiting:
        assert ask(planned, "explain", client) == 0
        said.append(capsys.readouterr().out)
    assert any(text.startswith("These cannot all hold:\n  ") for text in said)
    assert ask(planned, "explain", waiting[0], "--json") == 0
    assert set(json.loads(capsys.readouterr().out)) == {"placeable", "facts", "frees", "asked"}


def test_why_not_in_a_group_names_the_rule(planned, capsys):
    client = next(c for c in planned[1]["clients"] if c["track"] == "SUD")
    group = next(g["id"] for g in planned[1]["groups"] if "SUD" not in g["allow_tracks"])
    assert ask(planned, "explain", client["id"], group, "--json") == 0
    assert "track" in {r["code"] for r in json.loads(capsys.readouterr().out)["reasons"]}


def test_the_wait_list_is_counted(planned, capsys):
    assert ask(planned, "waitlist", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["waiting"] == 60 - len(planned[2]["clients"])


def test_who_is_not_there_is_refused_in_words(planned, capsys):
    assert ask(planned, "options", "nobody") == 2
    assert ask(planned, "explain", planned[1]["clients"][0]["id"], "no-group") == 2
    assert capsys.readouterr().err.splitlines() == [
        "openiop: There is no client nobody in this week.",
        "openiop: There is no group no-group in this client's house.",
    ]
