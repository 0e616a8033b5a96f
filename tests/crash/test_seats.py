"""Twelve people press the button at once and there are ten seats."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.crash.processes import Databases, run

pytestmark = pytest.mark.crash
SEATS = 10
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@pytest.fixture
def note(figures, kind, long):
    """Put a race that went well into the table."""

    def noted(name: str, asserts: str) -> None:
        figures.note(
            "crash", name, asserts=asserts, **{NAMES[kind]: f"{rounds(long)} of {rounds(long)} races"}
        )

    return noted


def rounds(long: bool) -> int:
    """Return how often each race is run: ten times in the long ring."""
    return 10 if long else 1


def races(
    databases: Databases, kind: str, *wishes: str, long: bool, seats: str = str(SEATS)
) -> Iterator[tuple[Counter[str], Any]]:
    """Run the race and yield what everyone was told and what the rows say."""
    for _number in range(rounds(long)):
        told = json.loads(run(databases.fresh(kind), "-m", "tests.crash.race", seats, *wishes))
        said = Counter(told.pop("said"))
        assert told.pop("broken") is None
        if ":" not in seats:
            del told["in_room"]
        yield said, told


def test_twelve_at_once_into_ten_seats_end_with_ten_in_two_waiting_and_no_error(databases, kind, note, long):
    for said, rows in races(databases, kind, *["weekly"] * 12, long=long):
        assert said == {"held held": 10, "waiting waiting": 2}
        assert rows == {"taken": [10, 10], "held": [10, 10], "on_the_date": 10}
    note("12 at once into 10 weekly seats", "10 have a seat, 2 wait, 0 errors; the trail holds")


def test_twelve_at_once_for_ten_make_up_seats_of_one_date_end_with_ten_booked(databases, kind, note, long):
    for said, rows in races(databases, kind, *["guest"] * 12, long=long):
        assert said == {"booked": 10, "full": 2}
        assert rows == {"taken": [0, 0], "held": [0, 0], "on_the_date": 10}
    note("12 at once for 10 make-up seats of a date", "10 are booked, 2 hear that it is full, 0 errors")


def test_weekly_seats_and_make_up_seats_asked_for_at_once_never_oversell_the_date(
    databases, kind, note, long
):
    """Eight make-ups and eight weekly seats race for ten places: the date ends with ten, whoever they are."""
    for said, rows in races(databases, kind, *["guest"] * 8, *["second"] * 8, long=long):
        assert said["booked"] + said["held"] == 10
        assert said["full"] + said["waiting"] == 6
        assert rows["on_the_date"] == 10
        assert rows["held"] == rows["taken"] == [0, said["held"]]
    note("8 make-ups and 8 weekly seats at once for 10 places", "the date ends with 10, whoever they are")


def test_twelve_at_once_into_a_hybrid_group_of_ten_fill_its_room_and_the_rest_join_by_video(
    databases, kind, note, long
):
    for said, rows in races(databases, kind, *["weekly"] * 12, long=long, seats="10:4"):
        assert said == {"held held": 10, "waiting waiting": 2}
        assert rows == {"taken": [10, 10], "held": [10, 10], "on_the_date": 10, "in_room": [4, 4]}
    note("12 at once into a hybrid group of 10, 4 in the room", "4 sit in the room, 6 join, 2 wait, 0 errors")


def test_six_identical_wishes_for_a_call_at_once_are_one_referral(databases, kind, note, long):
    for said, _rows in races(databases, kind, *["call"] * 6, long=long):
        assert said == {"received": 1, "joined": 5}
    note("6 identical enquiries at once", "1 referral, which the other 5 join, 0 errors; the trail holds")
