"""Two scores of one person: is the change more than noise, and is it where treatment wants to go?

A published threshold in points counts when it is reached; a row of spread and reliability counts when the
reliable change index, (now - baseline) / (SD * sqrt(2 * (1 - r))), is above 1.96 strictly (Jacobson and
Truax 1991). The row that was used is kept with the answer. Where a form has no row, a change is told in
points and is not judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from openiop.domain.measures.model import Better, Reliable, Score

BOUND = 1.96


class Status(StrEnum):
    """What a change amounts to."""

    IMPROVED = "reliable_improvement"
    WORSE = "reliable_deterioration"
    SAME = "no_reliable_change"
    FLOOR = "not_applicable_floor"
    """The baseline was already on the healthy side, and it is not reliably worse."""
    UNKNOWN = "no_threshold"
    """The form has no number to judge a change by, or a score is missing."""


@dataclass(frozen=True, slots=True)
class Change:
    """`points` is now minus baseline; `index` is the reliable change index, signed so that up is better."""

    status: Status
    points: float | None = None
    index: float | None = None
    response: bool = False
    in_remission: bool = False
    recovered: bool = False
    row: Reliable | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The status and what comes with it, as keys."""
        extra = (
            ("response", self.response),
            ("in_remission", self.in_remission),
            ("recovered", self.recovered),
        )
        return (str(self.status), *(key for key, holds in extra if holds))


def compare(
    score: Score, baseline: float | None, now: float | None, *, row: Reliable | None = None
) -> Change:
    """Compare two scores; `row` names the numbers to judge by, else the first of the instrument."""
    if baseline is None or now is None:
        return Change(Status.UNKNOWN)
    points = round(now - baseline, 12)
    if score.better is Better.NEITHER:
        return Change(Status.UNKNOWN, points)
    row = row or next(iter(score.reliable), None)
    gain = points if score.better is Better.HIGHER else -points
    goals = score.goals
    was_well = goals.recovered is not None and _past(score, baseline, goals.recovered)
    is_well = goals.recovered is not None and _past(score, now, goals.recovered)
    status, index = _judged(row, gain, was_well=was_well)
    return Change(
        status=status,
        points=points,
        index=index,
        response=_responded(score, baseline, now),
        in_remission=goals.remission is not None and _past(score, now, goals.remission),
        recovered=status is Status.IMPROVED and is_well and not was_well,
        row=row,
    )


def points_needed(row: Reliable) -> float:
    """How many points a reliable change is, for the page; by formula this is the bound itself."""
    if row.points is not None:
        return row.points
    return BOUND * _noise(row)


def index_of(row: Reliable, gain: float) -> float | None:
    """The reliable change index of a gain; None for a row of points."""
    return gain / _noise(row) if row.points is None else None


def _judged(row: Reliable | None, gain: float, *, was_well: bool) -> tuple[Status, float | None]:
    if row is None:
        return Status.UNKNOWN, None
    index = index_of(row, gain)
    reached = abs(gain) >= row.points if row.points is not None else abs(index or 0) > BOUND
    if reached and gain < 0:
        return Status.WORSE, index
    if was_well:
        return Status.FLOOR, index
    return (Status.IMPROVED if reached else Status.SAME), index


def _noise(row: Reliable) -> float:
    """The standard error of a difference between two scores."""
    return (row.sd or 0) * sqrt(2 * (1 - (row.r or 0)))


def _past(score: Score, value: float, line: float) -> bool:
    """On the healthy side of a line, strictly."""
    return value > line if score.better is Better.HIGHER else value < line


def _responded(score: Score, baseline: float, now: float) -> bool:
    """The share of the baseline that is gone; asked only where there was enough to lose."""
    share = score.goals.response
    if (
        share is None
        or score.better is not Better.LOWER
        or baseline < score.goals.response_from
        or not baseline
    ):
        return False
    return (baseline - now) >= share * baseline
