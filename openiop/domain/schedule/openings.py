"""Free time: what is left of working hours when everything that is taken is cut out."""

from __future__ import annotations

from collections.abc import Iterable

from openiop.domain.schedule.problem import Span
from openiop.domain.schedule.rules import merged


def without(hours: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """Return the pieces of `hours` that nothing of `taken` touches, in order of time."""
    cuts = merged(taken)
    found: list[Span] = []
    for window in merged(hours):
        start = window.start
        for cut in cuts:
            if cut.day == window.day and cut.start < window.end and cut.end > start:
                if cut.start > start:
                    found.append(Span(window.day, start, cut.start))
                start = max(start, cut.end)
        if start < window.end:
            found.append(Span(window.day, start, window.end))
    return found
