"""The independent checker: does this roster keep every hard rule of this week?

It knows no solver and shares no rule with the search (`rules.py`, `chains.py`), so a fault in one is
seen by the other. Each broken rule is named by its code in the model's document, with who and where.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from openiop.domain.schedule.check_house import broken_by_house
from openiop.domain.schedule.check_index import Breach, Index
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
)

__all__ = ["Breach", "broken_by_clients", "broken_rules"]


def broken_rules(instance: Instance, roster: Roster) -> tuple[Breach, ...]:
    """Every breach in the whole roster; empty when it is legal."""
    return (*broken_by_clients(instance, roster), *broken_by_house(Index(instance, roster)))


def broken_by_clients(instance: Instance, roster: Roster) -> tuple[Breach, ...]:
    """Breaches of the clients' own rules and of people kept apart; not seats, rooms and staff."""
    index = Index(instance, roster)
    found: list[Breach] = []
    for client_id, week in sorted(roster.clients.items()):
        if client_id not in index.clients:
            found.append(Breach("H01", client_id, "no such client"))
            continue
        found += _Checked(index, index.clients[client_id], week).breaches()
    return (*found, *_no_contact(index))


@dataclass(frozen=True, slots=True)
class _Checked:
    """One client's week under examination."""

    index: Index
    client: Client
    week: ClientWeek

    def breaches(self) -> Iterator[Breach]:
        unknown = [m for m in self.week.meetings if m not in self.index.meetings]
        for meeting in unknown:
            yield Breach("H02", self.client.id, meeting)
        if not unknown:
            yield from self._meetings()
            yield from self._cohorts()
            yield from self._days()
            yield from self._week()
            yield from self._one_to_one()

    def attended(self) -> list[tuple[Group, Meeting]]:
        pairs = [self.index.meetings[m] for m in self.week.meetings]
        return sorted(pairs, key=lambda p: (p[1].span, p[1].id))

    def _meetings(self) -> Iterator[Breach]:
        client = self.client
        for group, meeting in self.attended():
            if group.id not in self.index.roster.groups:
                yield Breach("H02", client.id, meeting.id)
            if group.site != client.site:
                yield Breach("H03", client.id, meeting.id)
            if client.track not in group.admits:
                yield Breach("H04", client.id, meeting.id)
            if group.mode not in client.modes:
                yield Breach("H05", client.id, meeting.id)
            if group.service not in client.mix:
                yield Breach("H16", client.id, meeting.id)
            travel = client.travel if group.mode is Mode.ONSITE else 0
            if not _available(client, meeting.span, travel):
                yield Breach("H06", client.id, meeting.id)
            if any(_clash(meeting.span, own) for own in client.busy):
                yield Breach("H24", client.id, meeting.id)

    def _cohorts(self) -> Iterator[Breach]:
        closed = {g.id: g for g, _ in self.attended() if g.cohort is Cohort.CLOSED}
        for group in closed.values():
            if not {m.id for m in group.meetings} <= set(self.week.meetings):
                yield Breach("H07", self.client.id, group.id)
        if len(closed) > 1:
            yield Breach("H08", self.client.id, ",".join(sorted(closed)))

    def _days(self) -> Iterator[Breach]:
        by_day: dict[int, list[tuple[Group, Meeting]]] = {}
        for pair in self.attended():
            by_day.setdefault(pair[1].span.day, []).append(pair)
        if not self.client.days.lo <= len(by_day) <= self.client.days.hi:
            yield Breach("H09", self.client.id, f"{len(by_day)} days")
        for day, pairs in by_day.items():
            minutes = sum(m.span.end - m.span.start for _, m in pairs)
            if not self.client.day_minutes.lo <= minutes <= self.client.day_minutes.hi:
                yield Breach("H10", self.client.id, f"day {day}: {minutes} minutes")
            yield from self._chain(day, pairs)

    def _chain(self, day: int, pairs: list[tuple[Group, Meeting]]) -> Iterator[Breach]:
        for i in range(1, len(pairs)):
            wait = pairs[i][1].span.start - pairs[i - 1][1].span.end
            if wait < 0:
                yield Breach("H11", self.client.id, f"day {day}: {pairs[i][1].id}")
            if wait > self.index.instance.rules.gap_max:
                yield Breach("H12", self.client.id, f"day {day}: {wait} minutes")
        if len({g.mode for g, _ in pairs}) != 1:
            yield Breach("H13", self.client.id, f"day {day}")
        if len({g.service for g, _ in pairs}) != len(pairs):
            yield Breach("H14", self.client.id, f"day {day}")

    def _week(self) -> Iterator[Breach]:
        client, pairs = self.client, self.attended()
        minutes = sum(m.span.end - m.span.start for _, m in pairs)
        if not client.dose.floor <= minutes <= client.dose.ceiling:
            yield Breach("H15", client.id, f"{minutes} minutes")
        for service, allowed in sorted(client.mix.items()):
            count = sum(1 for g, _ in pairs if g.service == service)
            if not allowed.lo <= count <= allowed.hi:
                yield Breach("H17", client.id, f"{service}: {count}")
        total = minutes + sum(o.span.end - o.span.start for o in self.week.one)
        if total > self.index.instance.rules.week_total_max:
            yield Breach("H28", client.id, f"{total} minutes")

    def _one_to_one(self) -> Iterator[Breach]:
        due = list(self.client.one)
        for place, session in enumerate(self.week.one):
            match = next((o for o in due if o.kind == session.kind), None)
            if match is None:
                yield Breach("H20", self.client.id, session.kind)
                continue
            due.remove(match)
            if session.span.end - session.span.start != match.minutes:
                yield Breach("H21", self.client.id, session.kind)
            if session.staff not in match.staff:
                yield Breach("H22", self.client.id, session.staff)
            if session.mode not in self.client.one_modes:
                yield Breach("H23", self.client.id, session.mode)
            travel = self.client.travel if session.mode is Mode.ONSITE else 0
            if not _available(self.client, session.span, travel):
                yield Breach("H25", self.client.id, session.kind)
            others = [m.span for _, m in self.attended()]
            others += [o.span for i, o in enumerate(self.week.one) if i != place] + list(self.client.busy)
            if any(_clash(session.span, other) for other in others):
                yield Breach("H24", self.client.id, session.kind)
            yield from self._one_mode(session)

    def _one_mode(self, session: PlacedOne) -> Iterator[Breach]:
        span = session.span
        onsite = [m.span for g, m in self.attended() if g.mode is Mode.ONSITE and m.span.day == span.day]
        if session.mode is Mode.TELEHEALTH:
            if onsite:
                yield Breach("H27", self.client.id, session.kind)
            return
        most = self.index.instance.rules.one_gap_max
        if not any(
            -most <= s.start - span.end <= most or -most <= s.end - span.start <= most for s in onsite
        ):
            yield Breach("H26", self.client.id, session.kind)


