"""A row of scores of one episode: on track, off track and why, or too early to say.

The baseline is the first complete form from a week before to three days after the episode began; without
one nothing is judged. Off track: reliably worse at any time; or from the fourth week (or four forms after
the baseline) on no reliable improvement while the score is still on the clinical side; or two weekly forms
missed in a row; or an open risk flag. An expected course needs the site's own data (200 episodes); none is
shown until there is one. The rule is the program's policy: a clinical lead signs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from openiop.domain.measures.change import Change, Status, compare
from openiop.domain.measures.model import Better, Score

BEFORE = timedelta(days=7)
AFTER = timedelta(days=3)
WEEK = timedelta(days=7)
LATE = 4
MISSED = 2


class Track(StrEnum):
    """Where the row of scores points."""

    ON = "on_track"
    OFF = "off_track"
    EARLY = "too_early"
    NO_BASELINE = "no_baseline"
    NOT_JUDGED = "not_judged"


class Why(StrEnum):
    """The reason for off track."""

    WORSE = "reliably_worse"
    NO_GAIN = "no_improvement_by_week_4"
    MISSED = "two_weeks_missed"
    RISK = "open_risk_flag"


@dataclass(frozen=True, slots=True)
class Point:
    """One form: its day, its figure (None where it was not complete), and whether it raised a risk flag."""

    on: date
    value: float | None
    risk: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """What the row says. `change` is the last complete form against the baseline."""

    track: Track
    why: tuple[Why, ...] = ()
    baseline: Point | None = None
    last: Point | None = None
    change: Change | None = None


def baseline_of(points: Sequence[Point], began_on: date) -> Point | None:
    """The first complete form near the beginning of the episode."""
    near = (
        point
        for point in sorted(points, key=lambda point: point.on)
        if point.value is not None and began_on - BEFORE <= point.on <= began_on + AFTER
    )
    return next(near, None)


def course(
    score: Score, points: Sequence[Point], *, began_on: date, today: date, weekly: bool = True
) -> Course:
    """Read the row as it stands today. `weekly`: the form is asked for every week."""
    ordered = sorted(points, key=lambda point: point.on)
    first = baseline_of(ordered, began_on)
    if first is None:
        risk = (Why.RISK,) if ordered and ordered[-1].risk else ()
        return Course(Track.OFF if risk else Track.NO_BASELINE, risk)
    after = [point for point in ordered if point.on > first.on and point.value is not None]
    last = after[-1] if after else first
    change = compare(score, first.value, last.value)
    # Four forms after the baseline, or its fourth week is over.
    late = len(after) >= LATE or (bool(after) and today - first.on >= LATE * WEEK)
    why = []
    if change.status is Status.WORSE:
        why.append(Why.WORSE)
    if late and change.status is Status.SAME and _is_clinical(score, last.value):
        why.append(Why.NO_GAIN)
    if weekly and today - ordered[-1].on >= (MISSED + 1) * WEEK:
        why.append(Why.MISSED)
    if ordered[-1].risk:
        why.append(Why.RISK)
    judged = score.better is not Better.NEITHER and not (after and change.status is Status.UNKNOWN)
    settled = bool(after) and (late or change.status in (Status.IMPROVED, Status.FLOOR))
    track = Track.OFF if why else Track.NOT_JUDGED if not judged else Track.ON if settled else Track.EARLY
    return Course(track, tuple(why), first, last, change)


def _is_clinical(score: Score, value: float | None) -> bool:
    """Whether the last score is still on the clinical side; where no line is known, it is taken to be."""
    line = score.goals.recovered
    if line is None or value is None:
        return True
    return value <= line if score.better is Better.HIGHER else value >= line
