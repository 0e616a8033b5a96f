"""The house's side of the program: which sections run, who leads and helps, in what rooms, with what time.

Whole-number columns for each class: `runs` sections, of these `doubles` with a second facilitator; `own`
says of each section with a past whether it runs; `leads` and `helps` say who, `rooms` [kind, how many
facilitators] where. What is left open here, and settled after, only makes the bound lower: which of the
running sections has which room, and the clock times of one-to-one sessions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from openiop.domain.schedule.objective import HOUR, missed_weight
from openiop.domain.schedule.problem import Mode, OneToOne, Room, Span
from openiop.domain.schedule.rules import merged
from openiop.engines.timetable.house import DAY, DAYS, GroupClass, House
from openiop.engines.timetable.lp import INFINITY, LinearProgram

FREE = -INFINITY
SHORT = 4000.0
"""What one person too few in a group weighs where the program may be short (see `Master.allow_short`)."""


@dataclass(frozen=True, slots=True)
class Given:
    """A column for a one-to-one session with one person: its minutes, and the time in which it could be."""

    column: int
    minutes: int
    times: tuple[Span, ...]

    @property
    def first(self) -> int:
        """Its earliest minute on any day."""
        return min(s.start for s in self.times)

    @property
    def last(self) -> int:
        """Its latest minute on any day."""
        return max(s.end for s in self.times)


@dataclass(slots=True)
class ClassColumns:
    """The columns of one class."""

    runs: int
    doubles: int
    own: dict[int, int] = field(default_factory=dict)
    kept_lead: dict[int, int] = field(default_factory=dict)
    leads: dict[int, int] = field(default_factory=dict)
    helps: dict[int, int] = field(default_factory=dict)
    rooms: dict[tuple[int, int], int] = field(default_factory=dict)


class Design:
    """The columns and rows of the house, in a linear program.

    Rows for the weeks to come: `seats` and `least` by class meeting, `kept` by meeting of a
    section with a past. `waiting` [client] are columns, `one` their rows of one-to-one sessions due.
    `short` [class meeting] are columns for people too few, closed but for the proof by branching.
    """

    def __init__(self, house: House, lp: LinearProgram) -> None:
        self.house, self.lp = house, lp
        self.room_kinds = _room_kinds(house.rooms)
        self.people_used: list[list[tuple[int, int]]] = [[] for _ in house.staff]
        self.place_row = [lp.add_row(1.0, 1.0) for _ in house.clients]
        self.seats = [lp.add_row(FREE, 0.0) for _ in house.day]
        self.least = [lp.add_row(0.0, INFINITY) for _ in house.day]
        self.kept: dict[str, int] = {}
        self.holders = Counter(m for c in house.clients for m in c.held)
        self.classes = [self._class(k) for k in house.classes]
        self.short = [lp.add_column(SHORT, [(row, 1.0)], bounds=(0, 0)) for row in self.least]
        self.waiting = self._waiting()
        self._room_time()
        self._one_to_one()
        self._staff_time()

    # Classes.

    def _class(self, group_class: GroupClass) -> ClassColumns:
        house, lp = self.house, self.lp
        sample, count = group_class.sample, len(group_class.groups)
        able = count if any(house.runnable(g) for g in group_class.groups) else 0
        solo = min(sample.solo_capacity, sample.capacity)
        hours = house.instance.weights.staff_hour * sum(m.span.minutes for m in sample.meetings) // HOUR
        total, leads, second, rooms = (lp.add_row(0.0, 0.0) for _ in range(4))
        fewer, large = lp.add_row(FREE, 0.0), lp.add_row(0.0, 0.0)
        on_site = sample.mode is Mode.ONSITE
        entries = [(total, 1.0), (leads, -1.0), (fewer, -1.0)]
        if on_site:
            entries.append((rooms, -1.0))
        else:
            entries += [(self.seats[m], -float(solo)) for m in group_class.meetings]
        entries += [(self.least[m], -float(sample.run_minimum)) for m in group_class.meetings]
        runs = lp.add_column(hours, entries, bounds=(0, able), whole=True)
        more = [(second, -1.0), (fewer, 1.0)]
        if on_site:
            more.append((large, -1.0))
        else:
            more += [(self.seats[m], -float(sample.capacity - solo)) for m in group_class.meetings]
        doubles = lp.add_column(hours, more, bounds=(0, able), whole=True)
        columns = ClassColumns(runs, doubles)
        self._own(group_class, columns, total)
        self._people(group_class, columns, leads, second)
        if on_site:
            self._rooms(group_class, columns, rooms, large)
        return columns

    def _own(self, group_class: GroupClass, columns: ClassColumns, total: int) -> None:
        """Sections with a past by name, the others by number."""
        house, lp = self.house, self.lp
        change = house.instance.weights.lead_change
        nameless = 0
        seconds = lp.add_row(FREE, 0.0)
        lp.extend(columns.doubles, seconds, -1.0)
        for section, group in enumerate(group_class.groups):
            made = house.groups[group]
            names = [house.sections[m][section] for m in group_class.meetings]
            if made.last_lead is None and not any(self.holders[n] for n in names):
                nameless += 1
                continue
            cost = float(change) if made.last_lead is not None else 0.0
            entries = [(total, -1.0)]
            most = self._most(group)
            solo, double = min(made.solo_capacity, most), lp.add_row(FREE, 0.0)
            more = [(seconds, 1.0), (double, 1.0)]
            for name in names:
                if self.holders[name]:
                    self.kept[name] = lp.add_row(FREE, 0.0)
                    entries.append((self.kept[name], -float(solo)))
                    more.append((self.kept[name], -float(most - solo)))
            columns.own[group] = lp.add_column(cost, [*entries, (double, -1.0)], bounds=(0, 1), whole=True)
            lp.add_column(0.0, more, bounds=(0, 1))
        if nameless:
            lp.add_column(0.0, [(total, -1.0)], bounds=(0, nameless), whole=True)

    def _most(self, group: int) -> int:
        house = self.house
        capacity = house.groups[group].capacity
        if house.groups[group].mode is Mode.ONSITE:
            capacity = min(
                capacity, max((house.rooms[r].capacity for r in house.rooms_for[group]), default=0)
            )
        return capacity

    def _people(self, group_class: GroupClass, columns: ClassColumns, leads: int, second: int) -> None:
        """Who leads, who helps; last week's lead kept is worth its points."""
        house, lp = self.house, self.lp
        sample = group_class.groups[0]
        can_lead, can_help = set(house.leads[sample]), set(house.helpers[sample])
        for person in sorted(can_lead):
            columns.leads[person] = lp.add_column(0.0, [(leads, 1.0)], bounds=(0, 1), whole=True)
            self.people_used[person].append((group_class.index, columns.leads[person]))
        for person in sorted(can_help):
            columns.helps[person] = lp.add_column(0.0, [(second, 1.0)], bounds=(0, 1), whole=True)
            self.people_used[person].append((group_class.index, columns.helps[person]))
        change = house.instance.weights.lead_change
        shared: dict[int, int] = {}
        for group, own in columns.own.items():
            lead = house.staff_at.get(house.groups[group].last_lead or "", -1)
            if lead in columns.leads:
                if lead not in shared:
                    shared[lead] = lp.add_row(FREE, 0.0)
                    lp.extend(columns.leads[lead], shared[lead], -1.0)
                runs = lp.add_row(FREE, 0.0)
                lp.extend(own, runs, -1.0)
                columns.kept_lead[group] = lp.add_column(
                    -float(change), [(shared[lead], 1.0), (runs, 1.0)], bounds=(0, 1)
                )

    def _rooms(self, group_class: GroupClass, columns: ClassColumns, rooms: int, large: int) -> None:
        """So many rooms of each kind; rooms of one kind are one as good as the other.

        A room seats a section with one facilitator or with two, so it is known what each section seats.
        """
        house, sample = self.house, group_class.sample
        fitting = set(house.rooms_for[group_class.groups[0]])
        for kind, places in enumerate(self.room_kinds):
            count = len(fitting & set(places))
            if count:
                size = min(house.rooms[places[0]].capacity, sample.capacity)
                solo = min(size, sample.solo_capacity)
                single = [(rooms, 1.0), *((self.seats[m], -float(solo)) for m in group_class.meetings)]
                double = [(rooms, 1.0), *((self.seats[m], -float(size)) for m in group_class.meetings)]
                columns.rooms[kind, 1] = self.lp.add_column(0.0, single, bounds=(0, count), whole=True)
                columns.rooms[kind, 2] = self.lp.add_column(
                    0.0, [*double, (large, 1.0)], bounds=(0, count), whole=True
                )

    # Time.

    def _room_time(self) -> None:
        """Never more rooms of a kind than there are, at any time."""
        for kind, places in enumerate(self.room_kinds):
            users = [
                (k.index, column)
                for k in self.house.classes
                for (of_kind, _), column in self.classes[k.index].rooms.items()
                if of_kind == kind
            ]
            for columns in self._together(users):
                self._limit(columns, len(places))

    def _staff_time(self) -> None:
        """Nobody in two places, nobody over their day's most (the week's is with one-to-one sessions)."""
        for person, users in enumerate(self.people_used):
            for columns in self._together(users):
                self._limit(columns, 1)
            for day in range(DAYS):
                load = [(column, self._minutes(k, day)) for k, column in users]
                load = [(c, m) for c, m in load if m]
                if sum(m for _, m in load) > self.house.staff[person].day_max:
                    row = self.lp.add_row(FREE, float(self.house.staff[person].day_max))
                    for column, minutes in load:
                        self.lp.extend(column, row, float(minutes))

    def _minutes(self, group_class: int, day: int) -> int:
        meetings = self.house.classes[group_class].sample.meetings
        return sum(m.span.minutes for m in meetings if m.span.day == day)

    def _limit(self, columns: Iterable[int], most: int) -> None:
        row = self.lp.add_row(FREE, float(most))
        for column in columns:
            self.lp.extend(column, row, 1.0)

    def _together(self, users: list[tuple[int, int]]) -> list[frozenset[int]]:
        """The largest sets of columns whose classes meet at one moment."""
        moments: dict[tuple[int, int], set[int]] = {}
        for group_class, column in users:
            for meeting in self.house.classes[group_class].sample.meetings:
                for minute in range(meeting.span.start, meeting.span.end, 5):
                    moments.setdefault((meeting.span.day, minute), set()).add(column)
        sets = {frozenset(columns) for columns in moments.values() if len(columns) > 1}
        return [s for s in sets if not any(s < other for other in sets)]

    # Clients.

    def _waiting(self) -> list[int]:
        weight = self.house.instance.weights.unplaced
        return [
            self.lp.add_column(float(weight * c.priority), [(self.place_row[i], 1.0)], bounds=(0, 1))
            for i, c in enumerate(self.house.clients)
        ]

    def _one_to_one(self) -> None:
        """Each session due is given by someone with time for it, or missed.

        People's weekly most counts groups and one-to-one sessions; so does their time after each hour and
        before it, for sessions that can only be there.
        """
        house, lp = self.house, self.lp
        given: list[list[Given]] = [[] for _ in house.staff]
        weights = house.instance.weights
        for client, made in enumerate(house.clients):
            for due in made.one:
                row = lp.add_row(1.0, 1.0)
                lp.add_column(float(missed_weight(due.kind, weights)), [(row, 1.0)])
                lp.extend(self.waiting[client], row, 1.0)
                for choice, name in enumerate(dict.fromkeys(due.staff)):
                    times = possible_spans(house, client, due, house.staff_at[name])
                    if times:
                        cost = float(weights.second_choice) if choice else 0.0
                        column = lp.add_column(cost, [(row, 1.0)])
                        given[house.staff_at[name]].append(Given(column, due.minutes, times))
        for person, sessions in enumerate(given):
            self._load(person, sessions)

    def _load(self, person: int, sessions: list[Given]) -> None:
        """The week's most; and for each hour, what can only be after it (or before it) fits in there."""
        made = self.house.staff[person]
        groups = [
            (c, m.span) for k, c in self.people_used[person] for m in self.house.classes[k].sample.meetings
        ]
        every = [*((g.column, g.minutes) for g in sessions), *((c, s.minutes) for c, s in groups)]
        self._room(made.week_max, every)
        for hour in sorted({g.first for g in sessions}):
            self._piece(person, [g for g in sessions if g.first >= hour], groups, hour, DAY)
        for hour in sorted({g.last for g in sessions}):
            self._piece(person, [g for g in sessions if g.last <= hour], groups, 0, hour)

    def _piece(
        self, person: int, own: list[Given], groups: list[tuple[int, Span]], start: int, end: int
    ) -> None:
        """These sessions can only be between two hours; so much of someone's time is there."""
        pieces = [Span(day, start, end) for day in sorted({s.day for g in own for s in g.times})]
        free = [sum(_shared(a, b) for a in self.house.staff[person].available) for b in pieces]
        taken = [(c, sum(_shared(span, b) for b in pieces)) for c, span in groups]
        taken = [(c, minutes) for c, minutes in taken if minutes]
        lengths = {g.minutes for g in own}
        if not taken and len(lengths) == 1:
            # A rest shorter than a session is lost, where nothing else can use it.
            free = [minutes // min(lengths) * min(lengths) for minutes in free]
        self._room(sum(free), [*((g.column, g.minutes) for g in own), *taken])

    def _room(self, most: int, entries: list[tuple[int, int]]) -> None:
        if sum(minutes for _, minutes in entries) > most:
            row = self.lp.add_row(FREE, float(most))
            total: dict[int, int] = {}
            for column, minutes in entries:
                total[column] = total.get(column, 0) + minutes
            for column, minutes in total.items():
                self.lp.extend(column, row, float(minutes))


def possible_spans(house: House, client: int, due: OneToOne, person: int) -> tuple[Span, ...]:
    """The time in which a one-to-one session of the two could be, whatever week the client has.

    By telehealth anywhere in common time; on site with travel, and near a group that the client could attend.
    """
    made, rules = house.clients[client], house.instance.rules
    reach = rules.one_gap_max + due.minutes
    out = []
    for window in merged(made.windows):
        pieces = [window] if Mode.TELEHEALTH in made.one_modes else []
        if Mode.ONSITE in made.one_modes:
            inner = window.widened(-made.travel)
            near = [s.widened(reach) for s in house.onsite_spans(client) if s.day == window.day]
            pieces += [Span(window.day, max(inner.start, s.start), min(inner.end, s.end)) for s in near]
        for piece in pieces:
            for free in house.staff[person].available:
                start, end = max(piece.start, free.start), min(piece.end, free.end)
                if free.day == piece.day and end - start >= due.minutes:
                    out.append(Span(piece.day, start, end))
    return tuple(out)


def _shared(a: Span, b: Span) -> int:
    return max(0, min(a.end, b.end) - max(a.start, b.start)) if a.day == b.day else 0


def _room_kinds(rooms: tuple[Room, ...]) -> list[list[int]]:
    """Rooms that differ in nothing but their name."""
    kinds: dict[object, list[int]] = {}
    for place, room in enumerate(rooms):
        kinds.setdefault((room.site, room.capacity, room.features), []).append(place)
    return list(kinds.values())
