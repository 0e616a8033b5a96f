"""Figures of the timetable, with the machine. Asserted is what holds on a busy machine too; goals are told."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from openiop.domain.schedule.check import broken_rules
from openiop.engines.charts import bar_chart
from openiop.engines.timetable.apart import plan_apart
from openiop.engines.timetable.greedy import GreedyPlanner
from tests.engines.timetable.weeks_made import generated
from tests.figures import Figures

pytestmark = pytest.mark.bench
AREA = "schedule"

# Cost that earlier prototypes reached on the same weeks: the floor.
FLOOR = {
    ("tiny", 1): 673, ("tiny", 2): 5_441, ("program", 1): 31_996, ("program", 2): 7_736, ("program", 3): 21_467,
    ("program-tight", 1): 13_676, ("large", 1): 25_772, ("large", 2): 14_895, ("large-tight", 1): 12_589,
    ("chain", 1): 42_021,
}  # fmt: skip
TASTE = (("large", 2), ("program", 2), ("program", 3), ("tiny", 1), ("tiny", 2))
SECONDS = {"tiny": 10, "program": 60, "large": 60, "chain": 180}
GOALS = {"tiny": (10, 0.02), "program": (10, 0.02), "large": (60, 0.03), "chain": (180, 0.05)}
PLAIN = ("tiny", "program", "large")
GROWING = (20, 60, 120, 200, 350, 500)
TWO_AT_ONCE = 2
ASSERTS = "both plans legal; bound <= cost <= first fit, floor"


def told(*modules: str) -> dict[str, Any]:
    """What a measuring process of its own prints."""
    done = subprocess.run([sys.executable, "-m", *modules], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def side_by_side(commands: Iterable[tuple[str, ...]]) -> list[dict[str, Any]]:
    """Two measuring processes at a time, for two cores; the longest are begun first."""
    with ThreadPoolExecutor(TWO_AT_ONCE) as pool:
        return list(pool.map(lambda words: told(*words), commands))


def command(size: str, seed: int) -> tuple[str, ...]:
    base = size.removesuffix("-tight")
    words = ("tests.bench.schedule.figures", size, str(seed), str(SECONDS[base]), f"--goal={GOALS[base][0]}")
    return (*words, "--flat") if base in PLAIN and seed == 1 else words


def test_weeks_of_every_size_are_legal_and_no_worse_than_the_floor(*, figures: Figures, long: bool) -> None:
    weeks = sorted(FLOOR, key=lambda week: -SECONDS[week[0].removesuffix("-tight")]) if long else TASTE
    for (size, seed), row in zip(weeks, side_by_side(command(*week) for week in weeks), strict=True):
        note(figures, size, seed, row)
        assert row["bound"] <= row["cost"] <= row["first_fit"]
        assert row["cost"] <= FLOOR[size, seed]
        if row.get("plain") is not None:
            assert row["bound"] <= row["plain"]


def note(figures: Figures, size: str, seed: int, row: dict[str, Any]) -> None:
    """One line of the table."""
    after, most = GOALS[size.removesuffix("-tight")]
    met = row["goal_net"] is not None and row["goal_net"] <= most
    figures.note(
        AREA, f"{size}-{seed}", asserts=ASSERTS,
        clients=str(row["clients"]),
        first_fit=f"{row['first_fit']:,} ({row['first_fit_placed']})",
        planned=f"{row['cost']:,} ({row['placed']})",
        bound=f"{row['bound']:,}",
        gap=f"{row['gap']:.1%}", net=f"{row['net']:.1%}",
        goal=f"net {most:.0%} in {after} s: {share(row['goal_net'])}, {'met' if met else 'missed'}",
        plain_model=plain(row),
        first_legal=f"{row['first_s']:.1f} s",
        net_within_1_percent="-" if row["near_s"] is None else f"{row['near_s']:.0f} s",
        used=f"{row['seconds']:.0f} s",
        peak=f"{row['peak_mb']} MB",
        options=ms(row["options_ms"]), why_not=ms(row["why_ms"]), sick_day=ms(row["sick_ms"]),
        sick_days=f"{row['covered']} of {row['roles']} roles covered, {row['moved']} seats, {row['moved_ones']} one-to-ones moved",
    )  # fmt: skip


def share(part: float | None) -> str:
    return "-" if part is None else f"{part:.1%}"


def plain(row: dict[str, Any]) -> str:
    if "plain" not in row:
        return ""
    return (
        "no plan" if row["plain"] is None else f"{row['plain']:,.0f} ({row['plain'] / row['cost']:.1f} times)"
    )


def ms(spread: list[float] | None) -> str:
    return "-" if spread is None else f"{spread[0]:.0f} (95 %: {spread[1]:.0f}, worst {spread[2]:.0f}) ms"


def test_sites_are_planned_in_two_processes(*, figures: Figures, long: bool) -> None:
    for size, seconds in (("multi50", 240.0), ("multi50-tight", 240.0)) if long else (("multi3", 30.0),):
        instance = generated(size, 1)
        first = GreedyPlanner().plan(instance)
        began = time.monotonic()
        plan = plan_apart(instance, seconds=seconds, clock=time.process_time)
        took = time.monotonic() - began
        assert broken_rules(instance, plan.roster) == ()
        assert plan.bound is not None
        assert plan.bound <= plan.levels.total < first.levels.total
        figures.note(
            AREA, f"{size}: sites of 60", asserts=ASSERTS,
            clients=f"{len(instance.clients):,}",
            first_fit=f"{first.levels.total:,} ({len(first.roster.clients)})",
            planned=f"{plan.levels.total:,} ({len(plan.roster.clients)})",
            bound=f"{plan.bound:,}", gap=share(plan.gap), net=share(plan.net_gap),
            goal=f"300 s: {took:.0f} s of the clock", used=f"{took:.0f} s of the clock",
        )  # fmt: skip


def test_the_cost_grows_no_faster_than_the_square_of_the_clients(*, figures: Figures, long: bool) -> None:
    sizes = GROWING if long else GROWING[:2]
    rows = side_by_side(("tests.bench.schedule.growth", str(n)) for n in sorted(sizes, reverse=True))[::-1]
    for row in rows:
        figures.note(
            "growth", f"{row['clients']} clients", asserts="the bound takes at most the square's time",
            first_legal_plan=f"{row['first']:.2f} s", relaxation_proven=f"{row['bound']:.1f} s", columns=f"{row['columns']:,}",
            peak=f"{row['peak_mb']} MB",
        )  # fmt: skip
    small, large = rows[1], rows[-1]
    times = large["clients"] / small["clients"]
    assert large["first"] <= small["first"] * times**2 + 1
    assert large["bound"] <= small["bound"] * times**2 + 1
    chart = bar_chart(
        title="From an empty board to a proven bound",
        description="Seconds of processor time by number of clients at one site.",
        label_title="Clients",
        value_title="Seconds of processor time",
        bars=[(str(row["clients"]), round(row["first"] + row["bound"], 1)) for row in rows],
    )
    figures.draw("growth", chart.svg)
