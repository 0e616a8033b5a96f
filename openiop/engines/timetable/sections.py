"""From classes to sections: who sits where, under whom, in what room, when the weeks are chosen.

Each class by itself is a small exact program; then all rooms at once. A client for whom no section has a
seat (the merged view allows it, rarely) is taken out and seated anew, so the outcome is always legal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openiop.domain.schedule.problem import Mode, Staffing
from openiop.engines.timetable.design import FREE
from openiop.engines.timetable.draft import Draft
from openiop.engines.timetable.house import GroupClass, House, minutes_of
from openiop.engines.timetable.kernel import Kernel
from openiop.engines.timetable.lp import INFINITY, LinearProgram
from openiop.engines.timetable.seating import by_need, seat, settle

SECONDS = 3.0
NO_SEAT = 1000
HALF = 0.5


@dataclass(slots=True)
class ClassPlan:
    """What is chosen for one class: its sections, people, room sizes, and who comes to which meeting."""

    sections: list[int]
    leads: list[int]
    helpers: list[int]
    room_sizes: list[int]
    who: dict[int, list[int]] = field(default_factory=dict)


def split(house: House, kernel: Kernel, plans: Mapping[int, ClassPlan]) -> Draft:
    """A legal draft of the chosen weeks."""
    draft = Draft(house)
    seats: dict[int, dict[int, str]] = {}
    unseated: set[int] = set()
    for index, plan in sorted(plans.items()):
        group_class = house.classes[index]
        given, sections = seat_class(house, group_class, plan)
        for group, staffing in sections.items():
            draft.open(group, staffing)
        for (client, meeting), section in given.items():
            if section is None:
                unseated.add(client)
            else:
                seats.setdefault(client, {})[meeting] = house.sections[meeting][section]
    for client, week in seats.items():
        if client not in unseated:
            draft.place(client, week.values())
    give_rooms(draft)
    for client in by_need(draft, set(range(len(house.clients))) - set(draft.weeks)):
        seat(draft, kernel, client, list(draft.below_minimum()))
    settle(draft, kernel)
    for client in by_need(draft, set(range(len(house.clients))) - set(draft.weeks)):
        seat(draft, kernel, client)
    return draft


def seat_class(
    house: House, group_class: GroupClass, plan: ClassPlan
) -> tuple[dict[tuple[int, int], int | None], dict[int, Staffing]]:
    """(client, meeting) -> section, and how each section runs; rooms come later."""
    leads = _leads(house, plan)
    if len(plan.sections) == 1:
        group = plan.sections[0]
        section = group_class.groups.index(group)
        helper = house.staff[plan.helpers[0]].id if plan.helpers else None
        given: dict[tuple[int, int], int | None] = {
            (c, m): section for m, who in plan.who.items() for c in who
        }
        return given, {group: Staffing(house.staff[leads[group]].id, helper)}
    return _ClassModel(house, group_class, plan, leads).solve()


def _leads(house: House, plan: ClassPlan) -> dict[int, int]:
    """Last week's lead where they lead the class, anybody else for the rest."""
    free = list(plan.leads)
    out: dict[int, int] = {}
    for group in plan.sections:
        last = house.staff_at.get(house.groups[group].last_lead or "", -1)
        if last in free:
            free.remove(last)
            out[group] = last
    for group in plan.sections:
        if group not in out:
            out[group] = free.pop(0)
    return out


