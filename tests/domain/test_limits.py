"""A bucket of forms: empties by one, fills with time, never overflows, and never runs backwards."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from openiop.domain.limits import Limit, refilled, taken

LIMIT = Limit(most=3, every=timedelta(minutes=5))


def test_a_full_bucket_gives_its_forms_and_then_none() -> None:
    left: int | None = LIMIT.full
    for expected in (2000, 1000, 0, None):
        assert left is not None
        left = taken(left)
        assert left == expected


def test_one_more_form_each_so_many_minutes() -> None:
    assert refilled(LIMIT, 0, timedelta(minutes=5)) == 1000
    assert refilled(LIMIT, 0, timedelta(minutes=4, seconds=59)) == 996
    assert refilled(LIMIT, 2500, timedelta(hours=1)) == 3000
    assert refilled(LIMIT, 500, timedelta(minutes=-9)) == 500


@given(st.lists(st.integers(0, 3600), max_size=60))
def test_no_hour_takes_more_than_a_full_bucket_and_what_filled_it(waits: list[int]) -> None:
    there, passed, count = LIMIT.full, 0, 0
    for wait in waits:
        passed += wait
        there = refilled(LIMIT, there, timedelta(seconds=wait))
        left = taken(there)
        count += left is not None
        there = there if left is None else left
    assert count <= LIMIT.most + passed / LIMIT.every.total_seconds()
