"""Clock times for all one-to-one sessions of a draft at once: as few missed as the groups leave room for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from openiop.domain.schedule.objective import missed_weight
from openiop.domain.schedule.one_to_one import possible_times
from openiop.domain.schedule.problem import Mode, OneToOne, PlacedOne, Span, Staffing
from openiop.engines.timetable.draft import Draft
from openiop.engines.timetable.house import DAYS, minutes_of
from openiop.engines.timetable.seating import openings_of, question_of
from openiop.engines.timetable.sections import solver_of

GRID = 30


def set_clock(
    draft: Draft, seconds: float, clients: Iterable[int] | None = None, groups: Iterable[int] = ()
) -> None:
    """Give each of the clients (of all by default) the best set of one-to-one sessions; the others stay.

    Of `groups` it is decided anew who leads and who helps, so that people are free when one-to-one
    sessions need them. Nothing is worse than before.
    """
    chosen = sorted(draft.weeks if clients is None else {c for c in clients if c in draft.weeks})
    sessions = {c: draft.one.get(c, ()) for c in chosen}
    staffing = {g: draft.staffing[g] for g in groups if g in draft.staffing}
    for client in chosen:
        draft.drop_one(client)
    for group in staffing:
        draft.unstaff(group)
    model = _ClockModel(draft, sessions, staffing)
    found = model.solve(seconds)
    for group, new in (staffing if found is None else found[1]).items():
        draft.open(group, new)
    for client, session in found[0] if found else [(c, s) for c in chosen for s in sessions[c]]:
        draft.add_one(client, session)


class _ClockModel:
    """Every possible time is a yes or no; nobody is in two places, nobody works over their most."""

    def __init__(
        self, draft: Draft, sessions: dict[int, tuple[PlacedOne, ...]], staffing: dict[int, Staffing]
    ) -> None:
        from ortools.sat.python import cp_model

        self.draft, self.model = draft, cp_model.CpModel()
        self.options: list[tuple[int, PlacedOne, Any]] = []
        self.leads: dict[tuple[int, int], Any] = {}
        self.helps: dict[tuple[int, int], Any] = {}
        self.staffing = staffing
        self.staff_at: dict[tuple[int, int, int], list[Any]] = {}
        self.load: dict[tuple[int, int], list[tuple[int, Any]]] = {}
        self.cost: Any = 0
        self.openings: dict[tuple[int, int], list[Span]] = {}
        for group, before in staffing.items():
            self._group(group, before)
        for client, own in sessions.items():
            self._client(client, set(own))
        for flags in self.staff_at.values():
            if len(flags) > 1:
                self.model.add_at_most_one(flags)
        self._loads()
        self.model.minimize(self.cost)

    def _group(self, group: int, before: Staffing) -> None:
        """Somebody who can leads; somebody else helps where it has a second facilitator."""
        house = self.draft.house
        made = house.groups[group]
        change = house.instance.weights.lead_change if made.last_lead is not None else 0
        spans = [m.span for m in made.meetings]
        for people, flags, name in (
            (house.leads[group], self.leads, before.lead),
            (house.helpers[group] if before.cofacilitator else (), self.helps, before.cofacilitator),
        ):
            row = []
            for person in people:
                if self.draft.can_work(person, spans):
                    flag = flags[group, person] = self.model.new_bool_var("")
                    self.model.add_hint(flag, house.staff[person].id == name)
                    row.append(flag)
                    if flags is self.leads and house.staff[person].id != made.last_lead:
                        self.cost += change * flag
                    for span in spans:
                        self._busy(person, span, flag)
            if name is not None:
                self.model.add_exactly_one(row)

    def _busy(self, person: int, span: Span, flag: Any) -> None:
        for minute in range(span.start // GRID * GRID, span.end, GRID):
            self.staff_at.setdefault((person, span.day, minute), []).append(flag)
        self.load.setdefault((person, span.day), []).append((span.minutes, flag))

    def _client(self, client: int, before: set[PlacedOne]) -> None:
        draft, model = self.draft, self.model
        made = draft.house.clients[client]
        question, seats = question_of(draft, client)
        weights = draft.house.instance.weights
        at: dict[tuple[int, int], list[Any]] = {}
        used: Any = 0
        for due in made.one:
            row = []
            for session in possible_times(question, seats, due, self._openings(due)):
                if not self._apart(client, session):
                    continue
                flag = model.new_bool_var("")
                model.add_hint(flag, session in before)
                row.append(flag)
                self.options.append((client, session, flag))
                self.cost += (weights.second_choice if session.staff != due.staff[0] else 0) * flag
                used += due.minutes * flag
                self._occupy(session, flag, at)
            missed = model.new_bool_var("")
            model.add_exactly_one([*row, missed])
            self.cost += missed_weight(due.kind, weights) * missed
        for flags in at.values():
            if len(flags) > 1:
                model.add_at_most_one(flags)
        spare = draft.house.instance.rules.week_total_max - sum(span.minutes for _, span, _ in seats)
        if sum(due.minutes for due in made.one) > spare:
            model.add(used <= spare)

    def _openings(self, due: OneToOne) -> dict[str, list[Span]]:
        out: dict[str, list[Span]] = {}
        for name in due.staff:
            person = self.draft.house.staff_at.get(name)
            if person is not None:
                key = (person, due.minutes)
                if key not in self.openings:
                    self.openings[key] = openings_of(self.draft, person, due.minutes)
                out[name] = self.openings[key]
        return out

    def _occupy(self, session: PlacedOne, flag: Any, at: dict[tuple[int, int], list[Any]]) -> None:
        for minute in range(session.span.start, session.span.end, GRID):
            at.setdefault((session.span.day, minute), []).append(flag)
        self._busy(self.draft.house.staff_at[session.staff], session.span, flag)

    def _apart(self, client: int, session: PlacedOne) -> bool:
        """Whether the session keeps the client off the site while someone to be kept apart may be there.

        The other's own one-to-one sessions are not known yet: their longest stay is assumed.
        """
        draft = self.draft
        if session.mode is not Mode.ONSITE:
            return True
        margin = draft.house.instance.rules.one_gap_max + session.span.minutes
        own = draft.presence(client)
        for other, wide in draft.house.neighbours[client]:
            if wide and other in draft.weeks:
                stay = minutes_of(_widened(draft, other, session.span.day, margin))
                if stay & minutes_of([session.span]) or _between(own, session.span, stay):
                    return False
        return True

    def _loads(self) -> None:
        for person, staff in enumerate(self.draft.house.staff):
            days = [self.load.get((person, day), []) for day in range(DAYS)]
            worked = [
                sum(s.minutes for spans in self.draft.work[person].values() for s in spans if s.day == day)
                for day in range(DAYS)
            ]
            for day, sessions in enumerate(days):
                if worked[day] + sum(m for m, _ in sessions) > staff.day_max:
                    self.model.add(sum(m * f for m, f in sessions) <= staff.day_max - worked[day])
            every = [pair for sessions in days for pair in sessions]
            if sum(worked) + sum(m for m, _ in every) > staff.week_max:
                self.model.add(sum(m * f for m, f in every) <= staff.week_max - sum(worked))

    def solve(self, seconds: float) -> tuple[list[tuple[int, PlacedOne]], dict[int, Staffing]] | None:
        """The sessions with their times and who leads; None when nothing was found in time."""
        solver = solver_of(seconds)
        if solver.status_name(solver.solve(self.model)) not in {"OPTIMAL", "FEASIBLE"}:
            return None
        sessions = [(client, session) for client, session, flag in self.options if solver.value(flag)]
        staff = self.draft.house.staff
        leads = {g: staff[p].id for (g, p), flag in self.leads.items() if solver.value(flag)}
        helps = {g: staff[p].id for (g, p), flag in self.helps.items() if solver.value(flag)}
        return sessions, {g: Staffing(leads[g], helps.get(g), s.room) for g, s in self.staffing.items()}


def _widened(draft: Draft, client: int, day: int, margin: int) -> Iterable[Span]:
    spans = [
        draft.spans[m]
        for m in draft.weeks[client]
        if draft.spans[m].day == day and draft.house.groups[draft.group_of[m]].mode is Mode.ONSITE
    ]
    if spans:
        first, last = min(s.start for s in spans), max(s.end for s in spans)
        yield Span(day, max(0, first - margin), min(24 * 60, last + margin))


def _between(own: int, span: Span, stay: int) -> bool:
    """Whether waiting between the own groups and the session would meet someone's stay."""
    bits = own | minutes_of([span])
    day = bits & minutes_of([Span(span.day, 0, 24 * 60)])
    low, high = (day & -day).bit_length() - 1, day.bit_length()
    return bool(stay & ((1 << high) - (1 << low)))
