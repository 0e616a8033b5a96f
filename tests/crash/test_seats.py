"""Twelve people press the button at once and there are ten seats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from tests.crash.processes import database, run, start, why_not

pytestmark = pytest.mark.crash
WORKER = ("-m", "tests.crash.enroll_worker")
KINDS = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])


def race(env: dict[str, str], wishes: Sequence[Sequence[str]]) -> Counter[str]:
    """Start a process for each wish, let all of them go at once, and count what they say. No error is heard."""
    asking = [start(env, *WORKER, *wish) for wish in wishes]
    for process in asking:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in asking:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    ended = [process.communicate(timeout=60) for process in asking]
    assert [error for _out, error in ended if error] == []
    return Counter(out.strip() for out, _error in ended)


@KINDS
def test_twelve_at_once_into_ten_seats_end_with_ten_in_two_waiting_and_no_error(kind, tmp_path, long):
    if reason := why_not(kind):
        pytest.skip(reason)
    for number in range(10 if long else 1):
        with database(kind, tmp_path / str(number)) as env:
            episodes, slots, _session = run(env, *WORKER, "prepare", "10", "12").splitlines()
            said = race(env, [("enroll", episode, *slots.split()) for episode in episodes.split()])
            assert said == {"held held": 10, "waiting waiting": 2}
            assert run(env, *WORKER, "count").splitlines() == ["10 10", "10 10", "10", "None"]


@KINDS
def test_twelve_at_once_for_ten_make_up_seats_of_one_date_end_with_ten_booked(kind, tmp_path, long):
    if reason := why_not(kind):
        pytest.skip(reason)
    for number in range(10 if long else 1):
        with database(kind, tmp_path / str(number)) as env:
            episodes, _slots, session = run(env, *WORKER, "prepare", "10", "12").splitlines()
            said = race(env, [("guest", episode, session) for episode in episodes.split()])
            assert said == {"booked": 10, "full": 2}
            assert run(env, *WORKER, "count").splitlines() == ["0 0", "0 0", "10", "None"]


@KINDS
def test_weekly_seats_and_make_up_seats_asked_for_at_once_never_oversell_the_date(kind, tmp_path, long):
    """Eight make-ups and eight weekly seats race for ten places: the date ends with ten people, whoever they are."""
    if reason := why_not(kind):
        pytest.skip(reason)
    for number in range(10 if long else 1):
        with database(kind, tmp_path / str(number)) as env:
            episodes, slots, session = run(env, *WORKER, "prepare", "10", "16").splitlines()
            everyone, slot = episodes.split(), slots.split()[1]
            wishes = [("guest", one, session) for one in everyone[:8]]
            wishes += [("enroll", one, slot) for one in everyone[8:]]
            said = race(env, wishes)
            assert said["booked"] + said["held"] == 10
            assert said["full"] + said["waiting"] == 6
            assert run(env, *WORKER, "count").splitlines()[2:] == ["10", "None"]
