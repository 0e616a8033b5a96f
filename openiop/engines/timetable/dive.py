"""Whole-number solutions of the program: a dive that prices at every step, and exact search from there.

A dive fixes what is nearly whole, solves and prices again, and goes on until every column of the
house is whole: first which sections run, then people and rooms. What costs much when it is fixed is tried
the other way too, and the cheaper way is gone. The weeks are then chosen exactly for that house.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Self

import numpy as np

from openiop.engines.timetable.lp import INFINITY
from openiop.engines.timetable.master import TINY, Master

ROUNDS = 4
FILLING = 15
NEAR = 0.8
DEAR = 60.0
"""What fixing one column may cost before the other way is tried: about a missed one-to-one session."""


def house_columns(master: Master) -> list[list[int]]:
    """The whole-number columns of the house by class, which sections run before who and where."""
    first, then = [], []
    for columns in master.design.classes:
        first += [columns.runs, *columns.own.values()]
        then += [columns.doubles, *columns.leads.values(), *columns.helps.values(), *columns.rooms.values()]
    return [first, then]


def columns_of(master: Master, group_class: int) -> Iterable[int]:
    """The whole-number columns of one class."""
    c = master.design.classes[group_class]
    return [c.runs, c.doubles, *c.own.values(), *c.leads.values(), *c.helps.values(), *c.rooms.values()]


class Fixing:
    """Bounds set for a while; leaving the block puts them back."""

    def __init__(self, master: Master) -> None:
        self.lp = master.lp
        self.before: dict[int, tuple[float, float]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.release(list(self.before))

    def fix(self, column: int, value: float) -> None:
        """Hold a column at a value."""
        if column not in self.before:
            self.before[column] = (self.lp.lower[column], self.lp.upper[column])
        self.lp.set_bounds(column, value, value)

    def release(self, columns: Iterable[int]) -> None:
        """Give columns their own bounds again."""
        for column in columns:
            self.lp.set_bounds(column, *self.before.pop(column))


def settle_prices(
    master: Master, left: Callable[[], float], rounds: int = ROUNDS, below: float = INFINITY
) -> bool:
    """Solve and price a few times; False when there is no solution, or none that is proven to cost less."""
    for _ in range(rounds):
        if left() <= 0 or not (master.lp.solve(left()) or fill_up(master, left, below)):
            return False
        new, bound = master.price_out()
        if bound >= below:
            return False
        if not new or master.lp.objective - bound < 1e-3 * abs(master.lp.objective):
            break
    return master.lp.solve(left()) and master.lp.objective < below


def fill_up(master: Master, left: Callable[[], float], below: float = INFINITY) -> bool:
    """Make the weeks for want of which a group that must run has too few people; False when there are none.

    Every round proves a bound: it ends as soon as whatever could be found would not cost less.
    """
    if not master.lp.impossible:
        return False
    master.allow_short(allowed=True)
    bound = -INFINITY
    for _ in range(FILLING):
        if left() <= 0 or not master.lp.solve(left()):
            break
        new, bound = master.price_out()
        if not new or bound >= below or master.lp.value[master.design.short].max(initial=0.0) < TINY:
            break
    master.allow_short(allowed=False)
    return left() > 0 and bound < below and master.lp.solve(left())


def dive(
    master: Master, left: Callable[[], float], *, rng: np.random.Generator | None = None
) -> np.ndarray | None:
    """One dive; the solution over all columns, or None. With `rng` ties and thresholds are shaken."""
    with Fixing(master) as fixing:
        for columns in house_columns(master):
            while True:
                open_columns = [c for c in columns if c not in fixing.before]
                if not open_columns:
                    break
                if not _step(master, fixing, open_columns, left, rng):
                    return None
        return choose_weeks(master, left)


def _step(
    master: Master,
    fixing: Fixing,
    columns: list[int],
    left: Callable[[], float],
    rng: np.random.Generator | None,
) -> bool:
    """Fix some columns, price again; where it is dear, take back all but the surest, and try that down."""
    value = master.lp.value[columns]
    part = value - np.floor(value + TINY)
    whole = part < TINY
    if whole.all():
        for column, number in zip(columns, value, strict=True):
            fixing.fix(column, round(number))
        return True
    score = np.where(whole, -1.0, part)
    if rng is not None:
        score = score + np.where(whole, 0.0, rng.uniform(-0.15, 0.15, len(score)))
    chosen = [i for i in np.argsort(-score) if score[i] >= NEAR and not whole[i]]
    chosen = chosen or [int(np.argmax(score))]
    dear = master.lp.objective + DEAR
    for i in chosen:
        fixing.fix(columns[i], float(np.ceil(value[i] - TINY)))
    if settle_prices(master, left, below=dear):
        return True
    if len(chosen) > 1:
        fixing.release([columns[i] for i in chosen[1:]])
        if settle_prices(master, left, below=dear):
            return True
    never = master.lp.impossible
    first, at = columns[chosen[0]], float(value[chosen[0]])
    return _other_way(master, fixing, first, at, left, dear=dear, never=never)


def _other_way(
    master: Master,
    fixing: Fixing,
    column: int,
    value: float,
    left: Callable[[], float],
    *,
    dear: float,
    never: bool,
) -> bool:
    """Fix a column down that is dear up, or `never` has a solution; where this is dear too, whichever costs less.

    False when neither has a solution.
    """
    fixing.fix(column, float(np.floor(value)))
    down = master.lp.objective if settle_prices(master, left) else INFINITY
    if down < dear or (never and down < INFINITY):
        return True
    fixing.fix(column, float(np.ceil(value - TINY)))
    if settle_prices(master, left, below=down):
        return True
    fixing.fix(column, float(np.floor(value)))
    return down < INFINITY and settle_prices(master, left)


def choose_weeks(master: Master, left: Callable[[], float], seconds: float = 10.0) -> np.ndarray | None:
    """The best weeks for the house as it is fixed now, columns priced for it first."""
    if not settle_prices(master, left, rounds=20):
        return None
    value, _ = master.lp.solve_whole(min(seconds, left()), gap=1e-3)
    return value


def cost_of(master: Master, value: np.ndarray) -> float:
    """What a solution costs."""
    return float(np.dot(master.lp.cost[: len(value)], value))


def padded(master: Master, value: np.ndarray) -> np.ndarray:
    """A solution of fewer columns as one of all columns made since."""
    return np.concatenate([value, np.zeros(len(master.lp.cost) - len(value))])
