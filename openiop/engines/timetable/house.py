"""One house to plan, compiled to arrays: sites that share nobody with any other site.

Parallel sections that differ in nothing but their name and their past are one *class*; a client's week
is chosen among the meetings of classes, and who sits in which section is settled after. A group with a
closed cohort is always a class of its own, for its members must stay together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from openiop.domain.schedule.problem import (
    Client,
    Cohort,
    Group,
    Instance,
    Meeting,
    Mode,
    Room,
    Span,
    Staff,
    daypart,
)
from openiop.domain.schedule.rules import merged

DAYS = 7
DAY = 24 * 60
THERAPIST = "therapist"


@dataclass(frozen=True, slots=True)
class GroupClass:
    """Parallel sections taken as one: the places of its groups and of its class meetings."""

    index: int
    groups: tuple[int, ...]
    first: int
    count: int
    closed: bool
    sample: Group

    @property
    def meetings(self) -> range:
        """The places of its meetings among those of all classes."""
        return range(self.first, self.first + self.count)

    @property
    def slice(self) -> slice:
        """The same as a slice of an array."""
        return slice(self.first, self.first + self.count)


class House:
    """The arrays of one house. A *place* is an index into one of its lists."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.clients: tuple[Client, ...] = instance.clients
        self.groups: tuple[Group, ...] = instance.groups
        self.staff: tuple[Staff, ...] = instance.staff
        self.rooms: tuple[Room, ...] = instance.rooms
        self.client_at = {c.id: i for i, c in enumerate(self.clients)}
        self.group_at = {g.id: i for i, g in enumerate(self.groups)}
        self.staff_at = {s.id: i for i, s in enumerate(self.staff)}
        self.room_at = {r.id: i for i, r in enumerate(self.rooms)}
        self.leads = [self._people(g, lead=True) for g in self.groups]
        self.helpers = [self._people(g, lead=False) for g in self.groups]
        self.rooms_for = [self._rooms(g) for g in self.groups]
        self.classes = self._classes()
        self._meetings()

    def _classes(self) -> list[GroupClass]:
        alike: dict[object, list[int]] = {}
        for place, group in enumerate(self.groups):
            closed = group.cohort is Cohort.CLOSED
            spans = tuple(sorted(m.span for m in group.meetings))
            key = replace(group, id=group.id if closed else "", meetings=(), last_lead=None)
            alike.setdefault((key, spans), []).append(place)
        out: list[GroupClass] = []
        first = 0
        for places in alike.values():
            sample = self.groups[places[0]]
            count = len(sample.meetings)
            closed = sample.cohort is Cohort.CLOSED
            out.append(GroupClass(len(out), tuple(places), first, count, closed, sample))
            first += count
        return out

    def _meetings(self) -> None:
        """Class meetings as arrays, and where each dated meeting of a section belongs."""
        self.class_of_group = [0] * len(self.groups)
        self.sections: list[tuple[str, ...]] = []
        self.at: dict[str, tuple[int, int]] = {}
        rows: list[tuple[int, int, int, int]] = []
        for group_class in self.classes:
            by_time = [sorted(self.groups[g].meetings, key=_by_time) for g in group_class.groups]
            for order in range(group_class.count):
                meeting = len(rows)
                self.sections.append(tuple(meetings[order].id for meetings in by_time))
                for section, meetings in enumerate(by_time):
                    self.at[meetings[order].id] = (meeting, section)
                span = by_time[0][order].span
                rows.append((group_class.index, span.day, span.start, span.end))
            for group in group_class.groups:
                self.class_of_group[group] = group_class.index
        table = np.array(rows, dtype=np.int64).reshape(len(rows), 4)
        self.meeting_class, self.day, self.start, self.end = (table[:, i].copy() for i in range(4))
        self.minutes = self.end - self.start

    def _people(self, group: Group, *, lead: bool) -> tuple[int, ...]:
        """Who may lead the group, or help in it, by their hours and what they are qualified for."""
        return tuple(
            place
            for place, person in enumerate(self.staff)
            if person.role == THERAPIST
            and person.site == group.site
            and group.track in person.tracks
            and (not lead or (person.licensed and group.service in person.services))
            and (group.mode is Mode.ONSITE or person.telehealth)
            and works(person, [m.span for m in group.meetings])
        )

    def _rooms(self, group: Group) -> tuple[int, ...]:
        """The rooms the group could have; none where the site is shut at its time."""
        if group.mode is not Mode.ONSITE:
            return ()
        opening = next(s.open for s in self.instance.sites if s.id == group.site)
        if not all(any(m.span.inside(w) for w in opening) for m in group.meetings):
            return ()
        return tuple(
            place
            for place, room in enumerate(self.rooms)
            if room.site == group.site and (group.feature is None or group.feature in room.features)
        )

    def runnable(self, group: int) -> bool:
        """Whether someone could lead it and, on site, somewhere could hold it."""
        on_site = self.groups[group].mode is Mode.ONSITE
        return bool(self.leads[group]) and (not on_site or bool(self.rooms_for[group]))

    @cached_property
    def eligible(self) -> np.ndarray:
        """[client, class meeting]: no rule about that meeting alone forbids it, seats left aside."""
        by_class = np.zeros((len(self.clients), len(self.classes)), dtype=bool)
        for group_class in self.classes:
            if any(self.runnable(g) for g in group_class.groups):
                for place, client in enumerate(self.clients):
                    by_class[place, group_class.index] = _admits(group_class.sample, client)
        out = by_class[:, self.meeting_class]
        for place, client in enumerate(self.clients):
            out[place] &= self.free(client)
        return out

    def free(self, client: Client) -> np.ndarray:
        """[class meeting]: the client's windows hold it, with travel where it is on site."""
        on_site = np.array([c.sample.mode is Mode.ONSITE for c in self.classes])[self.meeting_class]
        travel = np.where(on_site, client.travel, 0)
        start, end = self.start - travel, self.end + travel
        out = np.zeros(len(self.day), dtype=bool)
        for window in merged(client.windows):
            out |= (self.day == window.day) & (window.start <= start) & (end <= window.end)
        for busy in client.busy:
            out &= ~((self.day == busy.day) & (self.start < busy.end) & (busy.start < self.end))
        return out

    def onsite_spans(self, client: int) -> tuple[Span, ...]:
        """When groups on site are that the client could attend."""
        return self._onsite_spans[client]

    @cached_property
    def _onsite_spans(self) -> list[tuple[Span, ...]]:
        on_site = np.array([c.sample.mode is Mode.ONSITE for c in self.classes], dtype=bool)[
            self.meeting_class
        ]
        spans = [Span(int(d), int(s), int(e)) for d, s, e in zip(self.day, self.start, self.end, strict=True)]
        return [tuple(sorted({spans[m] for m in np.flatnonzero(row & on_site)})) for row in self.eligible]

    @cached_property
    def dislike(self) -> np.ndarray:
        """[client, class meeting]: what the time of day costs."""
        parts = [daypart(int(start)) for start in self.start]
        weight = self.instance.weights.preference
        rows = [[weight * c.dislikes.get(part, 0) for part in parts] for c in self.clients]
        return np.array(rows, dtype=np.float64).reshape(len(self.clients), len(parts))

    @cached_property
    def held(self) -> list[dict[int, int]]:
        """For each client the section held last week, by class meeting."""
        return [
            {self.at[m][0]: self.at[m][1] for m in sorted(client.held) if m in self.at}
            for client in self.clients
        ]

    @cached_property
    def neighbours(self) -> list[list[tuple[int, bool]]]:
        """For each client whom to keep apart, and whether on the whole site."""
        out: list[list[tuple[int, bool]]] = [[] for _ in self.clients]
        for pair in self.instance.conflicts:
            if pair.a in self.client_at and pair.b in self.client_at and pair.a != pair.b:
                one, two = self.client_at[pair.a], self.client_at[pair.b]
                wide = pair.scope == "site" and self.clients[one].site == self.clients[two].site
                out[one].append((two, wide))
                out[two].append((one, wide))
        return out

    def group_place(self, meeting: int, section: int) -> int:
        """The group that a class meeting's section belongs to."""
        return self.classes[int(self.meeting_class[meeting])].groups[section]


