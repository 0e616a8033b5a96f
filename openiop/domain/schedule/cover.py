"""Who may stand in for a facilitator on one date: qualified for the group, at work, and not at the limit.

Whether a person is free at that time is a question of clashes (`clash.py`), not of this file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from openiop.domain.schedule.problem import Span


class Chair(StrEnum):
    """The two places of a facilitator in a group."""

    LEAD = "lead"
    CO_LEAD = "co_lead"


class Unfit(StrEnum):
    """Why someone cannot stand in."""

    LICENCE = "licence"
    SERVICE = "service"
    TRACK = "track"
    TELEHEALTH = "telehealth"
    HOURS = "hours"
    WEEK_FULL = "week-full"


@dataclass(frozen=True, slots=True)
class Helper:
    """A person of the staff. `week_minutes`: groups and appointments they have in that week already.

    `hours` empty: nobody wrote down when they work, so no time is ruled out.
    """

    licensed: bool
    services: frozenset[str]
    tracks: frozenset[str]
    telehealth: bool
    hours: tuple[Span, ...]
    week_minutes: int
    week_most: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A place without a facilitator: the group's home track, its service, its time."""

    chair: Chair
    track: str
    service: str
    span: Span
    is_remote: bool


def unfit(helper: Helper, gap: Gap) -> tuple[Unfit, ...]:
    """Return every reason against; empty when the person may stand in.

    A lead is licensed and has the track and the service; a co-facilitator needs the track alone (hard rules
    of the weekly model, section 3, 9).
    """
    leads = gap.chair is Chair.LEAD
    found = [
        Unfit.LICENCE if leads and not helper.licensed else None,
        Unfit.SERVICE if leads and gap.service not in helper.services else None,
        None if gap.track in helper.tracks else Unfit.TRACK,
        Unfit.TELEHEALTH if gap.is_remote and not helper.telehealth else None,
        Unfit.HOURS if helper.hours and not _at_work(gap.span, helper.hours) else None,
        Unfit.WEEK_FULL if helper.week_minutes + gap.span.minutes > helper.week_most else None,
    ]
    return tuple(one for one in found if one is not None)


def _at_work(span: Span, hours: Sequence[Span]) -> bool:
    return any(span.inside(window) for window in hours)
