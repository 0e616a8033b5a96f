"""Twelve people press the button at once and there are ten seats."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.crash.processes import database, run, start, why_not

pytestmark = pytest.mark.crash
WORKER = ("-m", "tests.crash.enroll_worker")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_twelve_at_once_into_ten_seats_end_with_ten_in_two_waiting_and_no_error(kind, tmp_path, long):
    if reason := why_not(kind):
        pytest.skip(reason)
    for number in range(10 if long else 1):
        with database(kind, tmp_path / str(number)) as env:
            episodes, slots = run(env, *WORKER, "prepare", "10", "12").splitlines()
            asking = [start(env, *WORKER, "enroll", episode, *slots.split()) for episode in episodes.split()]
            for process in asking:
                assert process.stdout is not None
                assert process.stdout.readline() == "ready\n"
            for process in asking:
                assert process.stdin is not None
                process.stdin.write("go\n")
                process.stdin.flush()
            ended = [process.communicate(timeout=60) for process in asking]
            assert [error for _out, error in ended if error] == []
            assert Counter(out.strip() for out, _error in ended) == {"held held": 10, "waiting waiting": 2}
            assert run(env, *WORKER, "count").splitlines() == ["10 10", "10 10", "None"]
