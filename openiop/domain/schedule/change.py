"""What happens to a standing plan: someone comes, leaves, is sick for a day, a room is lost, hours change.

A change turns the week to plan into another and marks what no longer stands; what a plan disturbs is
counted in the order of the model: people moved first of all that can be chosen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from openiop.domain.schedule.problem import Client, Instance, Roster, Span, Staff

MOVED_SESSION = 1
MOVED_ONE = 3
CHANGED_LEAD = 12
CANCELLED = 400


@dataclass(frozen=True, slots=True)
class Admission:
    """A client comes."""

    client: Client


@dataclass(frozen=True, slots=True)
class Discharge:
    """A client leaves."""

    client: str


@dataclass(frozen=True, slots=True)
class NewHours:
    """A client's own windows are others from now on."""

    client: str
    windows: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class SickDay:
    """Someone is away for one day: that day's meetings need a substitute, the series stay theirs."""

    staff: str
    day: int


@dataclass(frozen=True, slots=True)
class RoomLost:
    """A room is closed for the whole week."""

    room: str


Change = Admission | Discharge | NewHours | SickDay | RoomLost


@dataclass(frozen=True, slots=True)
class Substitute:
    """Who takes one meeting on the day: a date's exception, not the series. `staff` None: it is called off."""

    meeting: str
    role: str
    instead_of: str
    staff: str | None


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What a new plan changes for people."""

    moved_sessions: int = 0
    moved_ones: int = 0
    changed_leads: int = 0
    cancelled: int = 0

    @property
    def cost(self) -> int:
        """The weighted sum that re-planning makes least."""
        return (
            MOVED_SESSION * self.moved_sessions
            + MOVED_ONE * self.moved_ones
            + CHANGED_LEAD * self.changed_leads
            + CANCELLED * self.cancelled
        )


def changed(instance: Instance, change: Change) -> Instance:
    """The week to plan after the change. A sick day leaves it as it is: the series do not change."""
    match change:
        case Admission(client):
            others = tuple(c for c in instance.clients if c.id != client.id)
            return replace(instance, clients=(*others, client))
        case Discharge(name):
            pairs = tuple(p for p in instance.conflicts if name not in {p.a, p.b})
            kept = tuple(c for c in instance.clients if c.id != name)
            return replace(instance, clients=kept, conflicts=pairs)
        case NewHours(name, windows):
            clients = tuple(replace(c, windows=windows) if c.id == name else c for c in instance.clients)
            return replace(instance, clients=clients)
        case RoomLost(room):
            return replace(instance, rooms=tuple(r for r in instance.rooms if r.id != room))
        case SickDay():
            return instance


def away(staff: Staff, day: int) -> Staff:
    """Someone's hours without one day."""
    return replace(staff, available=tuple(w for w in staff.available if w.day != day))


def disturbance(before: Roster, after: Roster) -> Disturbance:
    """What is different for those who are in both plans; who came or left is not counted."""
    moved = ones = 0
    for name in before.clients.keys() & after.clients.keys():
        was, now = before.clients[name], after.clients[name]
        moved += len(set(was.meetings) ^ set(now.meetings))
        ones += len(set(was.one) - set(now.one))
    leads = sum(
        before.groups[g].lead != after.groups[g].lead for g in before.groups.keys() & after.groups.keys()
    )
    return Disturbance(moved, ones, leads, len(before.groups.keys() - after.groups.keys()))