def _by_time(meeting: Meeting) -> tuple[Span, str]:
    return (meeting.span, meeting.id)


def _admits(group: Group, client: Client) -> bool:
    return (
        group.site == client.site
        and client.track in group.admits
        and group.mode in client.modes
        and group.service in client.mix
    )


def works(person: Staff, spans: Sequence[Span]) -> bool:
    """Whether someone's hours hold all of it, under the most they may work."""
    by_day = [sum(s.minutes for s in spans if s.day == day) for day in range(DAYS)]
    return (
        all(any(span.inside(window) for window in person.available) for span in spans)
        and max(by_day) <= person.day_max
        and sum(by_day) <= person.week_max
    )


def minutes_of(spans: Iterable[Span]) -> int:
    """The minutes of the week as one whole number with a bit for each."""
    out = 0
    for span in spans:
        out |= ((1 << span.minutes) - 1) << (span.day * DAY + span.start)
    return out


def houses_of(instance: Instance) -> list[Instance]:
    """The instance cut where nobody is shared: each part can be planned by itself, and their sum is the whole."""
    root = {site.id: site.id for site in instance.sites}

    def find(site: str) -> str:
        while root[site] != site:
            site = root[site]
        return site

    site_of = {person.id: person.site for person in instance.staff}
    for client in instance.clients:
        for person in {p for due in client.one for p in due.staff if p in site_of}:
            root[find(client.site)] = find(site_of[person])
    parts: dict[str, list[str]] = {}
    for site in instance.sites:
        parts.setdefault(find(site.id), []).append(site.id)
    return [_part(instance, set(sites)) for sites in parts.values()]


def _part(instance: Instance, sites: set[str]) -> Instance:
    clients = tuple(c for c in instance.clients if c.site in sites)
    ids = {c.id for c in clients}
    return replace(
        instance,
        sites=tuple(s for s in instance.sites if s.id in sites),
        rooms=tuple(r for r in instance.rooms if r.site in sites),
        staff=tuple(s for s in instance.staff if s.site in sites),
        groups=tuple(g for g in instance.groups if g.site in sites),
        clients=clients,
        conflicts=tuple(c for c in instance.conflicts if c.a in ids and c.b in ids),
    )
