"""A picture of where the places lie: rings of miles and numbered dots, drawn here. Nothing is loaded from anywhere."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from openiop.domain.finder.geo import MILES_A_DEGREE, Point

SIZE = 360
_EDGE = 24
_RINGS = (1, 2, 5, 10, 25, 50, 100)


@dataclass(frozen=True, slots=True)
class Dot:
    """A place in the picture."""

    number: int
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What the template draws: dots, and rings as (miles, radius, top). Numbers are texts: no language may write them with a comma."""

    dots: tuple[Dot, ...]
    rings: tuple[tuple[int, str, str], ...]
    size: int = SIZE
    half: int = SIZE // 2


def picture_of(center: Point, places: Iterable[tuple[int, Point]]) -> Picture:
    """Draw numbered places around where somebody looked from: north is up, straight lines, one scale."""
    moved = [(number, _east(center, point), _north(center, point)) for number, point in places]
    reach = max((math.hypot(east, north) for _number, east, north in moved), default=1.0) or 1.0
    scale = (SIZE / 2 - _EDGE) / reach
    dots = tuple(
        Dot(number, f"{SIZE / 2 + east * scale:.1f}", f"{SIZE / 2 - north * scale:.1f}")
        for number, east, north in moved
    )
    rings = [
        (miles, f"{miles * scale:.1f}", f"{SIZE / 2 - miles * scale - 2:.1f}")
        for miles in _RINGS
        if miles <= reach * 1.1
    ]
    return Picture(dots, tuple(rings[-3:]))


def _north(center: Point, point: Point) -> float:
    return (point.lat - center.lat) * MILES_A_DEGREE


def _east(center: Point, point: Point) -> float:
    turn = (point.lon - center.lon + 540) % 360 - 180
    return turn * MILES_A_DEGREE * math.cos(math.radians((center.lat + point.lat) / 2))
