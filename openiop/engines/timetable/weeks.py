"""Days put together to legal weeks: one table for each order, scanned for many clients at once.

A *state* is how many days are planned, their minutes, and how often each service came, counted only as
far as the order can tell weeks apart. The table of an order holds every step from a state by a day's
signature to the next, without the steps that can no longer end in a legal week. Going through
the days of the week with it finds the cheapest of all legal weeks of the order, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from openiop.domain.schedule.problem import Client

State = tuple[int, int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Order:
    """What a week is judged by besides its days: the numbers of one client's order."""

    days: tuple[int, int]
    floor: int
    ceiling: int
    mix: tuple[tuple[int, int], ...]


def order_of(client: Client, services: tuple[str, ...]) -> Order:
    """The client's order, services in the family's order."""
    ranges = tuple((client.mix[s].lo, client.mix[s].hi) for s in services)
    return Order((client.days.lo, client.days.hi), client.dose.floor, client.dose.ceiling, ranges)


@dataclass(slots=True)
class Table:
    """The steps of an order: `source`, `signature` and `target` of each, sorted by target.

    `starts` marks where a target begins and `targets` names it. `last` are the states in which a week is
    whole, `minutes` theirs. `size` is the number of states; state 0 is the empty week.
    """

    size: int
    source: np.ndarray
    signature: np.ndarray
    starts: np.ndarray
    targets: np.ndarray
    last: np.ndarray
    minutes: np.ndarray


@lru_cache(maxsize=512)
def table_of(order: Order, signatures: tuple[tuple[int, int], ...]) -> Table:
    """The table of an order for days of these signatures."""
    forward = _reach(order, signatures)
    whole = {state for state in forward if _is_whole(order, state)}
    useful = _useful(forward, whole)
    places = {state: place for place, state in enumerate(sorted(useful | {_empty(order)}))}
    steps = sorted(
        (places[target], places[source], signature)
        for source, out in forward.items()
        if source in places
        for signature, target in out
        if target in useful
    )
    rows = np.array(steps, dtype=np.int64).reshape(len(steps), 3)
    targets, starts = np.unique(rows[:, 0], return_index=True)
    last = sorted(whole & useful, key=places.__getitem__)
    return Table(
        size=len(places),
        source=rows[:, 1].copy(),
        signature=rows[:, 2].copy(),
        starts=starts,
        targets=targets,
        last=np.array([places[s] for s in last], dtype=np.int64),
        minutes=np.array([s[1] for s in last], dtype=np.int64),
    )


def _empty(order: Order) -> State:
    return (0, 0, (0,) * len(order.mix))


def _reach(order: Order, signatures: tuple[tuple[int, int], ...]) -> dict[State, list[tuple[int, State]]]:
    """Every state that can be reached, with its steps."""
    forward: dict[State, list[tuple[int, State]]] = {}
    waiting = [_empty(order)]
    while waiting:
        state = waiting.pop()
        if state in forward:
            continue
        out = []
        if state[0] < order.days[1]:
            for place, (mask, minutes) in enumerate(signatures):
                counts = _add(order, state[2], mask)
                if counts is not None and state[1] + minutes <= order.ceiling:
                    out.append((place, (state[0] + 1, state[1] + minutes, counts)))
        forward[state] = out
        waiting += [target for _, target in out]
    return forward


def _add(order: Order, counts: tuple[int, ...], mask: int) -> tuple[int, ...] | None:
    """The counts after a day, or None when a service comes too often.

    A service that cannot come too often is counted up to its least number only.
    """
    out = list(counts)
    for place, (lo, hi) in enumerate(order.mix):
        if mask >> place & 1:
            if hi < order.days[1]:
                out[place] += 1
                if out[place] > hi:
                    return None
            else:
                out[place] = min(lo, out[place] + 1)
    return tuple(out)


def _is_whole(order: Order, state: State) -> bool:
    days, minutes, counts = state
    return (
        days > 0
        and order.days[0] <= days <= order.days[1]
        and order.floor <= minutes <= order.ceiling
        and all(count >= lo for count, (lo, _) in zip(counts, order.mix, strict=True))
    )


def _useful(forward: dict[State, list[tuple[int, State]]], whole: set[State]) -> set[State]:
    """The states from which a whole week can still be reached."""
    useful = set(whole)
    for state in sorted(forward, key=lambda s: -s[0]):
        if any(target in useful for _, target in forward[state]):
            useful.add(state)
    return useful


class Scan:
    """The cheapest way into each state after each day, for many rows at once.

    `prices` [row, day, signature], `must` [row, day] marks days that may not be left out. `layers` are
    [row, state] for the start and after each day.
    """

    def __init__(self, table: Table, prices: np.ndarray, must: np.ndarray) -> None:
        self.table, self.prices, self.must = table, prices, must
        value = np.full((len(prices), table.size), np.inf)
        value[:, 0] = 0.0
        self.layers = [value]
        for day in range(prices.shape[1]):
            skipped = np.where(must[:, day, None], np.inf, value)
            if len(table.source) and np.isfinite(prices[:, day]).any():
                steps = value[:, table.source]
                steps += prices[:, day, :][:, table.signature]
                best = np.minimum.reduceat(steps, table.starts, axis=1)
                skipped[:, table.targets] = np.minimum(skipped[:, table.targets], best)
            value = skipped
            self.layers.append(value)

    @property
    def whole(self) -> np.ndarray:
        """[row, whole week]: the cheapest way into each state in which a week is whole."""
        last: np.ndarray = self.layers[-1][:, self.table.last]
        return last

    def walk_back(self, row: int, state: int) -> list[tuple[int, int]]:
        """The (day, signature) pairs of the cheapest way into a state."""
        table, out = self.table, []
        for day in range(self.prices.shape[1] - 1, -1, -1):
            before = self.layers[day][row]
            if not self.must[row, day] and self.layers[day + 1][row, state] == before[state]:
                continue
            first = int(np.searchsorted(table.targets, state))
            end = table.starts[first + 1] if first + 1 < len(table.starts) else len(table.source)
            steps = slice(int(table.starts[first]), int(end))
            costs = before[table.source[steps]] + self.prices[row, day, table.signature[steps]]
            best = int(np.argmin(costs)) + steps.start
            out.append((day, int(table.signature[best])))
            state = int(table.source[best])
        return out[::-1]
