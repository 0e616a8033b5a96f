"""A good solution made better: most of the house held as it is, a part of it decided anew, exactly.

What is freed hangs together: classes of tracks that share people's weeks, or of one part of the day, or
those that some of the waiting could attend. New columns are priced for the part that is free.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from openiop.engines.timetable.dive import Fixing, columns_of, cost_of, padded, settle_prices
from openiop.engines.timetable.master import Master

SIZES = (6, 12, 24, 40)
SECONDS = 4.0
WORTH = 0.5


def improve(
    master: Master, value: np.ndarray, left: Callable[[], float], rng: np.random.Generator
) -> np.ndarray | None:
    """A better solution in one neighbourhood, or None."""
    value = padded(master, value)
    best = cost_of(master, value)
    free = chosen_classes(master, value, rng)
    with Fixing(master) as fixing:
        for group_class in master.house.classes:
            if group_class.index not in free:
                for column in columns_of(master, group_class.index):
                    fixing.fix(column, round(value[column]))
        if not settle_prices(master, left) or master.lp.objective > best - WORTH:
            return None
        found, _ = master.lp.solve_whole(
            min(SECONDS, left()), start=padded(master, value), gap=1e-3, cutoff=best - WORTH
        )
    return found if found is not None and cost_of(master, found) < best - WORTH else None


def chosen_classes(master: Master, value: np.ndarray, rng: np.random.Generator) -> set[int]:
    """The classes to decide anew."""
    house = master.house
    waiting = [c for c, column in enumerate(master.design.waiting) if value[column] > WORTH]
    kind, size = int(rng.integers(3)), int(rng.choice(SIZES))
    if kind == 0 and waiting:
        some = rng.permutation(waiting)[:2]
        reach = {int(k) for c in some for k in house.meeting_class[house.eligible[c]]}
        pool = sorted(reach)
    elif kind == 1:
        seed = house.classes[int(rng.integers(len(house.classes)))].sample
        pool = [k.index for k in house.classes if k.sample.admits & seed.admits]
    else:
        seed_at = int(rng.integers(len(house.day)))
        pool = sorted(
            {
                int(house.meeting_class[m])
                for m in range(len(house.day))
                if abs(house.start[m] - house.start[seed_at]) < 150
            }
        )
    return {int(k) for k in rng.permutation(pool)[:size]}
