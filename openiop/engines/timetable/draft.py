"""A plan being built: groups that run, seats taken, the time of people and rooms, all kept legal.

Every change is checked against the house rules here (people, rooms, seats, people kept apart), so what a
draft holds is legal but for groups still under their minimum; `settle` closes these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from openiop.domain.schedule.problem import (
    ClientWeek,
    Mode,
    PlacedOne,
    Roster,
    Span,
    Staffing,
)
from openiop.engines.timetable.house import DAYS, House, minutes_of, works


class Draft:
    """A roster under work, by the places of a house."""

    def __init__(self, house: House, roster: Roster | None = None) -> None:
        self.house = house
        self.staffing: dict[int, Staffing] = {}
        self.weeks: dict[int, tuple[str, ...]] = {}
        self.one: dict[int, tuple[PlacedOne, ...]] = {}
        self.taken: dict[str, int] = {m.id: 0 for g in house.groups for m in g.meetings}
        self.work: list[dict[object, tuple[Span, ...]]] = [{} for _ in house.staff]
        self.busy = [0] * len(house.staff)
        self.used = [0] * len(house.rooms)
        self.spans = {m.id: m.span for g in house.groups for m in g.meetings}
        self.group_of = {m.id: place for place, g in enumerate(house.groups) for m in g.meetings}
        if roster is not None:
            self._take(roster)

    def _take(self, roster: Roster) -> None:
        for name, staffing in roster.groups.items():
            if name in self.house.group_at:
                self.open(self.house.group_at[name], staffing)
        for name, week in roster.clients.items():
            if name in self.house.client_at:
                self.place(self.house.client_at[name], week.meetings, week.one)

    def roster(self) -> Roster:
        """What the draft holds."""
        house = self.house
        return Roster(
            groups={house.groups[g].id: s for g, s in sorted(self.staffing.items())},
            clients={
                house.clients[c].id: ClientWeek(tuple(sorted(week)), self.one.get(c, ()))
                for c, week in sorted(self.weeks.items())
            },
        )

    def copy(self) -> Draft:
        """The same again, to try something."""
        return Draft(self.house, self.roster())

    # Groups.

    def open(self, group: int, staffing: Staffing) -> None:
        """Let a group run."""
        self.close(group)
        self.staffing[group] = staffing
        spans = tuple(m.span for m in self.house.groups[group].meetings)
        for person in (staffing.lead, staffing.cofacilitator):
            if person in self.house.staff_at:
                self._add_work(self.house.staff_at[person], ("group", group), spans)
        if staffing.room in self.house.room_at:
            self.used[self.house.room_at[staffing.room]] |= minutes_of(spans)

    def close(self, group: int) -> None:
        """Let a group not run; nobody may be in it any more."""
        staffing = self.staffing.pop(group, None)
        if staffing is None:
            return
        for person in (staffing.lead, staffing.cofacilitator):
            if person in self.house.staff_at:
                self._drop_work(self.house.staff_at[person], ("group", group))
        if staffing.room in self.house.room_at:
            mask = minutes_of(m.span for m in self.house.groups[group].meetings)
            self.used[self.house.room_at[staffing.room]] &= ~mask

    def unstaff(self, group: int) -> None:
        """Take the people off a group that goes on running; `open` gives it others."""
        staffing = self.staffing[group]
        for person in (staffing.lead, staffing.cofacilitator):
            if person in self.house.staff_at:
                self._drop_work(self.house.staff_at[person], ("group", group))

    def _add_work(self, person: int, key: object, spans: tuple[Span, ...]) -> None:
        self.work[person][key] = spans
        self.busy[person] |= minutes_of(spans)

    def _drop_work(self, person: int, key: object) -> None:
        self.work[person].pop(key, None)
        self.busy[person] = minutes_of(s for spans in self.work[person].values() for s in spans)

    def book(self, person: int, key: object, span: Span) -> None:
        """Take someone's time for something that is no part of the roster, such as standing in for a day."""
        self._add_work(person, key, (span,))

    def unbook(self, person: int, key: object) -> None:
        """Give booked time back."""
        self._drop_work(person, key)

    def can_work(self, person: int, spans: Sequence[Span]) -> bool:
        """Whether someone is free then, in their hours, under their maxima."""
        if self.busy[person] & minutes_of(spans):
            return False
        own = [s for all_of in self.work[person].values() for s in all_of]
        return works(self.house.staff[person], [*own, *spans])

    def free_people(self, group: int, people: Iterable[int]) -> list[int]:
        """Those of the people who could also take the group, the least burdened first."""
        spans = [m.span for m in self.house.groups[group].meetings]
        able = [p for p in people if self.can_work(p, spans)]
        return sorted(able, key=lambda p: (self.burden(p), p))

    def burden(self, person: int) -> int:
        """How many minutes of the week someone has work already."""
        return sum(s.minutes for spans in self.work[person].values() for s in spans)

    def free_rooms(self, group: int) -> list[int]:
        """The rooms free for the group, the smallest that seats it wholly first, then the largest."""
        made = self.house.groups[group]
        mask = minutes_of(m.span for m in made.meetings)
        free = [r for r in self.house.rooms_for[group] if not self.used[r] & mask]
        rooms = self.house.rooms
        return sorted(
            free, key=lambda r: (min(0, rooms[r].capacity - made.capacity) * -1, rooms[r].capacity, r)
        )

    def places(self, group: int) -> int:
        """Seats of each meeting of a group that runs; 0 when it does not."""
        staffing = self.staffing.get(group)
        if staffing is None:
            return 0
        made = self.house.groups[group]
        limit = (
            made.capacity if staffing.cofacilitator is not None else min(made.capacity, made.solo_capacity)
        )
        if made.mode is Mode.ONSITE and staffing.room in self.house.room_at:
            limit = min(limit, self.house.rooms[self.house.room_at[staffing.room]].capacity)
        return limit

    def free(self, meeting: str) -> int:
        """Seats left in a meeting."""
        return self.places(self.group_of[meeting]) - self.taken[meeting]

    # Clients.

    def place(self, client: int, meetings: Iterable[str], one: Iterable[PlacedOne] = ()) -> None:
        """Give a client a week."""
        self.remove(client)
        self.weeks[client] = tuple(meetings)
        for meeting in self.weeks[client]:
            self.taken[meeting] += 1
        for session in one:
            self.add_one(client, session)

    def remove(self, client: int) -> None:
        """Take a client's week away, one-to-one sessions too."""
        for meeting in self.weeks.pop(client, ()):
            self.taken[meeting] -= 1
        self.drop_one(client)

    def add_one(self, client: int, session: PlacedOne) -> None:
        """Add a one-to-one session."""
        self.one[client] = (*self.one.get(client, ()), session)
        key = (client, session.kind, session.span)
        self._add_work(self.house.staff_at[session.staff], key, (session.span,))

    def drop_one(self, client: int) -> None:
        """Take a client's one-to-one sessions away."""
        for session in self.one.pop(client, ()):
            self._drop_work(self.house.staff_at[session.staff], (client, session.kind, session.span))

    def spans_of(self, client: int) -> list[Span]:
        """All the time a client has this week: groups and one-to-one sessions."""
        return [
            *(self.spans[m] for m in self.weeks.get(client, ())),
            *(s.span for s in self.one.get(client, ())),
        ]

    def attending(self, group: int) -> list[int]:
        """Who attends any meeting of the group."""
        meetings = {m.id for m in self.house.groups[group].meetings}
        return [c for c, week in self.weeks.items() if not meetings.isdisjoint(week)]

    def below_minimum(self) -> Iterator[int]:
        """Groups that run with too few in some meeting."""
        for group in sorted(self.staffing):
            made = self.house.groups[group]
            if any(self.taken[m.id] < made.run_minimum for m in made.meetings):
                yield group

    def presence(self, client: int) -> int:
        """A client's minutes on site, from the first to the last of each day."""
        spans = [s.span for s in self.one.get(client, ()) if s.mode is Mode.ONSITE]
        spans += [
            self.spans[meeting]
            for meeting in self.weeks.get(client, ())
            if self.house.groups[self.group_of[meeting]].mode is Mode.ONSITE
        ]
        out = []
        for day in range(DAYS):
            own = [s for s in spans if s.day == day]
            if own:
                out.append(Span(day, min(s.start for s in own), max(s.end for s in own)))
        return minutes_of(out)

    def forbidden(self, client: int) -> np.ndarray:
        """[class meeting]: true where someone the client must not meet leaves no section, or is on site."""
        out = np.zeros(len(self.house.day), dtype=bool)
        for other, wide in self.house.neighbours[client]:
            if wide and other in self.weeks:
                presence = self.presence(other)
                for meeting in range(len(out)):
                    group = self.house.classes[int(self.house.meeting_class[meeting])].sample
                    span = _span(self.house, meeting)
                    out[meeting] |= group.mode is Mode.ONSITE and bool(presence & minutes_of([span]))
        return out

    def shunned(self, client: int) -> set[str]:
        """The meetings of those whom the client must not meet."""
        return {m for other, _ in self.house.neighbours[client] for m in self.weeks.get(other, ())}


def _span(house: House, meeting: int) -> Span:
    return Span(int(house.day[meeting]), int(house.start[meeting]), int(house.end[meeting]))
