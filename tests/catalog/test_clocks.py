"""The intake clocks: read from the catalogue, dated, each with its source."""

from __future__ import annotations

from datetime import date

from openiop.catalog import load
from openiop.domain.clocks import read_clocks
from openiop.domain.pipeline import Target


def test_the_first_contact_is_one_business_day_by_house_policy() -> None:
    clocks = read_clocks(load("clocks", "intake").body)
    assert clocks.effective_from == date(2026, 1, 1)
    assert clocks["first-contact"].target == Target("first-contact", days=1, warn_minutes=180)
    assert clocks["first-contact-urgent"].target == Target(
        "first-contact-urgent", minutes=60, warn_minutes=30
    )
    assert (clocks["first-contact"].tag, clocks["first-appointment"].tag) == ("P", "U")


def test_every_clock_has_one_unit_and_a_source() -> None:
    for row in read_clocks(load("clocks", "intake").body).rows:
        assert [bool(row.business_days), bool(row.business_minutes), bool(row.days)].count(True) == 1
        assert row.source


def test_how_old_an_assessment_may_be_is_the_house_s_own_default_and_says_so() -> None:
    clocks = read_clocks(load("clocks", "admission").body)
    assert [(row.key, row.days, row.tag) for row in clocks.rows] == [
        ("assessment", 30, "P"),
        ("columbia", 14, "P"),
    ]
    assert all(row.source.startswith("The house's own default, to be confirmed") for row in clocks.rows)
    assert clocks["columbia"].has_run_out(date(2026, 3, 1), date(2026, 3, 15)) is False
    assert clocks["columbia"].has_run_out(date(2026, 3, 1), date(2026, 3, 16)) is True
