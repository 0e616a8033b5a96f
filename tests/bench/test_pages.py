"""The figures of a large clinic. Asserted are ratios within one run, and counts; milliseconds are told.

A ratio of CPU times holds on a busy machine as on a quiet one. The most that a page may cost is its goal
in plain pages, at the 2.5 ms that a plain page took where the goals were set.
"""

from __future__ import annotations

import statistics

import pytest

from tests.bench.clinic import MARKED
from tests.bench.conftest import Measured
from tests.bench.driver import Cost
from tests.bench.pages import DEEP, FIRST, NOBODY, PAGES, PLAIN, SEARCH, WRITES
from tests.figures import Figures

pytestmark = pytest.mark.bench
FLAT = 1.5
SEARCHES = (SEARCH, NOBODY)
SEARCH_GROWS = 3.0
"""Ten times the names: a walk over all of them, yet most of a search's cost is the page."""


def tell(
    figures: Figures, measured: Measured, name: str, cost: Cost, *, asserts: str, goal: float | None
) -> None:
    """Put a cost into the table."""
    shown = {
        "goal ms": f"{goal:g}" if goal else "",
        f"{measured.kind} p50 ms": str(cost),
        f"{measured.kind} CPU ms": f"{cost.cpu_ms:.1f}",
    }
    if name in measured.work:
        shown[f"{measured.kind} queries"] = str(measured.work[name]["queries"])
    figures.note("pages", name, asserts=asserts, **shown)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_costs_no_more_than_its_goal_in_plain_pages(
    measured: Measured, figures: Figures, page
) -> None:
    cost, plain = measured.full[page.name], measured.full[PLAIN]
    asserts = f"CPU at most {page.times:g} plain pages" if page.times else "queries do not grow with rows"
    tell(figures, measured, page.name, cost, asserts=asserts, goal=page.goal)
    if page.times:
        assert cost.cpu_ms <= page.times * plain.cpu_ms


def test_the_plain_page_is_told(measured: Measured, figures: Figures) -> None:
    tell(
        figures,
        measured,
        "The plain page (seconds left, as JSON)",
        measured.full[PLAIN],
        asserts="the unit",
        goal=None,
    )
    assert measured.full[PLAIN].cpu_ms > 0


@pytest.mark.parametrize("name", WRITES)
def test_a_change_costs_no_more_than_its_goal_in_plain_pages(
    measured: Measured, figures: Figures, name
) -> None:
    costs, (goal, times) = measured.changes[name], WRITES[name]
    tell(figures, measured, name, costs[name], asserts=f"CPU at most {times:g} plain pages", goal=goal)
    assert costs[name].cpu_ms <= times * costs[PLAIN].cpu_ms


def test_the_disk_alone_is_told(measured: Measured, figures: Figures) -> None:
    cost = Cost(wall=measured.bare, cpu=[0.0])
    figures.note(
        "pages",
        "A client's row and an event, bare INSERT",
        asserts="nothing: it is the disk",
        **{f"{measured.kind} p50 ms": str(cost)},
    )
    assert statistics.median(measured.bare) > 0


def test_the_list_is_as_quick_deep_down_as_at_its_front(measured: Measured) -> None:
    assert measured.full[DEEP].cpu_ms <= FLAT * measured.full[FIRST].cpu_ms
    assert measured.work[DEEP]["steps"] <= FLAT * measured.work[FIRST]["steps"]


@pytest.mark.parametrize("name", SEARCHES)
def test_a_search_among_ten_times_the_names_costs_less_than_three_times_as_much(
    measured: Measured, name
) -> None:
    before = measured.small[name].cpu_ms / measured.small[PLAIN].cpu_ms
    after = measured.full[name].cpu_ms / measured.full[PLAIN].cpu_ms
    assert after <= SEARCH_GROWS * before


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_asks_no_more_of_ten_times_the_rows(measured: Measured, page) -> None:
    small, full = measured.small_work[page.name], measured.work[page.name]
    assert full["queries"] <= small["queries"]
    assert page.name in SEARCHES or full["steps"] <= FLAT * small["steps"]


def test_sixty_people_stand_on_the_board_and_every_mark_was_saved(measured: Measured) -> None:
    assert measured.board.count('<th scope="row">') >= 60
    assert measured.marks == MARKED * measured.sheets


def test_every_event_of_the_run_hangs_in_the_chain(measured: Measured) -> None:
    assert measured.trail.returncode == 0, measured.trail.stdout
    assert "rising-son" in measured.trail.stdout
