"""openiop schedule check: a roster is legal, or each broken rule is named."""

from __future__ import annotations

import json

import pytest

from openiop.cli import main

WEEK = {
    "format": "openiop-sched/1", "name": "little", "rules": {"gap_max": 30, "one_gap_max": 60, "week_total_max": 1140},
    "sites": [{"id": "s", "open": [[0, 480, 1080]]}],
    "rooms": [{"id": "r", "site": "s", "cap": 8, "features": []}],
    "staff": [{"id": "t", "site": "s", "role": "therapist", "licensed": True, "tracks": ["SUD"],
               "services": ["process"], "avail": [[0, 480, 1080]], "max_week": 1500, "max_day": 420, "tele": True}],
    "groups": [{"id": "g", "site": "s", "track": "SUD", "service": "process", "mode": "onsite", "allow_tracks": ["SUD"],
                "cohort": "open", "cap": 8, "solo_cap": 8, "min_run": 1, "feature": None,
                "sessions": [{"id": "g@0", "day": 0, "start": 540, "end": 720}], "prev": None}],
    "clients": [{"id": "c", "site": "s", "track": "SUD", "prio": 1, "status": "new",
                 "dose": {"min": 180, "ordered": 180, "max": 240}, "days": [1, 1], "day_minutes": [120, 180],
                 "avail": [[0, 480, 780]], "travel": 30, "modes": ["onsite"], "one_modes": ["onsite"],
                 "mix": {"process": [1, 1]}, "one": [], "pref": {"am": 0, "pm": 0, "eve": 0}, "prev_sessions": []}],
    "conflicts": [],
}  # fmt: skip
ROSTER = {
    "format": "openiop-sched-sol/1",
    "groups": {"g": {"lead": "t", "cofac": None, "room": "r"}},
    "clients": {"c": {"sessions": ["g@0"], "one": []}},
}


@pytest.fixture
def files(tmp_path):
    def write(week=WEEK, roster=ROSTER):
        paths = []
        for name, data in (("week.json", week), ("roster.json", roster)):
            (tmp_path / name).write_text(data if isinstance(data, str) else json.dumps(data))
            paths.append(str(tmp_path / name))
        return paths

    return write


def test_a_legal_roster_is_called_legal(files, capsys):
    assert main(["schedule", "check", *files()]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "legal: no rule is broken",
        "placed 1 of 1",
        "cost 6: unplaced 0, underdose 0, missed_one_to_one 0, continuity 0, preference 0, staffing 6",
    ]


def test_each_broken_rule_is_named_by_its_code(files, capsys):
    late = {**WEEK, "clients": [{**WEEK["clients"][0], "travel": 75}]}
    assert main(["schedule", "check", *files(week=late), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["legal"] is False
    assert told["breaches"] == [{"code": "H06", "who": "c", "where": "g@0"}]
    assert (told["placed"], told["clients"], told["total"]) == (1, 1, 6)


def test_a_wrong_field_is_told_with_its_path(files, capsys):
    client = {**WEEK["clients"][0], "dose": {"min": "nine hours", "ordered": 180, "max": 240}}
    assert main(["schedule", "check", *files(week={**WEEK, "clients": [client]})]) == 2
    said = capsys.readouterr().err
    assert said == "openiop: clients[0].dose.min: it must be a whole number, not 'nine hours'.\n"


@pytest.mark.parametrize(
    "roster", ["{", "[]", '{"format": "openiop-sched/1"}', '{"format": "openiop-sched-sol/1"}']
)
def test_what_is_no_roster_is_said_in_one_line(files, capsys, roster):
    assert main(["schedule", "check", *files(roster=roster)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("openiop: ")
    assert said.count("\n") == 1
