"""What the checker looks things up in."""

from __future__ import annotations

from dataclasses import dataclass

from openiop.domain.schedule.problem import Client, Group, Instance, Meeting, Room, Roster, Site, Staff


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

    def attendance(self, meeting: str) -> int:
        """How many clients have that meeting in their week."""
        return sum(1 for week in self.roster.clients.values() if meeting in week.meetings)