class _ClassModel:
    """Seats of a class with several sections, as one small program."""

    def __init__(self, house: House, group_class: GroupClass, plan: ClassPlan, leads: dict[int, int]) -> None:
        self.house, self.group_class, self.plan, self.leads = house, group_class, plan, leads
        self.lp = LinearProgram()
        self.places = [group_class.groups.index(g) for g in plan.sections]
        self.sits: dict[tuple[int, int, int], int] = {}
        self.seats: dict[tuple[int, int], tuple[int, int, int]] = {}
        for meeting in plan.who:
            for p in range(len(self.places)):
                least = self.lp.add_row(float(group_class.sample.run_minimum), INFINITY)
                room, solo = self.lp.add_row(FREE, 0.0), self.lp.add_row(FREE, self._solo())
                self.seats[meeting, p] = (room, solo, least)
                self.lp.add_column(NO_SEAT, [(least, 1.0)])
        self._sizes()
        self.double = self._doubles()
        for meeting, who in plan.who.items():
            self._meeting(meeting, who)

    def _solo(self) -> float:
        return float(min(self.group_class.sample.solo_capacity, self.group_class.sample.capacity))

    def _sizes(self) -> None:
        """The most that each section may seat: the rooms chosen, dealt out among the sections."""
        sample, lp = self.group_class.sample, self.lp
        on_site = sample.mode is Mode.ONSITE
        sizes = Counter(min(s, sample.capacity) for s in self.plan.room_sizes) if on_site else Counter()
        if not on_site:
            sizes[sample.capacity] = len(self.places)
        one = [lp.add_row(1.0, 1.0) for _ in self.places]
        for size, count in sizes.items():
            most = lp.add_row(FREE, float(count))
            for p in range(len(self.places)):
                seats = [(self.seats[m, p][0], -float(size)) for m in self.plan.who]
                lp.add_column(0.0, [(one[p], 1.0), (most, 1.0), *seats], bounds=(0, 1), whole=True)

    def _doubles(self) -> list[int]:
        """Which sections have a second facilitator."""
        row = self.lp.add_row(FREE, float(len(self.plan.helpers)))
        more = self.group_class.sample.capacity - self._solo()
        return [
            self.lp.add_column(
                0.0,
                [(row, 1.0), *((self.seats[m, p][1], -more) for m in self.plan.who)],
                bounds=(0, 1),
                whole=True,
            )
            for p in range(len(self.places))
        ]

    def _meeting(self, meeting: int, who: Sequence[int]) -> None:
        house, lp = self.house, self.lp
        keep = house.instance.weights.moved_session
        apart: dict[tuple[int, int], list[tuple[int, float]]] = {}
        for client in who:
            for other in {o for o, _ in house.neighbours[client] if o > client and o in who}:
                for p in range(len(self.places)):
                    row = (lp.add_row(FREE, 1.0), 1.0)
                    apart.setdefault((client, p), []).append(row)
                    apart.setdefault((other, p), []).append(row)
        for client in who:
            one = lp.add_row(1.0, 1.0)
            lp.add_column(NO_SEAT, [(one, 1.0)])
            for p, place in enumerate(self.places):
                cost = -float(keep) if house.held[client].get(meeting) == place else 0.0
                rows = [(row, 1.0) for row in self.seats[meeting, p]] + apart.get((client, p), [])
                self.sits[client, meeting, p] = lp.add_column(
                    cost, [(one, 1.0), *rows], bounds=(0, 1), whole=True
                )

    def solve(self) -> tuple[dict[tuple[int, int], int | None], dict[int, Staffing]]:
        """The seats and the sections."""
        value, _ = self.lp.solve_whole(SECONDS)
        house = self.house
        given: dict[tuple[int, int], int | None] = {
            (c, m): None for m, who in self.plan.who.items() for c in who
        }
        if value is None:
            return given, {}
        for (client, meeting, p), column in self.sits.items():
            if value[column] > HALF:
                given[client, meeting] = self.places[p]
        helpers, out = list(self.plan.helpers), {}
        for p, group in enumerate(self.plan.sections):
            helper = house.staff[helpers.pop()].id if helpers and value[self.double[p]] > HALF else None
            out[group] = Staffing(house.staff[self.leads[group]].id, helper)
        return given, out


def give_rooms(draft: Draft, seconds: float = SECONDS) -> None:
    """A room for each group on site: large enough for those who come, never two groups in one at once.

    What is not found in time is first fit, the fullest groups first. A group that gets none is closed; `settle` and the seating after it see to its people.
    """
    house = draft.house
    groups = [g for g in draft.staffing if house.groups[g].mode is Mode.ONSITE]
    rooms = _rooms(draft, groups, seconds) or _first_rooms(draft, groups)
    for group in groups:
        staffing, room = draft.staffing[group], rooms.get(group)
        if room is None:
            for client in draft.attending(group):
                draft.remove(client)
            draft.close(group)
        else:
            draft.open(group, Staffing(staffing.lead, staffing.cofacilitator, house.rooms[room].id))


def _people(draft: Draft, group: int) -> int:
    """How many come to its fullest meeting."""
    return max((draft.taken[m.id] for m in draft.house.groups[group].meetings), default=0)


def _first_rooms(draft: Draft, groups: Iterable[int]) -> dict[int, int]:
    """The smallest free room that fits, group by group."""
    house, out = draft.house, dict[int, int]()
    used = dict.fromkeys(range(len(house.rooms)), 0)
    for group in sorted(groups, key=lambda g: (-_people(draft, g), g)):
        time = minutes_of(m.span for m in house.groups[group].meetings)
        fitting = [r for r in house.rooms_for[group] if house.rooms[r].capacity >= _people(draft, group)]
        free = [r for r in fitting if not used[r] & time]
        if free:
            out[group] = min(free, key=lambda r: (house.rooms[r].capacity, r))
            used[out[group]] |= time
    return out


def _rooms(draft: Draft, groups: Iterable[int], seconds: float) -> dict[int, int]:
    from ortools.sat.python import cp_model

    house, model = draft.house, cp_model.CpModel()
    uses: dict[tuple[int, int, int], list[Any]] = {}
    takes: dict[tuple[int, int], Any] = {}
    cost: Any = 0
    for group in groups:
        made = house.groups[group]
        people = _people(draft, group)
        fitting = [r for r in house.rooms_for[group] if house.rooms[r].capacity >= people]
        for room in fitting:
            flag = takes[group, room] = model.new_bool_var("")
            cost += house.rooms[room].capacity * flag
            for meeting in made.meetings:
                for minute in range(meeting.span.start, meeting.span.end, 5):
                    uses.setdefault((room, meeting.span.day, minute), []).append(flag)
        none = model.new_bool_var("")
        cost += NO_SEAT * (1 + people) * none
        model.add_exactly_one([*(takes[group, r] for r in fitting), none])
    for flags in {tuple(f.index for f in flags): flags for flags in uses.values()}.values():
        model.add_at_most_one(flags)
    model.minimize(cost)
    solver = solver_of(seconds)
    status = solver.status_name(solver.solve(model))
    if status not in {"OPTIMAL", "FEASIBLE"}:
        return {}
    return {group: room for (group, room), flag in takes.items() if solver.value(flag)}


def solver_of(seconds: float, workers: int = 2) -> Any:
    """A CP-SAT solver that stops in time; the same input gives the same answer when it ends before."""
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = 1
    return solver
