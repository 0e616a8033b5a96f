"""Small pictures beside figures: a spark line, a meter of hours, a row of seats.

Each is an SVG string with attributes only (no styles, so the strict CSP holds), hidden from screen readers:
the words beside it say the same. Colours come from the style sheet through classes and currentColor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, PAD = 88, 24, 3


def sparkline(
    values: Sequence[float | None],
    *,
    low: float | None = None,
    high: float | None = None,
    goal: float | None = None,
) -> str:
    """Return the line through the values (None leaves a gap), its last point marked, a goal dashed."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    scale = [*known, *(edge for edge in (low, high, goal) if edge is not None)]
    bottom, top = min(scale), max(scale)
    span = (top - bottom) or 1.0
    step = (WIDTH - 2 * PAD) / max(len(values) - 1, 1)

    def y_of(value: float) -> str:
        return _n(HEIGHT - PAD - (value - bottom) / span * (HEIGHT - 2 * PAD))

    points = [
        None if value is None else f"{_n(PAD + i * step)} {y_of(value)}" for i, value in enumerate(values)
    ]
    path = "".join(
        f"{'M' if i == 0 or points[i - 1] is None else 'L'}{point}" for i, point in enumerate(points) if point
    )
    last = next(point for point in reversed(points) if point)
    x, y = last.split()
    dashed = "" if goal is None else f'<path class="goal" d="M0 {y_of(goal)}H{WIDTH}"/>'
    return (
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" focusable="false">{dashed}'
        f'<path class="line" d="{path}"/><circle class="end" cx="{x}" cy="{y}" r="2.5"/></svg>'
    )


@dataclass(frozen=True, slots=True)
class Meter:
    """A bar: `done` filled, `ahead` (planned on top) outlined, `mark` a line to reach. All in one unit."""

    done: float
    whole: float
    ahead: float = 0
    mark: float | None = None


def meter_bar(meter: Meter) -> str:
    """Return the bar on a track of 160 by 16; longer values end at the track's end."""
    width = 160
    scale = width / max(meter.whole, meter.done + meter.ahead, meter.mark or 0, 1e-9)
    done = meter.done * scale
    ahead = (
        f'<rect class="ahead" x="{_n(done + 0.5)}" y="4.5" width="{_n(max(meter.ahead * scale - 1, 0))}" height="7"/>'
        if meter.ahead > 0
        else ""
    )
    mark = ""
    if meter.mark is not None:
        x = _n(min(max(meter.mark * scale, 0.75), width - 0.75))
        mark = f'<path class="mark" d="M{x} 1V15"/>'
    return (
        f'<svg viewBox="0 0 {width} 16" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f'<rect class="track" x=".5" y="4.5" width="{width - 1}" height="7" rx="2"/>{ahead}'
        f'<rect class="done" y="4" width="{_n(done)}" height="8" rx="2"/>{mark}</svg>'
    )


def seat_row(taken: int, seats: int, waiting: int = 0) -> str:
    """Return one square a seat (filled: taken) and a ring for each person waiting, four at most."""
    shapes = [
        f'<rect class="{"taken" if i < taken else "free"}" x="{i * 9 + 0.5}" y="2" width="7" height="8" rx="1.5"/>'
        for i in range(max(seats, taken))
    ]
    start = len(shapes) * 9 + 3
    rings = min(waiting, 4)
    shapes += [f'<circle class="waiting" cx="{start + i * 9 + 3.5}" cy="6" r="3"/>' for i in range(rings)]
    width = len(shapes) * 9 + (3 if rings else 0)
    return (
        f'<svg viewBox="0 0 {width} 12" width="{width}" height="12" aria-hidden="true" focusable="false">'
        f"{''.join(shapes)}</svg>"
    )


def _n(value: float) -> str:
    """Write a coordinate with at most one decimal."""
    return f"{value:.1f}".rstrip("0").rstrip(".")
