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

from openiop.domain.schedule.objective import HALF_HOUR, missed_weight
from openiop.domain.schedule.problem import Client, Rules, Weights
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
    """Clients of one family with one order: their rows in the family, their table."""

    family: Family
    rows: np.ndarray
    clients: np.ndarray
    order: Order
    table: Table
    week_cost: np.ndarray

    def only(self, wanted: np.ndarray) -> _Batch:
        """The same with some of its clients."""
        return replace(
            self, rows=self.rows[wanted], clients=self.clients[wanted], week_cost=self.week_cost[wanted]
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
        instance = self.house.instance
        cost = [
            [
                week_cost(self.house.clients[int(c)], int(m), instance.weights, instance.rules)
                for m in table.minutes
            ]
            for c in clients
        ]
        week = np.array(cost, dtype=np.float64).reshape(len(rows), len(table.minutes))
        batch = _Batch(family, rows, clients, order, table, week)
        self.batches.append(batch)
        for place, client in enumerate(clients):
            self.batch_of[int(client)] = (batch, place)

    def best_weeks(
        self, prices: np.ndarray, *, below: np.ndarray | None = None, clients: Iterable[int] | None = None
    ) -> list[Found]:
        """For each client and closed cohort the cheapest legal week, where its price is under `below`.

        `prices` [client, class meeting] are infinite where forbidden; `below` [client] leaves out what
        costs as much or more. What a week costs by its minutes is part of its price.
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


def week_cost(client: Client, minutes: int, weights: Weights, rules: Rules) -> int:
    """What a week of so many group minutes costs by itself.

    Dose below the order, and one-to-one sessions that no longer fit under the ceiling of the week.
    """
    steps = max(0, -((minutes - client.dose.ordered) // HALF_HOUR))
    return weights.underdose * steps + must_miss(client, rules.week_total_max - minutes, weights)


def must_miss(client: Client, room: int, weights: Weights) -> int:
    """The least weight of one-to-one sessions that must be left out to stay within `room` minutes."""
    if sum(due.minutes for due in client.one) <= room:
        return 0
    if room < 0:
        return 10**9
    best = {0: 0}
    for due in client.one:
        step: dict[int, int] = {}
        for used, cost in best.items():
            options = [(used, cost + missed_weight(due.kind, weights)), (used + due.minutes, cost)]
            for key, value in options:
                if key <= room and value < step.get(key, 10**9):
                    step[key] = value
        best = step
    return min(best.values())
