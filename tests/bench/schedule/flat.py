"""The plain model that everybody writes first: one yes or no for each client and session, in CP-SAT.

It shares nothing with the solver but the value objects. On small weeks it is solved to its end and
judges the solver's plans and bounds; on larger ones it is the baseline.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

from ortools.sat.python import cp_model

from openiop.domain.schedule.problem import (
    Client,
    ClientWeek,
    Cohort,
    Group,
    Instance,
    Meeting,
    Mode,
    PlacedOne,
    Roster,
    Span,
    Staffing,
    daypart,
)


@dataclass
class Result:
    """What the plain model found and proved."""

    roster: Roster | None
    cost: float
    bound: float
    proven: bool


class FlatModel:
    """The whole week in one model."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.model = cp_model.CpModel()
        self.cost: list[Any] = []
        self.uses: dict[tuple[str, str], list[tuple[Span, Any]]] = {}
        self.runs = {g.id: self.model.new_bool_var(g.id) for g in instance.groups}
        self.placed = {c.id: self.model.new_bool_var(c.id) for c in instance.clients}
        self.attends: dict[tuple[str, str], Any] = {}
        self.lead: dict[tuple[str, str], Any] = {}
        self.helper: dict[tuple[str, str], Any] = {}
        self.room: dict[tuple[str, str], Any] = {}
        self.ones: list[tuple[str, PlacedOne, Any]] = []
        for client in instance.clients:
            self._client(client)
        for group in instance.groups:
            self._group(group)
        self._apart()
        self._resources()
        self.model.minimize(sum(self.cost))

    def _client(self, c: Client) -> None:
        m, w = self.model, self.instance.weights
        placed = self.placed[c.id]
        self.cost.append(w.unplaced * c.priority * (1 - placed))
        mine: list[tuple[Group, Meeting, Any]] = []
        for g in self.instance.groups:
            ok = g.site == c.site and c.track in g.admits and g.mode in c.modes and g.service in c.mix
            inside = [ok and fits(c, s.span, c.travel if g.mode is Mode.ONSITE else 0) for s in g.meetings]
            if g.cohort is Cohort.CLOSED and not all(inside):
                continue
            for s, possible in zip(g.meetings, inside, strict=True):
                if possible:
                    x = self.attends[c.id, s.id] = m.new_bool_var("")
                    m.add_implication(x, self.runs[g.id])
                    m.add_implication(x, placed)
                    mine.append((g, s, x))
                    self.cost.append(w.preference * c.dislikes.get(daypart(s.span.start), 0) * x)
        self._cohorts(mine)
        self._days(c, mine)
        self._week(c, mine)
        held = [x for _, s, x in mine if s.id in c.held]
        self.cost.append(w.moved_session * (len(c.held) * placed - sum(held)))

    def _cohorts(self, mine: list[tuple[Group, Meeting, Any]]) -> None:
        firsts = []
        for group in {g.id for g, _, _ in mine if g.cohort is Cohort.CLOSED}:
            own = [x for g, _, x in mine if g.id == group]
            for x in own[1:]:
                self.model.add(x == own[0])
            firsts.append(own[0])
        self.model.add(sum(firsts) <= 1)

    def _days(self, c: Client, mine: list[tuple[Group, Meeting, Any]]) -> None:
        m, gap_max = self.model, self.instance.rules.gap_max
        days = []
        for day in range(7):
            today = [(g, s, x) for g, s, x in mine if s.span.day == day]
            if not today:
                continue
            on = m.new_bool_var("")
            days.append(on)
            for _, _, x in today:
                m.add_implication(x, on)
            m.add(sum(s.span.minutes * x for _, s, x in today) >= c.day_minutes.lo * on)
            m.add(sum(s.span.minutes * x for _, s, x in today) <= c.day_minutes.hi * on)
            for (g, s, x), (h, t, y) in combinations(today, 2):
                if s.span.overlaps(t.span) or g.mode is not h.mode or g.service == h.service:
                    m.add_at_most_one(x, y)
                elif (wait := max(t.span.start - s.span.end, s.span.start - t.span.end)) > gap_max:
                    lo, hi = min(s.span.end, t.span.end), max(s.span.start, t.span.start)
                    between = [z for _, u, z in today if lo <= u.span.start and u.span.end <= hi]
                    del wait
                    m.add_bool_or([x.negated(), y.negated(), *between])
        m.add(sum(days) >= c.days.lo * self.placed[c.id])
        m.add(sum(days) <= c.days.hi)

    def _week(self, c: Client, mine: list[tuple[Group, Meeting, Any]]) -> None:
        m, w, placed = self.model, self.instance.weights, self.placed[c.id]
        minutes = sum(s.span.minutes * x for _, s, x in mine)
        m.add(minutes >= c.dose.floor * placed)
        m.add(minutes <= c.dose.ceiling * placed)
        for service, allowed in c.mix.items():
            count = sum(x for g, _, x in mine if g.service == service)
            m.add(count >= allowed.lo * placed)
            m.add(count <= allowed.hi)
        short = m.new_int_var(0, 1 + c.dose.ordered // 30, "")
        m.add(30 * short >= c.dose.ordered * placed - minutes)
        self.cost.append(w.underdose * short)
        given = self._ones(c, mine)
        m.add(minutes + given <= self.instance.rules.week_total_max)

    def _ones(self, c: Client, mine: list[tuple[Group, Meeting, Any]]) -> Any:
        m, w, total, own = self.model, self.instance.weights, [], []
        windows = {s.id: s for s in self.instance.staff}
        for due in c.one:
            row = []
            for choice, name in enumerate(dict.fromkeys(due.staff)):
                for window in windows[name].available:
                    for start in range(window.start, window.end - due.minutes + 1, 30):
                        span = Span(window.day, start, start + due.minutes)
                        for mode in sorted(c.one_modes):
                            z = self._one(c, mine, span, mode)
                            if z is not None:
                                row.append(z)
                                own.append((span, z))
                                self.ones.append((c.id, PlacedOne(due.kind, name, span, mode), z))
                                self.uses.setdefault(("staff", name), []).append((span, z))
                                self.cost.append((w.second_choice if choice else 0) * z)
                                total.append(due.minutes * z)
            missed = m.new_bool_var("")
            m.add(sum(row) + missed == self.placed[c.id])
            self.cost.append(w.missed[due.kind] * missed)
        self._never_at_once(own, [(s.span, x) for _, s, x in mine])
        return sum(total)

    def _one(self, c: Client, mine: list[tuple[Group, Meeting, Any]], span: Span, mode: Mode) -> Any:
        if not fits(c, span, c.travel if mode is Mode.ONSITE else 0):
            return None
        z = self.model.new_bool_var("")
        on_site = [(s.span, x) for g, s, x in mine if g.mode is Mode.ONSITE and s.span.day == span.day]
        if mode is Mode.TELEHEALTH:
            for _, x in on_site:
                self.model.add_at_most_one(z, x)
        else:
            most = self.instance.rules.one_gap_max
            near = [x for s, x in on_site if max(s.start - span.end, span.start - s.end) <= most]
            self.model.add_bool_or([*near, z.negated()])
        return z

    def _never_at_once(self, ones: list[tuple[Span, Any]], groups: list[tuple[Span, Any]]) -> None:
        for (a, x), (b, y) in combinations(ones, 2):
            if a.overlaps(b):
                self.model.add_at_most_one(x, y)
        for a, x in ones:
            for b, y in groups:
                if a.overlaps(b):
                    self.model.add_at_most_one(x, y)

    def _group(self, g: Group) -> None:
        m, w, runs = self.model, self.instance.weights, self.runs[g.id]
        spans = [s.span for s in g.meetings]
        hours = sum(s.minutes for s in spans)
        for person in self.instance.staff:
            tele = g.mode is Mode.ONSITE or person.telehealth
            inside = all(any(s.inside(a) for a in person.available) for s in spans)
            if (
                person.role == "therapist"
                and person.site == g.site
                and g.track in person.tracks
                and tele
                and inside
            ):
                flags = [self.helper]
                if person.licensed and g.service in person.services:
                    flags.append(self.lead)
                for table in flags:
                    x = table[g.id, person.id] = m.new_bool_var("")
                    self.uses.setdefault(("staff", person.id), []).extend((s, x) for s in spans)
                    if table is self.lead and g.last_lead not in {None, person.id}:
                        self.cost.append(w.lead_change * x)
        m.add(sum(x for (gid, _), x in self.lead.items() if gid == g.id) == runs)
        double = sum(x for (gid, _), x in self.helper.items() if gid == g.id)
        m.add(double <= runs)
        self.cost.append(w.staff_hour * hours // 60 * (runs + double))
        seats: Any = g.capacity * runs
        if g.mode is Mode.ONSITE:
            opening = next(s.open for s in self.instance.sites if s.id == g.site)
            shut = not all(any(s.inside(o) for o in opening) for s in spans)
            for room in self.instance.rooms:
                if room.site == g.site and (g.feature is None or g.feature in room.features) and not shut:
                    x = self.room[g.id, room.id] = m.new_bool_var("")
                    self.uses.setdefault(("room", room.id), []).extend((s, x) for s in spans)
            own = [
                (r.capacity, self.room[g.id, r.id]) for r in self.instance.rooms if (g.id, r.id) in self.room
            ]
            m.add(sum(x for _, x in own) == runs)
            seats = sum(min(g.capacity, cap) * x for cap, x in own)
        for s in g.meetings:
            there = sum(
                self.attends[c.id, s.id] for c in self.instance.clients if (c.id, s.id) in self.attends
            )
            m.add(there >= g.run_minimum * runs)
            m.add(there <= seats)
            m.add(
                there
                <= min(g.solo_capacity, g.capacity) * runs + max(0, g.capacity - g.solo_capacity) * double
            )

    def _apart(self) -> None:
        """Pairs on the wider scope are apart in sessions here; their waiting and one-to-one times are not."""
        spans = {s.id: (g, s.span) for g in self.instance.groups for s in g.meetings}
        for pair in self.instance.conflicts:
            one = {s: x for (c, s), x in self.attends.items() if c == pair.a}
            two = {s: x for (c, s), x in self.attends.items() if c == pair.b}
            for s, x in one.items():
                for t, y in two.items():
                    (g, a), (h, b) = spans[s], spans[t]
                    on_site = g.mode is Mode.ONSITE and h.mode is Mode.ONSITE and g.site == h.site
                    if s == t or (pair.scope == "site" and on_site and a.overlaps(b)):
                        self.model.add_at_most_one(x, y)

    def _resources(self) -> None:
        limits = {s.id: s for s in self.instance.staff}
        for (kind, name), uses in self.uses.items():
            moments: dict[tuple[int, int], list[Any]] = {}
            for span, x in uses:
                for minute in range(span.start, span.end, 30):
                    moments.setdefault((span.day, minute), []).append(x)
            for flags in moments.values():
                self.model.add_at_most_one(flags)
            if kind == "staff":
                self.model.add(sum(s.minutes * x for s, x in uses) <= limits[name].week_max)
                for day in range(7):
                    load = sum(s.minutes * x for s, x in uses if s.day == day)
                    self.model.add(load <= limits[name].day_max)

    def solve(self, seconds: float, workers: int = 2) -> Result:
        """What it finds in that time."""
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = workers
        status = solver.solve(self.model)
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return Result(None, float("inf"), solver.best_objective_bound, proven=False)
        return Result(
            self._roster(solver),
            solver.objective_value,
            solver.best_objective_bound,
            status == cp_model.OPTIMAL,
        )

    def _roster(self, solver: cp_model.CpSolver) -> Roster:
        def chosen(table: dict[tuple[str, str], Any], key: str) -> str | None:
            return next((b for (a, b), x in table.items() if a == key and solver.value(x)), None)

        groups = {
            g: Staffing(chosen(self.lead, g) or "", chosen(self.helper, g), chosen(self.room, g))
            for g, x in self.runs.items()
            if solver.value(x)
        }
        weeks = {
            c: ClientWeek(
                tuple(sorted(s for (a, s), y in self.attends.items() if a == c and solver.value(y))),
                tuple(one for a, one, z in self.ones if a == c and solver.value(z)),
            )
            for c, x in self.placed.items()
            if solver.value(x)
        }
        return Roster(groups, weeks)


def fits(c: Client, span: Span, travel: int) -> bool:
    """Whether one window of the client holds it with travel (windows that touch are one)."""
    at, end = span.start - travel, span.end + travel
    for window in sorted(w for w in c.windows if w.day == span.day):
        if window.start <= at < window.end:
            at = window.end
    return at >= end
