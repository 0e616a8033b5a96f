"""How often each service came so far, kept only as far as the order can tell weeks apart.

A service that may come any number of times is not counted. One with only a least number is counted up
to that number. Only where a most can be passed is the count kept whole. One byte for each service.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from openiop.domain.schedule.chains import DayPlan
from openiop.domain.schedule.problem import Range
from openiop.domain.schedule.rules import mix_outside
from openiop.domain.schedule.words import Reason


class MixCounter:
    """Counts in one number. `most_days`: the most days a week may have; a service comes once a day.

    With `free` no count is refused and `outside` tells what is broken instead.
    """

    def __init__(self, mix: Mapping[str, Range], *, most_days: int, free: bool = False) -> None:
        self._ranges = sorted(mix.items())
        self._free = free
        self._stop_at: dict[int, int | None] = {}
        for place, (_, allowed) in enumerate(self._ranges):
            if allowed.hi < most_days:
                self._stop_at[place] = None
            elif allowed.lo > 0:
                self._stop_at[place] = allowed.lo
        self.counted = sum(1 << place for place in self._stop_at)
        self._known: dict[tuple[int, int], int | None] = {}

    def add(self, counts: int, services: int) -> int | None:
        """The counts after a day with these services, or None when one comes too often."""
        key = (counts, services & self.counted)
        if key not in self._known:
            self._known[key] = self._add(*key)
        return self._known[key]

    def _add(self, counts: int, services: int) -> int | None:
        for place, stop in self._stop_at.items():
            if not services >> place & 1:
                continue
            count = counts >> 8 * place & 0xFF
            if stop is not None and count >= stop:
                continue
            if not self._free and count >= self._ranges[place][1].hi:
                return None
            counts += 1 << 8 * place
        return counts

    def offered(self, plans: Iterable[DayPlan]) -> int:
        """One for each counted service that a day could give."""
        services = 0
        for plan in plans:
            services |= plan.services
        return sum(1 << 8 * place for place in self._stop_at if services >> place & 1)

    def can_complete(self, counts: int, later: int) -> bool:
        """Whether each service can still come often enough; `later` sums `offered` of the days left."""
        if self._free:
            return True
        total = counts + later
        return all(total >> 8 * p & 0xFF >= self._ranges[p][1].lo for p in self._stop_at)

    def outside(self, counts: int) -> Iterator[Reason]:
        """The services that came too seldom or too often."""
        for place in self._stop_at:
            service, allowed = self._ranges[place]
            broken = mix_outside(service, counts >> 8 * place & 0xFF, allowed)
            if broken is not None:
                yield broken
