"""What people type as a place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiop.domain.finder.where import Where, folded, read_where


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ("94601", Where(zip="94601")),
        ("94601-1234", Where(zip="94601")),
        ("Oakland, CA", Where(city="oakland", state="CA")),
        ("  oakland   california ", Where(city="oakland", state="CA")),
        ("Cañon City, Colorado", Where(city="canon city", state="CO")),
        ("Charleston West Virginia", Where(city="charleston", state="WV")),
        ("Washington, D.C.", Where(city="washington", state="DC")),
        ("New York New York", Where(city="new york", state="NY")),
        ("St. Paul MN", Where(city="st paul", state="MN")),
    ],
)
def test_reads_a_zip_or_a_city_and_a_state(typed: str, where: Where) -> None:
    assert read_where(typed) == where


@pytest.mark.parametrize("typed", ["", "   ", "9460", "Oakland", "CA", ", CA", "Oakland, Atlantis", "x" * 90])
def test_says_none_where_it_is_neither(typed: str) -> None:
    assert read_where(typed) is None


@given(st.text(max_size=120))
def test_never_fails_whatever_is_typed(typed: str) -> None:
    found = read_where(typed)
    assert found is None or bool(found.zip) != bool(found.city and found.state)


def test_a_name_is_compared_without_accents_and_signs() -> None:
    assert folded("O’Fallon") == folded("o fallon") == "o fallon"
