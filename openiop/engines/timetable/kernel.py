"""The pricing kernel: the cheapest of all legal weeks of each client, for any price of each meeting.

It is the one meaning of a "legal week" for the solver, for the options of a new client and for the
explanations. Exact and without search: strings of a day are reduced to the cheapest of each signature
(`strings.py`), and the table of the order is scanned with these (`weeks.py`). Seats, people kept
apart and everything else that depends on others come in by prices: infinite where forbidden.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from openiop.domain.schedule.objective import cost_of_underdose, missed_weight
from openiop.domain.schedule.problem import Client, Weights
from openiop.engines.timetable.house import House
from openiop.engines.timetable.strings import Family, families_of
from openiop.engines.timetable.weeks import Order, Scan, Table, order_of, table_of


@dataclass(frozen=True, slots=True)
class Found:
    """One legal week: whose, which class meetings, its minutes and its price."""

    client: int
    meetings: tuple[int, ...]
    minutes: int
    price: float


@dataclass(slots=True)
class _Batch:
    """Clients of one family with one order: their rows in the family, their table.

    `dose_cost` is the part of `week_cost` for dose below the order.
    """

    family: Family
    rows: np.ndarray
    clients: np.ndarray
    order: Order
    table: Table
    week_cost: np.ndarray
    dose_cost: np.ndarray

    def only(self, wanted: np.ndarray) -> _Batch:
        """The same with some of its clients."""
        return replace(
            self,
            rows=self.rows[wanted],
            clients=self.clients[wanted],
            week_cost=self.week_cost[wanted],
            dose_cost=self.dose_cost[wanted],
        )


class Kernel:
    """Prices weeks for the clients of one house."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.families = families_of(house)
        self.batches: list[_Batch] = []
        self.batch_of: dict[int, tuple[_Batch, int]] = {}
        for family in self.families:
            orders: dict[Order, list[int]] = {}
            for row, client in enumerate(family.clients):
                order = order_of(house.clients[int(client)], family.services)
                orders.setdefault(order, []).append(row)
            for order, rows in orders.items():
                self._add(family, order, np.array(rows))

    def _add(self, family: Family, order: Order, rows: np.ndarray) -> None:
        table = table_of(order, tuple(family.signatures))
        clients = family.clients[rows]
        house, shape = self.house, (len(rows), len(table.minutes))
        doses = [[dose_cost(house, int(c), int(m)) for m in table.minutes] for c in clients]
        missed = [[missed_cost(house, int(c), int(m)) for m in table.minutes] for c in clients]
        dose = np.array(doses, dtype=np.float64).reshape(shape)
        week = dose + np.array(missed, dtype=np.float64).reshape(shape)
        batch = _Batch(family, rows, clients, order, table, week, np.where(np.isinf(week), np.inf, dose))
        self.batches.append(batch)
        for place, client in enumerate(clients):
            self.batch_of[int(client)] = (batch, place)

    def best_weeks(
        self,
        prices: np.ndarray,
        *,
        below: np.ndarray | None = None,
        clients: Iterable[int] | None = None,
        missed: bool = True,
    ) -> list[Found]:
        """For each client and closed cohort the cheapest legal week, where its price is under `below`.

        `prices` [client, class meeting] are infinite where forbidden; `below` [client] leaves out what
        costs as much or more. What a week costs by its minutes is part of its price: dose below the order
        and, with `missed`, one-to-one sessions that no longer fit.
        """
        wanted = np.ones(len(self.house.clients), dtype=bool)
        if clients is not None:
            wanted[:] = False
            wanted[list(clients)] = True
        limit = np.full(len(self.house.clients), np.inf) if below is None else below
        found: list[Found] = []
        for family in self.families:
            if not wanted[family.clients].any():
                continue
            local = np.where(self.house.eligible, prices, np.inf)[np.ix_(family.clients, family.meetings)]
            cheapest = family.cheapest(local)
            for batch in self.batches:
                if batch.family is family:
                    chosen = batch.only(wanted[batch.clients])
                    if not missed:
                        chosen = replace(chosen, week_cost=chosen.dose_cost)
                    found += self._batch(chosen, local, cheapest, limit[chosen.clients])
        return found

    def _batch(
        self, batch: _Batch, local: np.ndarray, cheapest: np.ndarray, limit: np.ndarray
    ) -> list[Found]:
        """`local` and `cheapest` are the family's rows, `limit` [row of the batch]."""
        if not len(batch.rows) or not len(batch.table.last):
            return []
        found: list[Found] = []
        for option in range(len(batch.family.options)):
            day_prices = cheapest[batch.rows][:, batch.family.segment_of[option]]
            must = np.repeat(batch.family.must[option][None, :], len(batch.rows), axis=0)
            scan = Scan(batch.table, day_prices, must)
            totals = scan.whole + batch.week_cost
            best = totals.argmin(axis=1)
            least = totals[np.arange(len(best)), best]
            for row in np.flatnonzero(np.isfinite(least) & (least < limit)):
                place = int(best[row])
                steps = scan.walk_back(int(row), int(batch.table.last[place]))
                meetings = self._meetings(batch.family, option, steps, local[batch.rows[row]])
                minutes = int(batch.table.minutes[place])
                found.append(Found(int(batch.clients[row]), meetings, minutes, float(least[row])))
        return found

    def _meetings(
        self, family: Family, option: int, steps: list[tuple[int, int]], prices: np.ndarray
    ) -> tuple[int, ...]:
        out: list[int] = []
        for day, signature in steps:
            out += family.string_of(int(family.segment_of[option, day, signature]), prices)
        return tuple(out)

    def best_week(self, client: int, prices: np.ndarray) -> Found | None:
        """The cheapest legal week of one client, for the prices [class meeting]; None when there is none."""
        batch, place = self.batch_of[client]
        alone = replace(batch.only(np.arange(len(batch.clients)) == place), rows=np.array([0]))
        local = np.where(self.house.eligible[client], prices, np.inf)[batch.family.meetings][None, :]
        found = self._batch(alone, local, batch.family.cheapest(local), np.array([np.inf]))
        return min(found, key=lambda f: f.price, default=None)


def week_cost(house: House, client: int, minutes: int) -> float:
    """What a week of so many group minutes costs by itself; infinite when it is too long."""
    return dose_cost(house, client, minutes) + missed_cost(house, client, minutes)


def dose_cost(house: House, client: int, minutes: int) -> float:
    """Dose below the order."""
    return cost_of_underdose(house.clients[client], minutes, house.instance.weights)


def missed_cost(house: House, client: int, minutes: int) -> float:
    """One-to-one sessions that do not fit under the ceiling of the week beside so many group minutes."""
    room = house.instance.rules.week_total_max - minutes
    return must_miss(house.clients[client], room, house.instance.weights)


def must_miss(client: Client, room: int, weights: Weights) -> float:
    """The least weight of one-to-one sessions that must be left out to stay within `room` minutes."""
    if room < 0:
        return np.inf
    best = {0: 0}
    for due in client.one:
        step: dict[int, int] = {}
        for used, cost in best.items():
            options = [(used, cost + missed_weight(due.kind, weights)), (used + due.minutes, cost)]
            for key, value in options:
                if key <= room and value < step.get(key, value + 1):
                    step[key] = value
        best = step
    return min(best.values())
