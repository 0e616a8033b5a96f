"""Which forms are due: at admission, on a rhythm, at discharge, after it; one day before and on the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pytest

from openiop import catalog
from openiop.domain.measures.batteries import due_forms

IN = date(2026, 9, 7)
BATTERY = catalog.battery()


def due(
    day: int, track: str = "depression", out: int | None = None, **done: Sequence[int]
) -> Mapping[str, int]:
    """Days are counted from admission; what is done is told by form, with _ for a dash."""
    days = {
        form.replace("_", "-"): [IN + timedelta(days=one) for one in found] for form, found in done.items()
    }
    found = due_forms(
        BATTERY,
        track,
        admitted_on=IN,
        discharged_on=None if out is None else IN + timedelta(days=out),
        done=days,
        today=IN + timedelta(days=day),
    )
    return {one.form: (one.on - IN).days for one in found}


def test_the_first_day_asks_for_safety_first() -> None:
    assert list(due(0)) == ["cssrs-screen", "phq-9", "gad-7", "audit-c", "taps-1", "pc-ptsd-5"]
    assert set(due(0, "adolescent")) == {"cssrs-screen", "phq-a", "gad-7"}


def test_the_rest_waits_until_the_third_day() -> None:
    first = {form: [0] for form in ("cssrs_screen", "phq_9", "gad_7", "audit_c", "taps_1", "pc_ptsd_5")}
    assert due(1, **first) == {}
    assert set(due(2, **first)) == {"who-5", "mspss", "rulers"}
    assert set(due(2, "dual", **first)) == {"who-5", "mspss", "rulers", "bam-iop", "barc-10"}


@pytest.mark.parametrize(
    ("last", "day", "is_due"), [(0, 6, False), (0, 7, True), (7, 13, False), (7, 14, True), (9, 15, False)]
)
def test_a_weekly_form_is_counted_from_the_last(last: int, day: int, *, is_due: bool) -> None:
    assert ("phq-9" in due(day, phq_9=[last])) is is_due


def test_what_was_filled_in_in_the_week_before_admission_counts() -> None:
    assert "phq-9" not in due(0, phq_9=[-7])
    assert "phq-9" in due(0, phq_9=[-8])


def test_a_form_is_asked_once_by_the_row_that_waits_longest() -> None:
    assert due(30)["who-5"] == 2
    assert due(30, who_5=[2])["who-5"] == 30
    assert "who-5" not in due(29, who_5=[2])


def test_after_discharge_the_rhythm_ends_and_its_own_forms_are_asked() -> None:
    asked = due(40, out=40, phq_9=[34])
    assert set(asked) == {"gad-7", "cssrs-since-last", "who-5", "mspss", "satisfaction-6"}
    assert due(55, out=40) == {}


@pytest.mark.parametrize(
    ("day", "done", "is_due"),
    [(69, [], False), (70, [], True), (70, [56], False), (70, [55], True), (84, [], True), (85, [], False),
     (130, [], True), (220, [], True)],
)  # fmt: skip
def test_the_follow_ups_are_asked_around_their_days(day: int, done: list[int], *, is_due: bool) -> None:
    assert ("phq-9" in due(day, out=40, phq_9=done)) is is_due
