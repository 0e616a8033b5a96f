"""Who may stand in for a facilitator on one date."""

from __future__ import annotations

from dataclasses import replace

import pytest

from openiop.domain.schedule.cover import Chair, Gap, Helper, Unfit, unfit
from openiop.domain.schedule.problem import Span

LEAD = Gap(Chair.LEAD, "depression", "skills", Span(2, 540, 720), is_remote=False)
HELPER = Helper(
    licensed=True,
    services=frozenset({"skills"}),
    tracks=frozenset({"depression"}),
    telehealth=False,
    hours=(Span(2, 480, 780),),
    week_minutes=2220,
    week_most=2400,
)


def test_who_is_qualified_at_work_and_under_the_limit_may_stand_in() -> None:
    assert unfit(HELPER, LEAD) == ()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"licensed": False}, Unfit.LICENCE),
        ({"services": frozenset({"process"})}, Unfit.SERVICE),
        ({"tracks": frozenset({"eating"})}, Unfit.TRACK),
        ({"hours": (Span(2, 480, 719),)}, Unfit.HOURS),
        ({"hours": (Span(3, 480, 780),)}, Unfit.HOURS),
        ({"week_minutes": 2221}, Unfit.WEEK_FULL),
    ],
)
def test_each_lack_is_named(change: dict[str, object], why: Unfit) -> None:
    assert unfit(replace(HELPER, **change), LEAD) == (why,)


def test_a_group_by_telehealth_needs_somebody_who_works_so() -> None:
    remote = replace(LEAD, is_remote=True)
    assert unfit(HELPER, remote) == (Unfit.TELEHEALTH,)
    assert unfit(replace(HELPER, telehealth=True), remote) == ()


def test_a_helper_needs_the_track_alone() -> None:
    second = replace(LEAD, chair=Chair.CO_LEAD)
    assert unfit(replace(HELPER, licensed=False, services=frozenset()), second) == ()
    assert unfit(replace(HELPER, tracks=frozenset()), second) == (Unfit.TRACK,)


def test_hours_nobody_wrote_down_rule_nothing_out() -> None:
    assert unfit(replace(HELPER, hours=()), LEAD) == ()
