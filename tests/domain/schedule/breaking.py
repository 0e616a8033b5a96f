"""A legal week, and the means to change one thing in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from openiop.domain.schedule.problem import (
    Client,
    ClientWeek,
    Instance,
    Mode,
    PlacedOne,
    Range,
    Roster,
    Span,
    Staffing,
)
from openiop.engines.timetable.greedy import GreedyPlanner
from tests.engines.timetable.weeks_made import generated

Week = tuple[Instance, Roster]
Broken = Iterator[Week]


@cache
def legal(seed: int = 3) -> Week:
    instance = generated("program", seed)
    return instance, GreedyPlanner().plan(instance).roster


# One thing changed.


def with_client(instance: Instance, name: str, **change: Any) -> Instance:
    return replace(
        instance, clients=tuple(replace(c, **change) if c.id == name else c for c in instance.clients)
    )


def with_group(instance: Instance, name: str, **change: Any) -> Instance:
    return replace(
        instance, groups=tuple(replace(g, **change) if g.id == name else g for g in instance.groups)
    )


def with_staff(instance: Instance, name: str, **change: Any) -> Instance:
    return replace(instance, staff=tuple(replace(s, **change) if s.id == name else s for s in instance.staff))


def with_rules(instance: Instance, **change: int) -> Instance:
    return replace(instance, rules=replace(instance.rules, **change))


def with_one(roster: Roster, name: str, old: PlacedOne, new: PlacedOne) -> Roster:
    week = roster.clients[name]
    one = tuple(new if o == old else o for o in week.one)
    return Roster(roster.groups, {**roster.clients, name: ClientWeek(week.meetings, one)})


def with_staffing(roster: Roster, group: str, staffing: Staffing) -> Roster:
    return Roster({**roster.groups, group: staffing}, roster.clients)


def without_ones(roster: Roster) -> Roster:
    return Roster(roster.groups, {n: ClientWeek(w.meetings) for n, w in roster.clients.items()})


# What there is to break.


def placed(instance: Instance, roster: Roster) -> Iterator[tuple[Client, ClientWeek]]:
    for client in instance.clients:
        if client.id in roster.clients:
            yield client, roster.clients[client.id]


def ones(instance: Instance, roster: Roster, mode: Mode | None = None) -> Iterator[tuple[Client, PlacedOne]]:
    for client, week in placed(instance, roster):
        for one in week.one:
            if mode in {None, one.mode}:
                yield client, one


def running(instance: Instance, roster: Roster, mode: Mode | None = None) -> Iterator[Any]:
    for group in instance.groups:
        if group.id in roster.groups and mode in {None, group.mode}:
            yield group, roster.groups[group.id]


def attended(instance: Instance, week: ClientWeek) -> list[tuple[Any, Any]]:
    return [(g, m) for g in instance.groups for m in g.meetings if m.id in week.meetings]


def minutes(instance: Instance, week: ClientWeek) -> int:
    return sum(m.span.minutes for _, m in attended(instance, week))


def at_once(one: Any, two: Any) -> bool:
    return any(a.span.overlaps(b.span) for a in one.meetings for b in two.meetings)


def always() -> tuple[Span, ...]:
    return tuple(Span(day, 0, 24 * 60) for day in range(7))


def anything_goes(i: Instance) -> Instance:
    """The same week where everybody can do everything at any time: what is changed breaks one thing only."""
    services = frozenset(g.service for g in i.groups)
    any_number = {s: Range(0, 99) for s in services}
    return replace(
        with_rules(i, gap_max=999),
        sites=tuple(replace(s, open=always()) for s in i.sites),
        staff=tuple(replace(s, available=always(), services=services, telehealth=True) for s in i.staff),
        clients=tuple(replace(c, windows=always(), modes=frozenset(Mode), mix=any_number) for c in i.clients),
    )
