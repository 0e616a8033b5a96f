"""The attendance file: reasons, barriers with a first thing to do, targets with their source."""

from __future__ import annotations

from openiop.catalog import load
from openiop.domain.absences import read_attendance

LISTS = read_attendance(load("attendance", "attendance").body)


def test_the_show_rate_has_a_target_an_alarm_and_a_source() -> None:
    rate = LISTS.show_rate
    assert (rate.target_percent, rate.alarm_percent, rate.over_weeks, rate.tag) == (80, 70, 4, "U")
    assert rate.least_sessions == 6
    assert rate.source


def test_every_barrier_names_the_first_thing_the_team_can_do() -> None:
    assert len(LISTS.barriers) >= 10
    assert all(row.help.en and row.help.es for row in LISTS.barriers)


def test_keys_are_known_once_and_unknown_ones_are_nothing() -> None:
    for rows in (LISTS.reasons, LISTS.barriers):
        assert len({row.key for row in rows}) == len(rows)
    assert LISTS.reason("sick").title.es == "Enfermedad"
    assert LISTS.barrier("ride").title.en == "No ride"
    assert (LISTS.reason("moon"), LISTS.barrier("moon")) == (None, None)


def test_the_demo_uses_only_reasons_and_barriers_that_exist() -> None:
    from openiop.apps.demo.coming import BARRIERS

    assert all(LISTS.barrier(key) for key in BARRIERS)
