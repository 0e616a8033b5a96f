"""How a week will end for one person, in one word: what a board sorts by."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from openiop.domain.dosage import Dosage, Need, shortfall


class Outlook(StrEnum):
    """The order of the members is the order of concern."""

    BELOW_FLOOR = "below-floor"
    SHORT = "short"
    NO_ORDER = "no-order"
    WATCH = "watch"
    ON_TRACK = "on-track"
    MET = "met"
    PARTIAL = "partial"


CONCERN = {outlook: place for place, outlook in enumerate(Outlook)}
AT_RISK = frozenset({Outlook.BELOW_FLOOR, Outlook.SHORT})
"""What is booked cannot reach the floor, or the order."""


@dataclass(frozen=True, slots=True)
class Shows:
    """To how many of the sessions booked over the last weeks a person came."""

    came: int = 0
    of: int = 0

    def is_below(self, percent: int, least: int) -> bool:
        """Tell whether they came to less than this share. With fewer than `least` sessions nobody knows."""
        return self.of >= least and self.came * 100 < percent * self.of


def outlook_of(
    dosage: Dosage, order: Need | None, *, is_partial: bool = False, is_often_away: bool = False
) -> Outlook:
    """The week's outlook.

    `is_partial`: the order begins or ends within the week, which cannot be held to a whole week's dose.
    """
    if order is None:
        return Outlook.NO_ORDER
    if is_partial:
        return Outlook.PARTIAL
    if dosage.below_floor:
        return Outlook.BELOW_FLOOR
    if dosage.below_order:
        return Outlook.SHORT
    if not shortfall(dosage.attended, order):
        return Outlook.MET
    return Outlook.WATCH if is_often_away else Outlook.ON_TRACK


def concern(dosage: Dosage, outlook: Outlook) -> tuple[int, ...]:
    """What a list is sorted by, the greatest concern first."""
    return (
        CONCERN[outlook],
        -dosage.below_floor.minutes,
        -dosage.below_floor.days,
        -dosage.below_order.minutes,
        -dosage.below_order.days,
    )
