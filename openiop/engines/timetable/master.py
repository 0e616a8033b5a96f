"""The weeks' side of the program: one column for each legal week that is worth having, found by pricing.

A column is a week of class meetings; at each meeting of which the client held a section last week it says
whether that seat is kept. A kept seat needs its section to run, so sections with a past are told
apart exactly as far as someone's continuity depends on it, and stay merged for everyone else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from openiop.domain.schedule.objective import cost_of_underdose
from openiop.engines.timetable.design import FREE, Design
from openiop.engines.timetable.house import House
from openiop.engines.timetable.kernel import Found, Kernel
from openiop.engines.timetable.lp import INFINITY, LinearProgram
from openiop.engines.timetable.pairs import never_both
from openiop.engines.timetable.strings import on_site

TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Week:
    """One column: whose, which class meetings, at which of them the seat held last week is kept."""

    client: int
    meetings: tuple[int, ...]
    kept: frozenset[int]


class Master:
    """The whole program of one house with the columns made so far."""

    def __init__(self, house: House, kernel: Kernel) -> None:
        self.house, self.kernel = house, kernel
        self.lp = LinearProgram()
        self.design = Design(house, self.lp)
        self.week_of: dict[int, Week] = {}
        self.column_of: dict[Week, int] = {}
        self.by_client: list[list[int]] = [[] for _ in house.clients]
        self.cuts: dict[tuple[int, int], int] = {}
        self.kept_cuts: dict[tuple[int, int], int] = {}
        self.apart: dict[tuple[int, int, int], int] = {}
        self.apart_at: dict[tuple[int, int], list[int]] = {}
        self.bound = -np.inf
        self.on_site = np.array([on_site(house, m) for m in range(len(house.day))], dtype=bool)
        self._held_row = [
            [(m, self.design.kept[house.sections[m][s]], s) for m, s in held.items()
             if house.sections[m][s] in self.design.kept]
            for held in house.held
        ]  # fmt: skip
        for pair in never_both(kernel):
            self.lp.add_cut(1.0, INFINITY, [self.design.waiting[c] for c in pair], [1.0, 1.0])

    # Columns.

    def cost(self, week: Week) -> float:
        """What a week costs by itself: all levels of it but one-to-one sessions."""
        house, client = self.house, self.house.clients[week.client]
        weights = house.instance.weights
        minutes = int(house.minutes[list(week.meetings)].sum())
        return float(
            house.dislike[week.client, list(week.meetings)].sum()
            + cost_of_underdose(client, minutes, weights)
            + weights.moved_session * (len(client.held) - len(week.kept))
        )

    def add(self, week: Week) -> int:
        """The column of a week, made where it is new."""
        if week in self.column_of:
            return self.column_of[week]
        design, house = self.design, self.house
        entries = [(design.place_row[week.client], 1.0)]
        for meeting in week.meetings:
            entries += [(design.seats[meeting], 1.0), (design.least[meeting], 1.0)]
            cut = self.cuts.get((week.client, meeting))
            if cut is not None:
                entries.append((cut, 1.0))
            entries += [(row, 1.0) for row in self.apart_at.get((week.client, meeting), ())]
        for meeting in week.kept:
            entries.append((design.kept[house.sections[meeting][house.held[week.client][meeting]]], 1.0))
            cut = self.kept_cuts.get((week.client, meeting))
            if cut is not None:
                entries.append((cut, 1.0))
        column = self.lp.add_column(self.cost(week), entries, whole=True)
        self.week_of[column] = week
        self.column_of[week] = column
        self.by_client[week.client].append(column)
        return column

    # Prices.

    def prices(self) -> tuple[np.ndarray, np.ndarray]:
        """[client, class meeting]: the price of each seat, and whether it is the kept one, at the duals."""
        house, design, dual = self.house, self.design, self.lp.dual
        rows = np.array([design.seats, design.least])
        seat = -dual[rows].sum(axis=0) if rows.size else np.zeros(0)
        prices = house.dislike + seat[None, :]
        for (client, meeting), row in self.cuts.items():
            prices[client, meeting] -= dual[row]
        for (client, meeting), apart in self.apart_at.items():
            prices[client, meeting] -= dual[apart].sum()
        kept = np.zeros(prices.shape, dtype=bool)
        keep = house.instance.weights.moved_session
        for client, held in enumerate(self._held_row):
            for meeting, row, _ in held:
                extra = -keep - dual[row]
                cut = self.kept_cuts.get((client, meeting))
                if cut is not None:
                    extra -= dual[cut]
                if extra < 0:
                    prices[client, meeting] += extra
                    kept[client, meeting] = True
        return prices, kept

    def price_out(self, clients: Iterable[int] | None = None) -> tuple[int, float]:
        """Add the weeks that would make the program cheaper; how many, and the bound that they prove."""
        house, dual = self.house, self.lp.dual
        prices, kept = self.prices()
        keep = house.instance.weights.moved_session
        lost = np.array([keep * len(c.held) for c in house.clients], dtype=np.float64)
        limit = dual[self.design.place_row] - lost
        found = self.kernel.best_weeks(prices, below=limit - TINY, clients=clients, missed=False)
        best = np.zeros(len(house.clients))
        for week in found:
            best[week.client] = min(best[week.client], week.price - limit[week.client])
            self.add(self.week(week, kept))
        bound = self.lp.objective + float(best.sum())
        return len(found), bound

    def week(self, found: Found, kept: np.ndarray) -> Week:
        """A week of the kernel as a column."""
        chosen = frozenset(m for m in found.meetings if kept[found.client, m])
        return Week(found.client, tuple(sorted(found.meetings)), chosen)

    def begin(self) -> None:
        """First columns: everybody's best week when seats cost nothing, with and without kept seats."""
        house = self.house
        keep = house.instance.weights.moved_session
        plain = house.dislike.copy()
        kept = np.zeros(plain.shape, dtype=bool)
        for found in self.kernel.best_weeks(plain, missed=False):
            self.add(self.week(found, kept))
        for client, held in enumerate(self._held_row):
            for meeting, _, _ in held:
                plain[client, meeting] -= keep
                kept[client, meeting] = True
        for found in self.kernel.best_weeks(plain, missed=False):
            self.add(self.week(found, kept))

    def allow_short(self, *, allowed: bool) -> None:
        """Whether a group that must run may be short of people, for a high price.

        With it the program of the columns made so far has a solution wherever the house has one, and prices
        that tell which weeks are missing. The program only becomes easier, so a bound stays a bound.
        """
        for column in self.design.short:
            self.lp.set_bounds(column, 0.0, INFINITY if allowed else 0.0)

    # Cuts.

    def separate(self) -> int:
        """Add rows that the present fractional solution breaks; how many."""
        return self._cut_seats() + self._cut_apart()

    def _attendance(self) -> np.ndarray:
        """[client, class meeting]: how much of each client is there."""
        out = np.zeros(self.house.dislike.shape)
        for column, week in self.week_of.items():
            if column < len(self.lp.value) and self.lp.value[column] > TINY:
                out[week.client, list(week.meetings)] += self.lp.value[column]
        return out

    def _cut_seats(self) -> int:
        """Nobody is more in a class than it runs; nobody keeps more of a seat than its section runs."""
        value, added = self.lp.value, 0
        there = self._attendance()
        for group_class in self.house.classes:
            runs = value[self.design.classes[group_class.index].runs]
            if runs < 1 - TINY:
                for meeting in group_class.meetings:
                    for client in np.flatnonzero(there[:, meeting] > runs + 0.02):
                        added += self._cut(int(client), meeting, group_class.index)
        kept = np.zeros(there.shape)
        for column, week in self.week_of.items():
            if column < len(value) and value[column] > TINY and week.kept:
                kept[week.client, list(week.kept)] += value[column]
        for client, meeting in zip(*np.nonzero(kept > TINY), strict=True):
            group = self.house.group_place(int(meeting), self.house.held[int(client)][int(meeting)])
            own = self.design.classes[int(self.house.meeting_class[meeting])].own[group]
            if kept[client, meeting] > value[own] + 0.02:
                added += self._cut_kept(int(client), int(meeting), own)
        return added

    def _cut(self, client: int, meeting: int, group_class: int) -> int:
        if (client, meeting) in self.cuts:
            return 0
        columns = [c for c in self.by_client[client] if meeting in self.week_of[c].meetings]
        runs = self.design.classes[group_class].runs
        self.cuts[client, meeting] = self.lp.add_cut(
            FREE, 0.0, [*columns, runs], [*[1.0] * len(columns), -1.0]
        )
        return 1

    def _cut_kept(self, client: int, meeting: int, own: int) -> int:
        if (client, meeting) in self.kept_cuts:
            return 0
        columns = [c for c in self.by_client[client] if meeting in self.week_of[c].kept]
        self.kept_cuts[client, meeting] = self.lp.add_cut(
            FREE, 0.0, [*columns, own], [*[1.0] * len(columns), -1.0]
        )
        return 1

    def _cut_apart(self) -> int:
        """Two who are kept apart are never in one section; on the wider scope never on site at once.

        In one class together at most as often as it runs; on site at any moment one of them at most.
        """
        there, added = self._attendance(), 0
        for one, others in enumerate(self.house.neighbours):
            for two, wide in {o for o in others if o[0] > one}:
                for meeting in np.flatnonzero((there[one] > TINY) & (there[two] > TINY)):
                    runs = self.design.classes[int(self.house.meeting_class[meeting])].runs
                    if there[one, meeting] + there[two, meeting] > self.lp.value[runs] + TINY:
                        added += self._keep_apart(one, two, int(meeting), [int(meeting)], runs)
                for meeting in np.flatnonzero(self.on_site & (there[one] > TINY)) if wide else ():
                    at_once = np.flatnonzero(self.on_site & self._at_once(int(meeting)))
                    if there[[one, two]][:, at_once].sum() > 1 + TINY:
                        added += self._keep_apart(
                            one, two, -1 - int(meeting), [int(m) for m in at_once], None
                        )
        return added

    def keep_all_apart(self) -> None:
        """All rows for people kept apart that the columns made so far could break."""
        offered = [{m for c in own for m in self.week_of[c].meetings} for own in self.by_client]
        for one, others in enumerate(self.house.neighbours):
            for two, wide in {o for o in others if o[0] > one}:
                for meeting in sorted(offered[one] & offered[two]):
                    runs = self.design.classes[int(self.house.meeting_class[meeting])].runs
                    self._keep_apart(one, two, meeting, [meeting], runs)
                for meeting in sorted(offered[one] | offered[two]) if wide else ():
                    if self.on_site[meeting]:
                        at_once = np.flatnonzero(self.on_site & self._at_once(meeting))
                        self._keep_apart(one, two, -1 - meeting, [int(m) for m in at_once], None)

    def _at_once(self, meeting: int) -> np.ndarray:
        """[class meeting]: it is on when that one begins."""
        house = self.house
        begin = house.start[meeting]
        at: np.ndarray = (house.day == house.day[meeting]) & (house.start <= begin) & (begin < house.end)
        return at

    def _keep_apart(self, one: int, two: int, key: int, meetings: list[int], runs: int | None) -> int:
        if (one, two, key) in self.apart:
            return 0
        wanted = set(meetings)
        own = [
            c
            for p in (one, two)
            for c in self.by_client[p]
            if not wanted.isdisjoint(self.week_of[c].meetings)
        ]
        columns = own if runs is None else [*own, runs]
        factors = [1.0] * len(own) if runs is None else [*[1.0] * len(own), -1.0]
        row = self.lp.add_cut(FREE, 1.0 if runs is None else 0.0, columns, factors)
        self.apart[one, two, key] = row
        for client in (one, two):
            for meeting in meetings:
                self.apart_at.setdefault((client, meeting), []).append(row)
        return 1
