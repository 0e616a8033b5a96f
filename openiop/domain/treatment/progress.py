"""How far each objective moved, from review to review.

A rating goes from 0 to 4 on anchors of our own, in the manner of goal attainment scaling: two people who know
the client should choose the same one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum


class Rating(IntEnum):
    """Where an objective stands between its baseline and its target."""

    NOT_BEGUN = 0
    BEGUN = 1
    HALF = 2
    NEARLY = 3
    MET = 4


class Direction(StrEnum):
    """Which way an objective went since the review before."""

    NEW = "new"
    UP = "up"
    SAME = "same"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One review: its day and the ratings it gave, by the key of the objective."""

    on: date
    ratings: Mapping[str, Rating]


@dataclass(frozen=True, slots=True)
class Moved:
    """One objective over time: a None is a review at which it was not rated."""

    key: str
    points: tuple[tuple[date, Rating | None], ...]

    @property
    def rated(self) -> tuple[Rating, ...]:
        """The ratings there are, the oldest first."""
        return tuple(rating for _day, rating in self.points if rating is not None)

    @property
    def last(self) -> Rating | None:
        """Where it stands."""
        return self.rated[-1] if self.rated else None

    @property
    def direction(self) -> Direction:
        """Where it went since the rating before."""
        if len(self.rated) < 2:  # noqa: PLR2004 - two ratings make a direction
            return Direction.NEW
        former, now = self.rated[-2:]
        return Direction.UP if now > former else Direction.DOWN if now < former else Direction.SAME


def movement(keys: Sequence[str], reviews: Sequence[Reviewed]) -> tuple[Moved, ...]:
    """Return each objective over all reviews, in the order of the keys; the reviews are put in order of their day."""
    inorder = sorted(reviews, key=lambda review: review.on)
    return tuple(
        Moved(key, tuple((review.on, review.ratings.get(key)) for review in inorder)) for key in keys
    )


def met(reviews: Sequence[Reviewed]) -> frozenset[str]:
    """Return the keys of the objectives whose last rating says that they are reached."""
    last: dict[str, Rating] = {}
    for review in sorted(reviews, key=lambda review: review.on):
        last |= review.ratings
    return frozenset(key for key, rating in last.items() if rating is Rating.MET)


def stands_still(moved: Sequence[Moved]) -> bool:
    """Tell whether nothing rated twice went up: then the plan, and not the person, is what to change.

    A plateau without a change of plan is the usual ground on which a payer ends an authorization.
    """
    known = [one.direction for one in moved if one.direction is not Direction.NEW]
    return bool(known) and Direction.UP not in known
