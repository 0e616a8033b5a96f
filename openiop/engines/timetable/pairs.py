"""Two who are kept apart on site and whose weeks always meet: only one of them can have a place.

The relaxation seats a half of each. Counting days sees through it: where every chain of one overlaps every
chain of the other a day can be given to one of them only, and where both orders ask for more of those days
than there are, no plan has both.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from openiop.engines.timetable.house import DAYS
from openiop.engines.timetable.kernel import Kernel
from openiop.engines.timetable.strings import on_site

Stay = tuple[int, int]


def never_both(kernel: Kernel) -> Iterator[tuple[int, int]]:
    """Pairs of clients of whom one at most can be placed."""
    stays: dict[int, list[set[Stay]]] = {}
    for one, others in enumerate(kernel.house.neighbours):
        for two in sorted({other for other, wide in others if wide and other > one}):
            for client in (one, two):
                if client not in stays:
                    stays[client] = stays_of(kernel, client)
            if _too_few_days(kernel, one, two, stays[one], stays[two]):
                yield one, two


def stays_of(kernel: Kernel, client: int) -> list[set[Stay]]:
    """By day, from when to when the client could be in groups; by telehealth as (-1, -1)."""
    house, batch = kernel.house, kernel.batch_of[client][0]
    family = batch.family
    able = np.append(house.eligible[client, family.meetings], True)
    stays: list[set[Stay]] = [set() for _ in range(DAYS)]
    for string in family.strings[able[family.strings].all(axis=1)]:
        meetings = [int(family.meetings[m]) for m in string if m < len(family.meetings)]
        stay = (int(house.start[meetings].min()), int(house.end[meetings].max()))
        stays[int(house.day[meetings[0]])].add(stay if on_site(house, meetings[0]) else (-1, -1))
    return stays


def _too_few_days(kernel: Kernel, one: int, two: int, mine: list[set[Stay]], theirs: list[set[Stay]]) -> bool:
    """Whether their orders ask for more of the days on which they must meet than there are."""
    meeting = [d for d in range(DAYS) if mine[d] and theirs[d] and _always_meet(mine[d], theirs[d])]
    asked = 0
    for client, stays in ((one, mine), (two, theirs)):
        elsewhere = sum(1 for d in range(DAYS) if stays[d] and d not in meeting)
        asked += max(0, kernel.house.clients[client].days.lo - elsewhere)
    return asked > len(meeting)


def _always_meet(mine: set[Stay], theirs: set[Stay]) -> bool:
    """Whether every stay of one overlaps every stay of the other."""
    return all(max(a[0], b[0]) < min(a[1], b[1]) for a in mine for b in theirs)
