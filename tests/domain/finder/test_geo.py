"""Distances and boxes: no point within the radius is ever outside the box."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from openiop.domain.finder.geo import (
    Box,
    Point,
    boxes_around,
    is_point,
    miles_between,
    nearest_zip,
    plain_zip,
)

OAKLAND = Point(37.8044, -122.2712)
POINTS = st.builds(
    Point,
    st.floats(-90, 90, allow_nan=False),
    st.floats(-180, 180, allow_nan=False),
)


def holds(boxes: tuple[Box, ...], point: Point) -> bool:
    return any(box.south <= point.lat <= box.north and box.west <= point.lon <= box.east for box in boxes)


def test_a_known_distance_is_right_to_the_mile() -> None:
    # Nashville to Los Angeles airport, the usual worked example: 2887.26 km on a radius of 6372.8 km, so
    # 2886.45 km on the mean radius of 6371.0088 km, which is 1793.56 miles.
    assert miles_between(Point(36.12, -86.67), Point(33.94, -118.40)) == pytest.approx(1793.56, abs=0.05)
    assert miles_between(OAKLAND, OAKLAND) == 0
    # A quarter of the way around: pole to equator.
    assert miles_between(Point(90, 0), Point(0, 12)) == pytest.approx(3958.7613 * 3.14159265 / 2, abs=0.01)


@given(POINTS, POINTS)
def test_a_distance_is_the_same_both_ways_and_no_longer_than_half_way_around(a: Point, b: Point) -> None:
    assert miles_between(a, b) == pytest.approx(miles_between(b, a), abs=1e-6)
    assert 0 <= miles_between(a, b) <= 12_437


@given(POINTS, POINTS, st.sampled_from([5, 25, 100, 700]))
@example(Point(13.4443, 179.99), Point(13.4443, -179.99), 5)
@example(Point(71.3, -156.7), Point(71.9, -150.0), 700)
@example(Point(89.9, 0), Point(89.9, 180), 25)
def test_whatever_is_within_the_radius_is_in_a_box(center: Point, other: Point, miles: int) -> None:
    if miles_between(center, other) <= miles:
        assert holds(boxes_around(center, miles), other)


@given(POINTS, st.floats(0, 360), st.floats(0.01, 0.999), st.sampled_from([5, 25, 100]))
def test_points_inside_the_circle_are_in_a_box(center: Point, turn: float, part: float, miles: int) -> None:
    import math

    away = part * miles / 3958.7613
    lat0, lon0, bearing = math.radians(center.lat), math.radians(center.lon), math.radians(turn)
    lat = math.asin(
        max(-1, min(1, math.sin(lat0) * math.cos(away) + math.cos(lat0) * math.sin(away) * math.cos(bearing)))
    )
    lon = lon0 + math.atan2(
        math.sin(bearing) * math.sin(away) * math.cos(lat0), math.cos(away) - math.sin(lat0) * math.sin(lat)
    )
    there = Point(math.degrees(lat), (math.degrees(lon) + 180) % 360 - 180)
    assert holds(boxes_around(center, miles), there)


def test_a_circle_over_the_date_line_has_two_boxes_and_one_at_the_pole_holds_every_longitude() -> None:
    west, east = boxes_around(Point(51.9, 179.9), 50)
    assert (west.east, east.west) == (180.0, -180.0)
    (pole,) = boxes_around(Point(89.99, 5), 50)
    assert (pole.north, pole.west, pole.east) == (90.0, -180.0, 180.0)


def test_a_box_is_no_larger_than_it_must_be() -> None:
    (box,) = boxes_around(OAKLAND, 25)
    assert box.north - box.south == pytest.approx(2 * 25 / 69.0934, abs=0.001)
    assert box.east - box.west == pytest.approx(2 * 25 / 69.0934 / 0.7901, abs=0.002)


def test_the_zeros_of_a_missing_value_are_no_point() -> None:
    assert is_point(37.8, -122.2)
    assert not is_point(0.0, 0.0)
    assert not is_point(91, 0)
    assert not is_point(float("nan"), 1)


@pytest.mark.parametrize(
    ("typed", "zip_"), [("94601", "94601"), (" 94601-1234 ", "94601"), ("9460", ""), ("9460a", ""), ("", "")]
)
def test_a_zip_code_is_five_digits(typed: str, zip_: str) -> None:
    assert plain_zip(typed) == zip_


def test_a_box_number_is_near_the_next_number_of_its_first_three_digits() -> None:
    known = ["94577", "94601", "94609", "94702"]
    assert nearest_zip("94604", known) == "94601"
    assert nearest_zip("94606", known) == "94609"
    assert nearest_zip("94605", known) == "94601"
    assert nearest_zip("94801", known) == ""
    assert nearest_zip("94500", known) == "94577"
    assert nearest_zip("94601", []) == ""
