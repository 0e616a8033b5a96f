"""The checker's second half: groups, rooms, people of the staff, seats."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from openiop.domain.schedule.check_index import Breach, Index
from openiop.domain.schedule.problem import Group, Mode, Span, Staffing


def broken_by_house(index: Index) -> tuple[Breach, ...]:
    """Breaches of groups that run (H30-H37) and of shared rooms and people (H38-H43)."""
    found: list[Breach] = []
    for group_id, staffing in sorted(index.roster.groups.items()):
        group = index.groups.get(group_id)
        if group is None:
            found.append(Breach("H02", group_id, "no such group"))
            continue
        found += _people(index, group, staffing)
        found += _room(index, group, staffing)
        found += _seats(index, group, staffing)
    return (*found, *_rooms_twice(index), *_staff(index))


def _people(index: Index, group: Group, staffing: Staffing) -> Iterator[Breach]:
    lead = index.staff.get(staffing.lead)
    if (
        lead is None
        or lead.role != "therapist"
        or not lead.licensed
        or lead.site != group.site
        or group.track not in lead.tracks
        or group.service not in lead.services
    ):
        yield Breach("H30", group.id, staffing.lead)
    second = staffing.cofacilitator
    helper = index.staff.get(second) if second is not None else None
    if second is not None and (
        helper is None
        or helper.role != "therapist"
        or helper.site != group.site
        or group.track not in helper.tracks
        or second == staffing.lead
    ):
        yield Breach("H31", group.id, second)
    if group.mode is Mode.TELEHEALTH:
        for person in (lead, helper):
            if person is not None and not person.telehealth:
                yield Breach("H34", group.id, person.id)


def _room(index: Index, group: Group, staffing: Staffing) -> Iterator[Breach]:
    if group.mode is not Mode.ONSITE:
        return
    room = index.rooms.get(staffing.room or "")
    if room is None or room.site != group.site:
        yield Breach("H32", group.id, staffing.room or "no room")
    elif group.feature is not None and group.feature not in room.features:
        yield Breach("H33", group.id, f"{room.id} has no {group.feature}")
    opening = index.sites[group.site].open
    for meeting in group.meetings:
        span = meeting.span
        if not any(o.day == span.day and o.start <= span.start and span.end <= o.end for o in opening):
            yield Breach("H37", group.id, meeting.id)


def _seats(index: Index, group: Group, staffing: Staffing) -> Iterator[Breach]:
    room = index.rooms.get(staffing.room or "") if group.mode is Mode.ONSITE else None
    seats = group.capacity if room is None else min(group.capacity, room.capacity)
    for meeting in group.meetings:
        attend = index.attendance(meeting.id)
        if attend > seats:
            yield Breach("H35", group.id, f"{meeting.id}: {attend} in {seats}")
        if attend < group.run_minimum:
            yield Breach("H36", group.id, f"{meeting.id}: {attend} below {group.run_minimum}")
        if attend > group.solo_capacity and staffing.cofacilitator is None:
            yield Breach("H36", group.id, f"{meeting.id}: {attend} with one facilitator")


def _rooms_twice(index: Index) -> Iterator[Breach]:
    used: dict[str, list[tuple[Span, str]]] = {}
    for group_id, staffing in index.roster.groups.items():
        group = index.groups.get(group_id)
        if group is not None and staffing.room is not None:
            used.setdefault(staffing.room, []).extend((m.span, m.id) for m in group.meetings)
    for room, uses in sorted(used.items()):
        yield from (Breach("H38", room, where) for where in _overlaps(uses))


def _overlaps(uses: list[tuple[Span, str]]) -> Iterator[str]:
    for (a, one), (b, two) in combinations(sorted(uses), 2):
        if a.day == b.day and max(a.start, b.start) < min(a.end, b.end):
            yield f"{one} and {two}"


def _staff(index: Index) -> Iterator[Breach]:
    for person, uses in sorted(_work(index).items()):
        if person not in index.staff:
            continue  # Named by H30, H31 or H22 already.
        staff = index.staff[person]
        yield from (Breach("H40", person, where) for where in _overlaps(uses))
        for span, where in uses:
            if not any(
                w.day == span.day and w.start <= span.start and span.end <= w.end for w in staff.available
            ):
                yield Breach("H41", person, where)
        minutes = {day: sum(s.end - s.start for s, _ in uses if s.day == day) for day in range(7)}
        if sum(minutes.values()) > staff.week_max:
            yield Breach("H42", person, f"{sum(minutes.values())} minutes")
        for day, worked in minutes.items():
            if worked > staff.day_max:
                yield Breach("H43", person, f"day {day}: {worked} minutes")


def _work(index: Index) -> dict[str, list[tuple[Span, str]]]:
    """All that each person leads, helps with or gives."""
    work: dict[str, list[tuple[Span, str]]] = {}
    for group_id, staffing in index.roster.groups.items():
        group = index.groups.get(group_id)
        if group is None:
            continue
        for person in {staffing.lead, staffing.cofacilitator} - {None}:
            work.setdefault(str(person), []).extend((m.span, m.id) for m in group.meetings)
    for client, week in index.roster.clients.items():
        for session in week.one:
            work.setdefault(session.staff, []).append((session.span, f"{client} {session.kind}"))
    return work
