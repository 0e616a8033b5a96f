"""What the checker looks things up in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from openiop.domain.schedule.problem import (
    Client,
    Group,
    Instance,
    Meeting,
    Room,
    Roster,
    Site,
    Span,
    Staff,
)


@dataclass(frozen=True, slots=True)
class Breach:
    """One broken rule: its code, whose week or group it is, and where."""

    code: str
    who: str
    where: str


class Index:
    """An instance and a roster by id."""

    def __init__(self, instance: Instance, roster: Roster) -> None:
        self.instance = instance
        self.roster = roster
        self.clients: dict[str, Client] = {c.id: c for c in instance.clients}
        self.staff: dict[str, Staff] = {s.id: s for s in instance.staff}
        self.rooms: dict[str, Room] = {r.id: r for r in instance.rooms}
        self.sites: dict[str, Site] = {s.id: s for s in instance.sites}
        self.groups: dict[str, Group] = {g.id: g for g in instance.groups}
        self.meetings: dict[str, tuple[Group, Meeting]] = {
            m.id: (g, m) for g in instance.groups for m in g.meetings
        }

    @cached_property
    def attendance(self) -> Counter[str]:
        """How many clients have each meeting in their week."""
        return Counter(m for week in self.roster.clients.values() for m in set(week.meetings))

    @cached_property
    def work(self) -> list[tuple[Staff, list[tuple[Span, str]]]]:
        """All that each person leads, helps with or gives; who is nobody of the staff is left out."""
        work: dict[str, list[tuple[Span, str]]] = {}
        for name, where in self._given():
            work.setdefault(name, []).append(where)
        return [(self.staff[name], uses) for name, uses in sorted(work.items()) if name in self.staff]

    def _given(self) -> Iterator[tuple[str, tuple[Span, str]]]:
        for name, staffing in self.roster.groups.items():
            if name in self.groups:
                for person in {staffing.lead, staffing.cofacilitator} - {None}:
                    for meeting in self.groups[name].meetings:
                        yield str(person), (meeting.span, meeting.id)
        for client, week in self.roster.clients.items():
            for session in week.one:
                yield session.staff, (session.span, f"{client} {session.kind}")
