"""The values of the weekly timetable: what is to be planned, and one plan of it.

The nouns are those of the formal model. A `Meeting` is one weekly meeting of a group (every Monday,
09:00); a dated session is made from it by `series.py`. All times are minutes from local midnight.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Mode(StrEnum):
    """Where a client takes part."""

    ONSITE = "onsite"
    TELEHEALTH = "telehealth"


class Cohort(StrEnum):
    """Open: any of its meetings may be attended. Closed: all of them or none."""

    OPEN = "open"
    CLOSED = "closed"


class Daypart(StrEnum):
    """The part of the day a meeting starts in."""

    MORNING = "am"
    AFTERNOON = "pm"
    EVENING = "eve"


class Scope(StrEnum):
    """How far two people are kept apart: not in one group, or not on one site at one time either."""

    GROUP = "group"
    SITE = "site"


NOON = 12 * 60
FIVE_IN_THE_AFTERNOON = 17 * 60


def daypart(start: int) -> Daypart:
    """Before noon, before five in the afternoon, or later."""
    if start < NOON:
        return Daypart.MORNING
    return Daypart.AFTERNOON if start < FIVE_IN_THE_AFTERNOON else Daypart.EVENING


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A piece of one weekday, half open: [start, end)."""

    day: int
    start: int
    end: int

    @property
    def minutes(self) -> int:
        """Its length."""
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Whether they share a minute."""
        return self.day == other.day and self.start < other.end and other.start < self.end

    def widened(self, minutes: int) -> Span:
        """The same with that many minutes added before and after."""
        return Span(self.day, self.start - minutes, self.end + minutes)

    def inside(self, other: Span) -> bool:
        """Whether it lies wholly in the other."""
        return self.day == other.day and other.start <= self.start and self.end <= other.end


@dataclass(frozen=True, slots=True)
class Range:
    """From `lo` to `hi`, both included."""

    lo: int
    hi: int

    def __contains__(self, value: int) -> bool:
        return self.lo <= value <= self.hi

    def distance(self, value: int) -> int:
        """How far outside it lies; 0 when inside."""
        return max(self.lo - value, value - self.hi, 0)


@dataclass(frozen=True, slots=True)
class Dose:
    """Group minutes a week: the program's floor, what was ordered, the most that may be given."""

    floor: int
    ordered: int
    ceiling: int


@dataclass(frozen=True, slots=True)
class Rules:
    """Numbers of the program; they come from the catalogue, in minutes."""

    gap_max: int
    one_gap_max: int
    week_total_max: int


@dataclass(frozen=True, slots=True)
class Weights:
    """What each goal weighs in the weighted total; an instance brings its own.

    `underdose` is for each started half hour, `staff_hour` for each hour of a facilitator, `missed` by
    kind of one-to-one session. The defaults are those of the model's document.
    """

    unplaced: int = 1000
    underdose: int = 8
    missed: Mapping[str, int] = field(
        default_factory=lambda: {"individual": 60, "family": 40, "psychiatry": 30}
    )
    moved_session: int = 6
    lead_change: int = 12
    second_choice: int = 4
    preference: int = 1
    staff_hour: int = 2


@dataclass(frozen=True, slots=True)
class Site:
    """A place with opening hours."""

    id: str
    open: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """A room of a site: how many it seats, and what it has (`kitchen`)."""

    id: str
    site: str
    capacity: int
    features: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Staff:
    """A person who leads groups or gives one-to-one sessions."""

    id: str
    site: str
    role: str
    licensed: bool
    tracks: frozenset[str]
    services: frozenset[str]
    available: tuple[Span, ...]
    week_max: int
    day_max: int
    telehealth: bool


@dataclass(frozen=True, slots=True)
class Meeting:
    """One weekly meeting of a group."""

    id: str
    group: str
    span: Span


