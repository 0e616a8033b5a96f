"""Whether a change is more than noise, and whether a course is on track: exact values, both sides of each line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from math import isclose

import pytest

from openiop import catalog
from openiop.domain.measures import Change, Score, Status, compare
from openiop.domain.measures.change import points_needed
from openiop.domain.measures.track import Point, Track, Why, baseline_of, course

BEGAN = date(2026, 9, 7)
IMPROVED, WORSE, SAME, FLOOR, UNKNOWN = (
    Status.IMPROVED,
    Status.WORSE,
    Status.SAME,
    Status.FLOOR,
    Status.UNKNOWN,
)


def total(id_: str) -> Score:
    found = catalog.instrument(id_).total
    assert found is not None
    return found


def week(number: int, value: float | None, *, risk: bool = False) -> Point:
    return Point(BEGAN + timedelta(weeks=number), value, risk)


@pytest.mark.parametrize(
    ("id_", "before", "now", "keys"),
    [
        ("phq-9", 18, 13, (SAME,)),
        ("phq-9", 18, 12, (IMPROVED,)),
        ("phq-9", 18, 9, (IMPROVED, "response", "recovered")),
        ("phq-9", 18, 4, (IMPROVED, "response", "in_remission", "recovered")),
        ("phq-9", 18, 23, (SAME,)),
        ("phq-9", 18, 24, (WORSE,)),
        ("phq-9", 9, 3, (FLOOR, "in_remission")),
        ("phq-9", 9, 15, (WORSE,)),
        ("phq-9", 9, 14, (FLOOR,)),
        ("phq-9", 10, 5, (SAME, "response")),
        ("gad-7", 12, 9, (SAME,)),
        ("gad-7", 12, 8, (IMPROVED,)),
        ("gad-7", 12, 7, (IMPROVED, "recovered")),
        ("pcl-5", 44, 30, (SAME,)),
        ("pcl-5", 44, 29, (IMPROVED,)),
        ("pcl-5", 44, 28, (IMPROVED, "recovered")),
        ("who-5", 40, 49, (SAME,)),
        ("who-5", 40, 50, (IMPROVED,)),
        ("who-5", 40, 52, (IMPROVED, "recovered")),
        ("who-5", 40, 30, (WORSE,)),
        ("barc-10", 30, 47, (UNKNOWN, "in_remission")),
        ("audit-c", 9, 2, (UNKNOWN,)),
    ],
)
def test_a_change_is_what_the_numbers_say(id_: str, before: int, now: int, keys: tuple[str, ...]) -> None:
    assert compare(total(id_), before, now).keys == keys


def test_a_missing_score_is_no_change() -> None:
    assert compare(total("phq-9"), None, 5) == Change(UNKNOWN)
    assert compare(total("phq-9"), 5, None) == Change(UNKNOWN)


def test_a_row_of_spread_and_reliability_gives_the_index_of_jacobson_and_truax() -> None:
    phq = total("phq-9")
    alpha, retest = phq.reliable[1], phq.reliable[2]
    assert isclose(points_needed(alpha), 5.0563, abs_tol=1e-4)
    assert isclose(points_needed(retest), 7.8183, abs_tol=1e-4)
    found = compare(phq, 20, 14, row=alpha)
    assert found.index is not None
    assert isclose(found.index, 2.325826, abs_tol=1e-6)
    assert (found.status, found.row) == (IMPROVED, alpha)
    assert compare(phq, 20, 15, row=alpha).status is SAME
    assert compare(phq, 20, 13, row=retest).status is SAME


def test_the_index_must_be_above_its_bound_and_points_must_be_reached() -> None:
    phq = total("phq-9")
    # An SD of 1 and a reliability of one half make the noise exactly 1.
    row = replace(phq.reliable[1], sd=1.0, r=0.5)
    assert compare(phq, 12, 12 - 1.96, row=row).status is SAME
    assert compare(phq, 12, 12 - 1.9601, row=row).status is IMPROVED
    assert compare(phq, 20, 14).status is IMPROVED


def test_the_baseline_is_the_first_complete_form_near_the_beginning() -> None:
    early, gap, first, late = (
        Point(BEGAN - timedelta(days=8), 20),
        Point(BEGAN - timedelta(days=7), None),
        Point(BEGAN + timedelta(days=3), 18),
        Point(BEGAN + timedelta(days=4), 15),
    )
    assert baseline_of([late, first, gap, early], BEGAN) == first
    assert baseline_of([early, late], BEGAN) is None


@pytest.mark.parametrize(
    ("values", "today", "track", "why"),
    [
        ([18], 0, Track.EARLY, ()),
        ([18, 17], 1, Track.EARLY, ()),
        ([18, 12], 1, Track.ON, ()),
        ([18, 24], 1, Track.OFF, (Why.WORSE,)),
        ([18, 17, 16, 15], 3, Track.EARLY, ()),
        ([18, 17, 16, 15, 14], 4, Track.OFF, (Why.NO_GAIN,)),
        ([18, 17, 16, 15, 9], 4, Track.ON, ()),
        ([12, 11, 10, 9, 8], 4, Track.ON, ()),
        ([18, 17], 3, Track.EARLY, ()),
        ([18, 12], 4, Track.OFF, (Why.MISSED,)),
        ([8, 7, 6, 5, 4], 4, Track.ON, ()),
    ],
)
def test_a_course_is_on_or_off_track_for_a_reason(
    values: list[int], today: int, track: Track, why: tuple[Why, ...]
) -> None:
    points = [week(at, value) for at, value in enumerate(values)]
    found = course(total("phq-9"), points, began_on=BEGAN, today=BEGAN + timedelta(weeks=today))
    assert (found.track, found.why) == (track, why)


def test_an_open_risk_flag_is_off_track_even_without_a_baseline() -> None:
    phq = total("phq-9")
    found = course(phq, [week(0, 6), week(1, 5, risk=True)], began_on=BEGAN, today=BEGAN + timedelta(weeks=1))
    assert (found.track, found.why) == (Track.OFF, (Why.RISK,))
    found = course(phq, [week(3, None, risk=True)], began_on=BEGAN, today=BEGAN + timedelta(weeks=3))
    assert (found.track, found.why) == (Track.OFF, (Why.RISK,))
    assert course(phq, [], began_on=BEGAN, today=BEGAN).track is Track.NO_BASELINE


def test_a_form_without_a_threshold_is_not_judged() -> None:
    found = course(
        total("barc-10"), [week(0, 30), week(1, 40)], began_on=BEGAN, today=BEGAN + timedelta(weeks=1)
    )
    assert (found.track, found.change and found.change.points) == (Track.NOT_JUDGED, 10)
