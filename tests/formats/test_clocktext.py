"""Times as people type them."""

from __future__ import annotations

import pytest

from openiop.formats.clocktext import read_time, write_time

MORNING = (9 * 60, 12 * 60)
EVENING = (17 * 60 + 30, 20 * 60 + 45)


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("9:15", 555),
        ("915", 555),
        ("0915", 555),
        ("9.15", 555),
        ("9h15", 555),
        (" 9:15 AM ", 555),
        ("9:15 a.m.", 555),
        ("11", 660),
        ("12:05", 725),
        ("+15", 555),
        ("-15", 705),
        ("−15", 705),
        ("12:05 am", 5),
    ],
)
def test_a_morning_session_reads_times_in_the_morning(text: str, minute: int) -> None:
    assert read_time(text, *MORNING) == minute


@pytest.mark.parametrize(
    ("text", "minute"),
    [("5:45", 1065), ("545", 1065), ("17:45", 1065), ("1745", 1065), ("8:30p", 1230), ("+10", 1060)],
)
def test_an_evening_session_reads_the_same_figures_in_the_evening(text: str, minute: int) -> None:
    assert read_time(text, *EVENING) == minute


@pytest.mark.parametrize(
    "text", ["", "soon", "9:75", "25:00", "13pm", "0 pm", "+2000", "9:1", "24:30", "9:15x"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_time(text, *MORNING) is None


def test_a_time_is_written_as_it_may_be_typed_again() -> None:
    assert [write_time(minute) for minute in (None, 5, 545, 1065)] == ["", "0:05", "9:05", "17:45"]
    assert all(read_time(write_time(minute), *EVENING) == minute for minute in range(13 * 60, 24 * 60))
