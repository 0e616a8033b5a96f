"""A standing plan mended after a change, with as few people moved as can be.

A pure function of the week, the plan and the change. Three steps, each only if the one before leaves
something to mend: substitutes for one day; other rooms and people for the groups hit; other weeks for
the clients hit, in free seats. What stands is kept. `bound` says how little could have been disturbed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from openiop.domain.schedule.change import (
    MOVED_ONE,
    Change,
    Disturbance,
    SickDay,
    Substitute,
    away,
    changed,
    disturbance,
)
from openiop.domain.schedule.check import broken_rules
from openiop.domain.schedule.problem import (
    ClientWeek,
    Instance,
    Mode,
    PlacedOne,
    Roster,
    Staffing,
)
from openiop.engines.timetable.draft import Draft
from openiop.engines.timetable.house import House
from openiop.engines.timetable.kernel import Kernel
from openiop.engines.timetable.seating import by_need, fit_one, meetings_of, seat, seat_prices
from openiop.engines.timetable.standin import (
    LEAD,
    Place,
    Uncovered,
    again,
    drop,
    freed,
    places_of,
    substitutes_for,
    why_nobody,
)

STAY = 20.0
"""What leaving a seat of the standing plan weighs against all wishes when a client's week is chosen anew."""


@dataclass(frozen=True, slots=True)
class Replanned:
    """The mended plan and what it disturbs. `substitutes` hold for one date only.

    `unplaced` are clients who had a place and have none now; `uncovered` meetings without anyone, `why`
    says of each empty place why nobody can take it.
    `bound`: no legal plan disturbs less (by the weighted sum), or None where that is not proven.
    """

    instance: Instance
    roster: Roster
    disturbed: Disturbance
    substitutes: tuple[Substitute, ...] = ()
    unplaced: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()
    missed_ones: tuple[tuple[str, PlacedOne], ...] = ()
    bound: int | None = None
    why: tuple[Uncovered, ...] = ()


def replan(instance: Instance, current: Roster, change: Change) -> Replanned:
    """The plan after the change."""
    if isinstance(change, SickDay):
        return sick_day(instance, current, change)
    return mend(changed(instance, change), current)


def mend(after: Instance, current: Roster) -> Replanned:
    """The plan for a week that has changed already: what no longer stands is mended, who waits is seated."""
    known = {c.id for c in after.clients}
    standing = Roster(current.groups, {c: w for c, w in current.clients.items() if c in known})
    house = House(after)
    kernel = Kernel(house)
    draft = _mended(house, kernel, standing)
    roster = draft.roster()
    lost = tuple(sorted(standing.clients.keys() - roster.clients.keys()))
    moved = disturbance(standing, roster)
    return Replanned(after, roster, moved, unplaced=lost, bound=_bound(house, kernel, standing, lost))


def _bound(house: House, kernel: Kernel, standing: Roster, lost: tuple[str, ...]) -> int:
    """What must be disturbed at least: each client whose week no longer stands, in an empty house."""
    hurt = {b.who for b in broken_rules(house.instance, standing)} & standing.clients.keys()
    total = 0
    for name in sorted(hurt - set(lost)):
        stood = [house.at[m][0] for m in standing.clients[name].meetings]
        prices = np.ones(len(house.day))
        prices[stood] = -1.0
        found = kernel.best_week(house.client_at[name], prices)
        if found is not None:
            total += len(stood) + sum(-1 if m in stood else 1 for m in found.meetings)
    return total


def _mended(house: House, kernel: Kernel, standing: Roster) -> Draft:
    """The standing plan with only that changed which no longer stands."""
    hurt = {b.who for b in broken_rules(house.instance, standing)}
    draft = Draft(house, standing)
    before = dict(draft.weeks)
    _rooms(draft)
    for client in [house.client_at[n] for n in sorted(hurt) if n in house.client_at]:
        if client in before:
            reseat(draft, kernel, client)
    _fill(draft, kernel, before)
    for client in by_need(draft, set(range(len(house.clients))) - set(draft.weeks)):
        if seat(draft, kernel, client):
            fit_one(draft, client)
    return draft


def _rooms(draft: Draft) -> None:
    """Another room for each group whose room is gone; without one the group is called off."""
    house = draft.house
    for group, staffing in sorted(draft.staffing.items()):
        if house.groups[group].mode is Mode.ONSITE and staffing.room not in house.room_at:
            people = max(draft.taken[m.id] for m in house.groups[group].meetings)
            rooms = [r for r in draft.free_rooms(group) if house.rooms[r].capacity >= people]
            if rooms:
                draft.open(group, Staffing(staffing.lead, staffing.cofacilitator, house.rooms[rooms[0]].id))
            else:
                _call_off(draft, group)


