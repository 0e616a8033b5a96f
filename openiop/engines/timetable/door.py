"""The door for whoever starts with every page: numpy and the kernel are loaded when a question is put."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from openiop.domain.schedule.change import SickDay
from openiop.domain.schedule.problem import Instance, Roster

if TYPE_CHECKING:
    from openiop.engines.timetable.live import Live, Unlock, WhyNot
    from openiop.engines.timetable.replan import Replanned


def mend(after: Instance, current: Roster) -> Replanned:
    """The week mended with as few people moved as can be; see `replan.mend`."""
    from openiop.engines.timetable import replan

    return replan.mend(after, current)


def sick_day(instance: Instance, current: Roster, change: SickDay) -> Replanned:
    """One day without somebody; see `replan.sick_day`."""
    from openiop.engines.timetable import replan

    return replan.sick_day(instance, current, change)


def live(instance: Instance, roster: Roster, client: str) -> Live:
    """A standing week to which questions are put; see `live.Live`."""
    from openiop.engines.timetable.live import Live

    return Live(instance, roster, client)


def why_not(asked: Live, client: int) -> WhyNot:
    """The smallest reason why a client has no week; see `live.WhyNot`."""
    from openiop.engines.timetable.live import WhyNot

    return WhyNot(asked, client)


def unlocks(asked: Live, named: Sequence[Sequence[str]]) -> tuple[int, tuple[Unlock, ...]]:
    """How many of the waiting fit, and what would let in more; see `live.unlocks`."""
    from openiop.engines.timetable import live as module

    return module.unlocks(asked, named)
