"""First fit, as a coordinator does by hand: open what most people want, seat them one by one.

It needs numpy only. It is the fallback where no solver is installed, the first plan of the solver's own
work, and the baseline that the solver is measured against.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from openiop.domain.schedule.objective import levels_of
from openiop.domain.schedule.planner import Plan, Watch
from openiop.domain.schedule.problem import ClientWeek, Instance, Mode, Roster, Staffing
from openiop.engines.timetable.draft import Draft
from openiop.engines.timetable.house import GroupClass, House, houses_of
from openiop.engines.timetable.kernel import Kernel
from openiop.engines.timetable.seating import by_need, fit_all_one, meetings_of, seat, seat_prices, settle

ROUNDS = 4
OPENING = 300.0
"""What opening a group weighs for the client who needs it first; less the more people want it."""


class GreedyPlanner:
    """First fit over all sites."""

    name = "greedy"

    def __init__(self, notes: tuple[str, ...] = ()) -> None:
        self.notes = notes

    def plan(
        self,
        instance: Instance,
        *,
        warm: Roster | None = None,
        seconds: float = 60.0,
        watch: Watch | None = None,
    ) -> Plan:
        """A legal plan; nothing is proven of it. It takes the time it takes, which is short."""
        groups: dict[str, Staffing] = {}
        clients: dict[str, ClientWeek] = {}
        screened = 0
        for part in houses_of(instance):
            house = House(part)
            kernel = Kernel(house)
            roster = first_fit(house, kernel).roster()
            groups.update(roster.groups)
            clients.update(roster.clients)
            screened += screened_cost(house, kernel)
        whole = Roster(groups, clients)
        plan = Plan(whole, levels_of(instance, whole), self.name, screened=screened, notes=self.notes)
        if watch is not None:
            watch.improved(plan)
        return plan


def first_fit(house: House, kernel: Kernel, stopped: Callable[[], bool] = lambda: False) -> Draft:
    """A legal draft of one house: the best of a few rounds, each going on from the last."""
    best = draft = Draft(house)
    for _ in range(ROUNDS):
        draft = draft.copy()
        opener = Opener(draft, kernel)
        for client in by_need(draft, set(range(len(house.clients))) - set(draft.weeks)):
            opener.seat(client)
        settle(draft, kernel)
        for client in by_need(draft, set(range(len(house.clients))) - set(draft.weeks)):
            seat(draft, kernel, client)
        if _waiting(draft) >= _waiting(best) or stopped():
            break
        best = draft
    fit_all_one(best)
    return best


def _waiting(draft: Draft) -> int:
    return sum(c.priority for place, c in enumerate(draft.house.clients) if place not in draft.weeks)


class Opener:
    """Seats clients in what runs, and opens what does not run yet where a week needs it."""

    def __init__(self, draft: Draft, kernel: Kernel) -> None:
        self.draft = draft
        self.kernel = kernel
        self.demand = wanted(draft.house, kernel)
        self.could = {k.index: self._next(k) for k in draft.house.classes}

    def _next(self, group_class: GroupClass) -> int | None:
        """The next section of a class that has a lead and a room now, last week's first."""
        house = self.draft.house
        closed = [g for g in group_class.groups if g not in self.draft.staffing]
        for group in sorted(closed, key=lambda g: (house.groups[g].last_lead is None, g)):
            if possible_staffing(self.draft, group) is not None:
                return group
        return None

    def seat(self, client: int) -> bool:
        """Seat one client; False when there is no week with anything that could still open."""
        house = self.draft.house
        while True:
            prices, chosen = seat_prices(self.draft, client)
            opening: dict[int, int] = {}
            may = house.eligible[client] & ~self.draft.forbidden(client)
            for at in np.flatnonzero(may & np.isinf(prices)):
                meeting = int(at)
                group = self.could[int(house.meeting_class[meeting])]
                if group is not None:
                    place = house.classes[int(house.meeting_class[meeting])].groups.index(group)
                    prices[meeting] = OPENING / (1 + self.demand[meeting]) + house.dislike[client, meeting]
                    chosen[meeting] = house.sections[meeting][place]
                    opening[meeting] = group
            found = self.kernel.best_week(client, prices)
            if found is None:
                return False
            if self._open({opening[m] for m in found.meetings if m in opening}):
                self.draft.place(client, meetings_of(found, chosen))
                return True

    def _open(self, groups: set[int]) -> bool:
        """Open the groups one after the other; False when they do not all go together."""
        for group in sorted(groups):
            staffing = possible_staffing(self.draft, group)
            if staffing is not None:
                self.draft.open(group, staffing)
        if groups:
            for group_class in self.draft.house.classes:
                if self.could[group_class.index] is not None:
                    self.could[group_class.index] = self._next(group_class)
        return groups <= set(self.draft.staffing)


def wanted(house: House, kernel: Kernel) -> np.ndarray:
    """[class meeting]: how many would come if everybody had their best week."""
    prices = house.dislike.copy()
    for client, held in enumerate(house.held):
        prices[client, list(held)] -= house.instance.weights.moved_session
    best: dict[int, tuple[float, tuple[int, ...]]] = {}
    for found in kernel.best_weeks(prices):
        if found.client not in best or found.price < best[found.client][0]:
            best[found.client] = (found.price, found.meetings)
    demand = np.zeros(len(house.day))
    for _, meetings in best.values():
        demand[list(meetings)] += 1
    return demand


def possible_staffing(draft: Draft, group: int) -> Staffing | None:
    """A lead (last week's, where free) and a room for a group; None when there is none."""
    house = draft.house
    made = house.groups[group]
    leads = draft.free_people(group, house.leads[group])
    rooms = draft.free_rooms(group)
    if not leads or (made.mode is Mode.ONSITE and not rooms):
        return None
    lead = next((p for p in leads if house.staff[p].id == made.last_lead), leads[0])
    room = house.rooms[rooms[0]].id if made.mode is Mode.ONSITE else None
    return Staffing(house.staff[lead].id, None, room)


def screened_cost(house: House, kernel: Kernel) -> int:
    """What clients cost who have no legal week even alone in an empty house."""
    placeable = {found.client for found in kernel.best_weeks(np.zeros(house.dislike.shape))}
    weight = house.instance.weights.unplaced
    return sum(weight * c.priority for place, c in enumerate(house.clients) if place not in placeable)