def _call_off(draft: Draft, group: int) -> None:
    meetings = {m.id for m in draft.house.groups[group].meetings}
    draft.close(group)
    for client in [c for c, week in draft.weeks.items() if meetings & set(week)]:
        week = draft.weeks[client]
        one = draft.one.get(client, ())
        draft.place(client, [m for m in week if m not in meetings], one)


def _fill(draft: Draft, kernel: Kernel, before: dict[int, tuple[str, ...]]) -> None:
    """Seat anew whose week lost a group; close groups that fall under their minimum, until all stands."""
    while True:
        broken = [c for c, week in before.items() if c in draft.weeks and set(draft.weeks[c]) != set(week)
                  and not _legal(draft, c)]  # fmt: skip
        for client in by_need(draft, broken):
            reseat(draft, kernel, client, before[client])
        short = list(draft.below_minimum())
        if not short:
            return
        _call_off(draft, min(short))


def _legal(draft: Draft, client: int) -> bool:
    made = draft.house.clients[client]
    alone = Roster(
        {draft.house.groups[g].id: s for g, s in draft.staffing.items()},
        {made.id: ClientWeek(draft.weeks[client], draft.one.get(client, ()))},
    )
    return not any(b.who == made.id for b in broken_rules(draft.house.instance, alone))


def reseat(draft: Draft, kernel: Kernel, client: int, before: tuple[str, ...] | None = None) -> bool:
    """The client's legal week that leaves the fewest seats of the standing one; out where there is none."""
    stood = set(draft.weeks[client] if before is None else before)
    ones = draft.one.get(client, ())
    draft.remove(client)
    prices, chosen = seat_prices(draft, client)
    house = draft.house
    for name in stood:
        meeting, section = house.at[name]
        if house.eligible[client, meeting] and draft.free(name) > 0 and name not in draft.shunned(client):
            prices[meeting] = house.dislike[client, meeting] - 2 * STAY
            chosen[meeting] = house.sections[meeting][section]
    prices += STAY
    found = kernel.best_week(client, prices)
    if found is None:
        return False
    draft.place(client, meetings_of(found, chosen), ones)
    if not _legal(draft, client):
        fit_one(draft, client)
    return True


# One day.


def sick_day(instance: Instance, current: Roster, change: SickDay) -> Replanned:
    """Substitutes for one day: whoever is free, else whoever is once a one-to-one session has moved.

    The series keep their leads. One-to-one sessions of the day move to another time of the same
    person, or of another one listed, else they are missed.
    """
    house = House(instance)
    draft = Draft(house, current)
    person = house.staff_at[change.staff]
    places = places_of(draft, change)
    ones = [(c, s) for c, own in sorted(draft.one.items()) for s in own
            if s.staff == change.staff and s.span.day == change.day]  # fmt: skip
    substitutes = substitutes_for(draft, places, change)
    for client, session in ones:
        drop(draft, client, session)
    house.staff = tuple(away(s, change.day) if p == person else s for p, s in enumerate(house.staff))
    for substitute in substitutes:
        if substitute.staff is not None:
            span = draft.spans[substitute.meeting]
            draft.book(house.staff_at[substitute.staff], ("substitute", substitute.meeting), span)
    substitutes = _freed(draft, places, substitutes, change)
    missed = [pair for pair in ones if not again(draft, *pair)]
    why = [why_nobody(draft, p, change) for p, s in zip(places, substitutes, strict=True) if s.staff is None]
    roster = draft.roster()
    moved = disturbance(current, roster)
    uncovered = tuple(s.meeting for s in substitutes if s.staff is None and s.role == LEAD)
    least = MOVED_ONE * len(ones)
    gone = tuple((house.clients[c].id, s) for c, s in missed)
    return Replanned(instance, roster, moved, tuple(substitutes), (), uncovered, gone, least, tuple(why))


def _freed(
    draft: Draft, places: list[Place], substitutes: list[Substitute], change: SickDay
) -> list[Substitute]:
    """The same with somebody freed for the places that are still empty, leads first."""
    out = list(substitutes)
    for at in sorted(range(len(places)), key=lambda i: places[i].role != LEAD):
        if out[at].staff is None:
            person = freed(draft, places[at], change)
            if person is not None:
                out[at] = replace(out[at], staff=draft.house.staff[person].id)
    return out
