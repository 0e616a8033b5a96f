"""How many people a group may have, and how far back is looked."""

from __future__ import annotations

from datetime import UTC, datetime

from openiop import catalog
from openiop.domain.quality import Ratio

RULES = catalog.quality_rules()


def test_a_second_facilitator_raises_the_number_up_to_the_most():
    ratio = Ratio((), 12, 15, "House default", "U")
    assert [ratio.allowed(n) for n in (1, 2)] == [12, 15]


def test_a_track_with_a_row_of_its_own_is_held_to_it():
    assert RULES.allowed(["depression"], 1) == 12
    assert RULES.allowed(["depression"], 2) == 15
    assert RULES.allowed(["adolescent"], 1) == 10
    assert RULES.allowed(["substance-use"], 2) == 12


def test_a_group_of_several_tracks_is_held_to_the_narrowest():
    assert RULES.allowed(["depression", "substance-use", "eating"], 1) == 10
    assert RULES.allowed(["substance-use", "eating"], 2) == 12


def test_a_group_for_every_track_is_held_to_the_row_of_all_others():
    assert RULES.allowed([], 1) == 12


def test_two_weeks_are_looked_back_over():
    assert RULES.since(datetime(2026, 3, 15, 9, tzinfo=UTC)) == datetime(2026, 3, 1, 9, tzinfo=UTC)


def test_every_ratio_names_its_source():
    assert all(len(row.source) > 20 for row in RULES.ratios)
