"""Free time is working time without what is taken."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from openiop.domain.schedule.openings import without
from openiop.domain.schedule.problem import Span

spans = st.builds(
    lambda day, start, length: Span(day, start, start + length),
    st.integers(0, 1), st.integers(0, 20), st.integers(1, 10),
)  # fmt: skip


def test_what_is_taken_is_cut_out_and_the_rest_stays_in_order() -> None:
    hours = [Span(0, 480, 720), Span(0, 780, 1020), Span(2, 480, 720)]
    taken = [Span(0, 540, 600), Span(0, 570, 630), Span(0, 700, 800), Span(1, 0, 1440)]
    assert without(hours, taken) == [
        Span(0, 480, 540), Span(0, 630, 700), Span(0, 800, 1020), Span(2, 480, 720),
    ]  # fmt: skip


def test_nothing_taken_leaves_everything_and_a_whole_day_leaves_nothing() -> None:
    assert without([Span(0, 480, 720)], []) == [Span(0, 480, 720)]
    assert without([Span(0, 480, 720)], [Span(0, 0, 1440)]) == []


@given(st.lists(spans, max_size=6), st.lists(spans, max_size=6))
def test_each_minute_is_free_exactly_when_at_work_and_not_taken(hours: list[Span], taken: list[Span]) -> None:
    free = without(hours, taken)
    for day in (0, 1):
        for minute in range(31):
            one = Span(day, minute, minute + 1)
            at_work = any(one.overlaps(span) for span in hours)
            busy = any(one.overlaps(span) for span in taken)
            assert any(one.overlaps(span) for span in free) == (at_work and not busy)
    assert all(a.end < b.start or a.day != b.day for a, b in pairwise(free))