def _clash(a: Span, b: Span) -> bool:
    return a.day == b.day and max(a.start, b.start) < min(a.end, b.end)


def _available(client: Client, span: Span, travel: int) -> bool:
    """Every minute of the time with travel lies in some window."""
    at, end = span.start - travel, span.end + travel
    for window in sorted(w for w in client.windows if w.day == span.day):
        if window.start <= at < window.end:
            at = window.end
    return at >= end


def _no_contact(index: Index) -> Iterator[Breach]:
    weeks = index.roster.clients
    for pair in index.instance.conflicts:
        if pair.a not in weeks or pair.b not in weeks:
            continue
        for meeting in sorted(set(weeks[pair.a].meetings) & set(weeks[pair.b].meetings)):
            yield Breach("H50", pair.a, f"{pair.b}: {meeting}")
        if pair.scope == "site":
            one, two = _presence(index, pair.a), _presence(index, pair.b)
            for day in sorted(one.keys() & two.keys()):
                if _clash(one[day], two[day]) and index.clients[pair.a].site == index.clients[pair.b].site:
                    yield Breach("H51", pair.a, f"{pair.b}: day {day}")


def _presence(index: Index, client: str) -> Mapping[int, Span]:
    """From the first to the last minute on site, by day."""
    week = index.roster.clients[client]
    spans = [o.span for o in week.one if o.mode is Mode.ONSITE]
    pairs = [index.meetings[m] for m in week.meetings if m in index.meetings]
    spans += [m.span for g, m in pairs if g.mode is Mode.ONSITE]
    days = {s.day for s in spans}
    return {
        d: Span(d, min(s.start for s in spans if s.day == d), max(s.end for s in spans if s.day == d))
        for d in days
    }
