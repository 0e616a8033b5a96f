"""Two people save one attendance sheet at once: one of the two sheets is kept, and the other saver is told."""

from __future__ import annotations

import json

import pytest

from tests.crash.processes import run

pytestmark = pytest.mark.crash
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
PEOPLE = 12


@pytest.mark.parametrize("marked", ["no", "yes"])
def test_two_savers_of_one_sheet_of_twelve(databases, kind, figures, long, marked):
    rounds = 10 if long else 1
    for _number in range(rounds):
        told = json.loads(run(databases.fresh(kind), "-m", "tests.crash.race_sheet", marked))
        kept = next((state for state, (code, *_rest) in told["said"].items() if code == 302), None)
        lost = {"present": "no_show", "no_show": "present"}.get(kept)
        former = PEOPLE if marked == "yes" else 0
        assert told["said"] == {kept: [302, 0, 0], lost: [409, PEOPLE, PEOPLE]}
        assert told["rows"] == {"states": [kept], "marks": PEOPLE, "former": former, "broken": None}
        assert told["again"] == 302
        assert told["end"] == {
            "states": [lost],
            "marks": PEOPLE,
            "former": former + PEOPLE,
            "broken": None,
        }
    figures.note(
        "crash",
        f"2 save one sheet of 12 at once, {'corrected' if marked == 'yes' else 'first marks'}",
        asserts="the sheet is one of the two; the other saver is told at each line and keeps what they typed",
        **{NAMES[kind]: f"{rounds} of {rounds} races"},
    )
