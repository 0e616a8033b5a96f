"""The days a client could attend, as arrays: each *string* is a chain of class meetings on one day.

Clients of one track who may have days of the same length share their strings and form a *family*; what
one of them cannot attend has an infinite price. All a week is judged by is the day, the services
and the minutes of a string, its *signature*: of the strings of one signature only the cheapest counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from openiop.domain.schedule.problem import Group, Mode
from openiop.engines.timetable.house import DAYS, House

NO_COHORT = -1


@dataclass(slots=True)
class Family:
    """Clients with the same strings.

    `strings` [string, place in the chain] holds places in `meetings`, filled up with len(meetings). They
    are sorted by segment: one segment for each (day, closed cohort, signature). `options` are the
    closed cohorts a week can be with, the first is none. `segment_of` [option, day, signature] is the
    segment, or their number where there is none; `must` [option, day] marks the days a cohort meets.
    """

    clients: np.ndarray
    meetings: np.ndarray
    strings: np.ndarray
    starts: np.ndarray
    signatures: list[tuple[int, int]]
    services: tuple[str, ...]
    options: list[int]
    segment_of: np.ndarray
    must: np.ndarray
    days: list[int] = field(default_factory=list)

    def cheapest(self, prices: np.ndarray) -> np.ndarray:
        """[client, segment + 1]: the cheapest string of each segment; the last column is infinite."""
        out = np.full((prices.shape[0], len(self.starts) + 1), np.inf)
        if len(self.strings):
            out[:, :-1] = np.minimum.reduceat(self.priced(prices), self.starts, axis=1)
        return out

    def priced(self, prices: np.ndarray) -> np.ndarray:
        """[client, string]: the sum of the prices of its meetings."""
        padded = np.zeros((prices.shape[0], prices.shape[1] + 1))
        padded[:, :-1] = prices
        total = padded[:, self.strings[:, 0]]
        for place in range(1, self.strings.shape[1]):
            total += padded[:, self.strings[:, place]]
        return total

    def string_of(self, segment: int, prices: np.ndarray) -> tuple[int, ...]:
        """The meetings (of all classes) of the cheapest string of a segment, for one client's prices."""
        end = self.starts[segment + 1] if segment + 1 < len(self.starts) else len(self.strings)
        rows = self.strings[self.starts[segment] : end]
        padded = np.append(prices, 0.0)
        best = rows[int(np.argmin(padded[rows].sum(axis=1)))]
        return tuple(int(self.meetings[m]) for m in best if m < len(self.meetings))


def families_of(house: House) -> list[Family]:
    """Every client in exactly one family."""
    alike: dict[object, list[int]] = {}
    for place, client in enumerate(house.clients):
        key = (client.site, client.track, tuple(sorted(client.mix)), client.day_minutes)
        alike.setdefault(key, []).append(place)
    return [_family(house, np.array(places)) for places in alike.values()]


def _family(house: House, clients: np.ndarray) -> Family:
    sample = house.clients[int(clients[0])]
    services = tuple(sorted(sample.mix))
    meetings = np.flatnonzero(house.eligible[clients].any(axis=0))
    local = {int(m): i for i, m in enumerate(meetings)}
    found: dict[tuple[int, int, tuple[int, int]], list[tuple[int, ...]]] = {}
    for chain in _chains(house, [int(m) for m in meetings], sample.day_minutes.hi):
        cohorts = {int(house.meeting_class[m]) for m in chain if _closed(house, m)}
        minutes = sum(int(house.minutes[m]) for m in chain)
        if minutes < sample.day_minutes.lo or len(cohorts) > 1:
            continue
        mask = sum(1 << services.index(_class(house, m).service) for m in chain)
        cohort = cohorts.pop() if cohorts else NO_COHORT
        key = (int(house.day[chain[0]]), cohort, (mask, minutes))
        found.setdefault(key, []).append(tuple(local[m] for m in chain))
    return _packed(house, clients, meetings, services, found)


def _packed(
    house: House,
    clients: np.ndarray,
    meetings: np.ndarray,
    services: tuple[str, ...],
    found: dict[tuple[int, int, tuple[int, int]], list[tuple[int, ...]]],
) -> Family:
    keys = sorted(found)
    signatures = sorted({key[2] for key in keys})
    options = _options(house, clients, {key[1] for key in keys})
    rows = [chain for key in keys for chain in found[key]]
    width = max((len(r) for r in rows), default=1)
    strings = np.full((len(rows), width), len(meetings), dtype=np.int64)
    for place, row in enumerate(rows):
        strings[place, : len(row)] = row
    starts = np.cumsum([0, *(len(found[key]) for key in keys)])[:-1].astype(np.int64)
    must = np.zeros((len(options), DAYS), dtype=bool)
    for place, option in enumerate(options[1:], start=1):
        must[place, house.day[house.classes[option].slice]] = True
    segment_of = np.full((len(options), DAYS, len(signatures)), len(keys), dtype=np.int64)
    for segment, (day, cohort, signature) in enumerate(keys):
        for place, option in enumerate(options):
            if cohort == (option if must[place, day] else NO_COHORT):
                segment_of[place, day, signatures.index(signature)] = segment
    days = sorted({key[0] for key in keys})
    return Family(clients, meetings, strings, starts, signatures, services, options, segment_of, must, days)


def _options(house: House, clients: np.ndarray, cohorts: set[int]) -> list[int]:
    """No cohort, and each closed cohort that someone of the family can attend wholly."""
    whole = [
        c
        for c in sorted(cohorts - {NO_COHORT})
        if house.eligible[clients, house.classes[c].slice].all(axis=1).any()
    ]
    return [NO_COHORT, *whole]


def _chains(house: House, meetings: list[int], most: int) -> Iterator[tuple[int, ...]]:
    """Every chain of a day: in order of time, one mode, no service twice, no long gap, not too long."""
    gap_max = house.instance.rules.gap_max
    following: dict[int, list[int]] = {m: [] for m in meetings}
    for one in meetings:
        for two in meetings:
            wait = house.start[two] - house.end[one]
            same = house.day[one] == house.day[two] and _class(house, one).mode is _class(house, two).mode
            if same and 0 <= wait <= gap_max:
                following[one].append(two)
    stack: list[tuple[int, ...]] = [(m,) for m in meetings]
    while stack:
        chain = stack.pop()
        if sum(int(house.minutes[m]) for m in chain) > most:
            continue
        yield chain
        used = {_class(house, m).service for m in chain}
        stack += [(*chain, m) for m in following[chain[-1]] if _class(house, m).service not in used]


def _class(house: House, meeting: int) -> Group:
    return house.classes[int(house.meeting_class[meeting])].sample


def _closed(house: House, meeting: int) -> bool:
    return house.classes[int(house.meeting_class[meeting])].closed


def on_site(house: House, meeting: int) -> bool:
    """Whether the class meeting is held in a room."""
    return _class(house, meeting).mode is Mode.ONSITE
