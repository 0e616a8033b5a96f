"""Small pictures: exact shapes, attributes only."""

from __future__ import annotations

import re

import pytest

from openiop.engines.sparks import Meter, meter_bar, seat_row, sparkline


def test_a_spark_line_runs_from_the_first_value_to_a_mark_at_the_last() -> None:
    svg = sparkline([0, 10, 5])
    assert '<path class="line" d="M3 21L44 3L85 12"/>' in svg
    assert '<circle class="end" cx="85" cy="12" r="2.5"/>' in svg


def test_a_missing_value_parts_the_line() -> None:
    assert 'd="M3 21M85 3"' in sparkline([0, None, 10])


def test_a_goal_is_inside_the_picture_even_above_all_values() -> None:
    assert '<path class="goal" d="M0 3H88"/>' in sparkline([0, 5], goal=10)


@pytest.mark.parametrize("values", [[], [None], [None, None]])
def test_nothing_measured_draws_nothing(values: list[None]) -> None:
    assert sparkline(values) == ""


def test_one_value_or_equal_values_divide_by_nothing() -> None:
    assert 'cx="3" cy="21"' in sparkline([7])
    assert 'd="M3 21L85 21"' in sparkline([7, 7])


def test_a_meter_is_to_scale() -> None:
    svg = meter_bar(Meter(done=270, whole=540, ahead=135, mark=540))
    assert '<rect class="done" y="4" width="80"' in svg
    assert '<rect class="ahead" x="80.5" y="4.5" width="39"' in svg
    assert 'd="M159.2 1V15"' in svg


def test_a_meter_over_its_whole_keeps_inside_the_track_and_shows_where_the_whole_was() -> None:
    svg = meter_bar(Meter(done=1080, whole=540, mark=540))
    assert '<rect class="done" y="4" width="160"' in svg
    assert 'd="M80 1V15"' in svg


def test_a_meter_of_nothing_is_an_empty_track() -> None:
    assert '<rect class="done" y="4" width="0"' in meter_bar(Meter(done=0, whole=0))


def test_seats_are_counted_out() -> None:
    svg = seat_row(taken=8, seats=10, waiting=2)
    assert (svg.count('class="taken"'), svg.count('class="free"'), svg.count('class="waiting"')) == (8, 2, 2)


def test_more_people_than_seats_are_all_drawn_and_a_long_line_stays_short() -> None:
    svg = seat_row(taken=11, seats=10, waiting=30)
    assert (svg.count('class="taken"'), svg.count('class="free"'), svg.count('class="waiting"')) == (11, 0, 4)


def test_no_picture_has_a_style_and_each_is_hidden_from_screen_readers() -> None:
    for svg in (sparkline([1, 2]), meter_bar(Meter(1, 2)), seat_row(1, 2)):
        assert "style" not in svg
        assert 'aria-hidden="true"' in svg
        assert not re.search(r"#[0-9a-f]{3}", svg)
