"""What a clinical director looks for in the record: what is missing, late or waiting, and what reads like a copy.

How far back is looked and how many people one facilitator may have stand in `catalog/qualityrules`, dated,
with their source. A group of several tracks is held to the narrowest row of any of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class Lapse(StrEnum):
    """What is to be mended, in the order in which it presses."""

    MISSING = "missing"
    LATE = "late"
    UNSIGNED = "unsigned"
    COSIGN = "cosign"
    REVIEW_OVERDUE = "review-overdue"
    PLAN_UNANSWERED = "plan-unanswered"
    NO_OBJECTIVE = "no-objective"
    COPIED = "copied"
    OVER_RATIO = "over-ratio"


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many people a group may have: for each facilitator, and at most, whoever leads.

    tracks: programs it is for; none: every group that no other row names.
    """

    tracks: tuple[str, ...]
    per_facilitator: int
    most: int
    source: str
    tag: str

    def allowed(self, facilitators: int) -> int:
        """Return how many people so many facilitators may have."""
        return min(self.per_facilitator * facilitators, self.most)


@dataclass(frozen=True, slots=True)
class QualityRules:
    """One version of the file. `back_days`: what is older is history, not work; what still waits stays."""

    version: int
    back_days: int
    source: str
    ratios: tuple[Ratio, ...]

    def since(self, at: datetime) -> datetime:
        """Return the instant from which what is done and over is looked at."""
        return at - timedelta(days=self.back_days)

    def allowed(self, tracks: Collection[str], facilitators: int) -> int:
        """Return how many people a group of these tracks may have with so many facilitators."""
        named = [row for row in self.ratios if not set(tracks).isdisjoint(row.tracks)]
        rows = named or [row for row in self.ratios if not row.tracks]
        return min(row.allowed(facilitators) for row in rows)


def read_quality_rules(body: Mapping[str, Any]) -> QualityRules:
    """Build the rules from a catalogue body that its schema has passed."""
    return QualityRules(
        version=body["version"],
        back_days=body["back_days"],
        source=body["source"],
        ratios=tuple(Ratio(**(dict(row) | {"tracks": tuple(row["tracks"])})) for row in body["ratios"]),
    )
