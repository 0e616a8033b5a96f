"""A signature on screen: a typed name, or strokes drawn with finger, pen or mouse.

Strokes come from a browser and go into a page and a PDF, so nothing but moves and lines between whole
numbers inside the box is let through: `M12 40L14 38L20 41M60 20L61 22`.
"""

from __future__ import annotations

import re
from enum import StrEnum

from openiop.domain.names import fold

WIDTH = 600
HEIGHT = 180
"""The box in which strokes are drawn; `web/static/js/signature.js` uses the same."""

MAX_CHARACTERS = 40_000
MIN_POINTS = 6
MIN_EXTENT = 12
"""A dot or a tick is not a signature: so many points, and so far apart in at least one direction."""

_STROKES = re.compile(r"(?:M\d{1,3} \d{1,3}(?:L\d{1,3} \d{1,3})*)+", re.ASCII)
_POINT = re.compile(r"[ML](\d{1,3}) (\d{1,3})", re.ASCII)


class Flaw(StrEnum):
    """Why drawn strokes are no signature."""

    TOO_LONG = "too-long"
    NOT_STROKES = "not-strokes"
    OUTSIDE = "outside"
    TOO_LITTLE = "too-little"


def flaw_of_strokes(path: str) -> Flaw | None:
    """Check SVG path data in a box of WIDTH by HEIGHT; None where it is a signature."""
    if len(path) > MAX_CHARACTERS:
        return Flaw.TOO_LONG
    if not _STROKES.fullmatch(path):
        return Flaw.NOT_STROKES
    points = [(int(x), int(y)) for x, y in _POINT.findall(path)]
    if any(x > WIDTH or y > HEIGHT for x, y in points):
        return Flaw.OUTSIDE
    across = max(x for x, _ in points) - min(x for x, _ in points)
    down = max(y for _, y in points) - min(y for _, y in points)
    if len(points) < MIN_POINTS or max(across, down) < MIN_EXTENT:
        return Flaw.TOO_LITTLE
    return None


def is_same_name(typed: str, name: str) -> bool:
    """Tell whether the typed name is the name, give or take accents, capitals and spaces."""
    return bool(fold(typed)) and fold(typed) == fold(name)