@dataclass(frozen=True, slots=True)
class Group:
    """A group series. `solo_capacity`: the most that one facilitator alone may hold."""

    id: str
    site: str
    track: str
    service: str
    mode: Mode
    admits: frozenset[str]
    cohort: Cohort
    capacity: int
    solo_capacity: int
    run_minimum: int
    meetings: tuple[Meeting, ...]
    feature: str | None = None
    last_lead: str | None = None


@dataclass(frozen=True, slots=True)
class OneToOne:
    """A one-to-one session due this week; `staff` in order of preference, the first is the primary."""

    kind: str
    minutes: int
    staff: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Client:
    """What one client needs and can do.

    `busy`: own appointments that a group may not overlap. `current`: in the program last week too.
    """

    id: str
    site: str
    track: str
    dose: Dose
    days: Range
    day_minutes: Range
    windows: tuple[Span, ...]
    travel: int
    modes: frozenset[Mode]
    mix: Mapping[str, Range]
    dislikes: Mapping[Daypart, int] = field(default_factory=dict)
    held: frozenset[str] = frozenset()
    busy: tuple[Span, ...] = ()
    one: tuple[OneToOne, ...] = ()
    one_modes: frozenset[Mode] = frozenset(Mode)
    priority: int = 1
    current: bool = False


@dataclass(frozen=True, slots=True)
class NoContact:
    """Two people who must be kept apart."""

    a: str
    b: str
    scope: Scope

    def other(self, client: str) -> str | None:
        """The other of the pair, or None when the client is in neither place."""
        if client == self.a:
            return self.b
        return self.a if client == self.b else None


@dataclass(frozen=True, slots=True)
class Instance:
    """One week to plan."""

    name: str
    rules: Rules
    sites: tuple[Site, ...]
    rooms: tuple[Room, ...]
    staff: tuple[Staff, ...]
    groups: tuple[Group, ...]
    clients: tuple[Client, ...]
    conflicts: tuple[NoContact, ...]
    weights: Weights = field(default_factory=Weights)


@dataclass(frozen=True, slots=True)
class Staffing:
    """How one group runs this week."""

    lead: str
    cofacilitator: str | None = None
    room: str | None = None


@dataclass(frozen=True, slots=True)
class PlacedOne:
    """A one-to-one session with its clock time."""

    kind: str
    staff: str
    span: Span
    mode: Mode


@dataclass(frozen=True, slots=True)
class ClientWeek:
    """One placed client: meetings by id, and one-to-one sessions."""

    meetings: tuple[str, ...]
    one: tuple[PlacedOne, ...] = ()


@dataclass(frozen=True, slots=True)
class Roster:
    """A whole week: the groups that run, and the clients that have a place."""

    groups: Mapping[str, Staffing]
    clients: Mapping[str, ClientWeek]


@dataclass(frozen=True, slots=True)
class Running:
    """A group that runs, as one client sees it. `taken` counts others only, by meeting.

    `pauses`: minutes of breaks, by meeting; they take time and do not count as treatment.
    """

    group: Group
    taken: Mapping[str, int] = field(default_factory=dict)
    pauses: Mapping[str, int] = field(default_factory=dict)
    room_capacity: int | None = None
    cofacilitated: bool = False

    @property
    def places(self) -> int:
        """Seats of each meeting: the group's, the room's, and what one facilitator may hold."""
        limits = [self.group.capacity]
        if self.room_capacity is not None and self.group.mode is Mode.ONSITE:
            limits.append(self.room_capacity)
        if not self.cofacilitated:
            limits.append(self.group.solo_capacity)
        return min(limits)

    def free(self, meeting: str) -> int:
        """Seats left in that meeting, never below 0."""
        return max(0, self.places - self.taken.get(meeting, 0))


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Someone this client must not meet.

    The meetings they attend and, for the wider scope, their time on this site (from the first to the
    last minute of each day).
    """

    client: str
    scope: Scope
    meetings: frozenset[str]
    presence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One client asks for a week in the free seats of the groups that run."""

    client: Client
    running: tuple[Running, ...]
    rules: Rules
    neighbours: tuple[Neighbour, ...] = ()
