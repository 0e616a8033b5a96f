"""The checker's second half: groups, rooms, people of the staff, seats; one function a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

from openiop.domain.schedule.check_index import Index
from openiop.domain.schedule.problem import Group, Mode, Room, Span, Staff, Staffing

Uses = dict[str, list[tuple[Span, str]]]
Found = Iterator[tuple[str, str]]

# A group that runs.


def is_led_by_somebody_able(index: Index, group: Group, staffing: Staffing) -> Iterator[str]:
    """H30: the lead is a licensed therapist of the site with the track and the service."""
    lead = index.staff.get(staffing.lead)
    if (
        lead is None
        or not _is_therapist_for(lead, group)
        or not lead.licensed
        or group.service not in lead.services
    ):
        yield staffing.lead


def is_helped_by_somebody_able(index: Index, group: Group, staffing: Staffing) -> Iterator[str]:
    """H31: the co-facilitator, where there is one, is another therapist of the site with the track."""
    second = staffing.cofacilitator
    if second is None:
        return
    helper = index.staff.get(second)
    if helper is None or not _is_therapist_for(helper, group) or second == staffing.lead:
        yield second


def has_a_room_of_the_site(index: Index, group: Group, staffing: Staffing) -> Iterator[str]:
    """H32: on site it has a room of its site."""
    room = index.rooms.get(staffing.room or "")
    if group.mode is Mode.ONSITE and (room is None or room.site != group.site):
        yield staffing.room or "no room"


def has_what_it_needs_in_the_room(index: Index, group: Group, staffing: Staffing) -> Iterator[str]:
    """H33: the room has the feature that it needs."""
    room = _room(index, group, staffing)
    if room is not None and room.site == group.site and group.feature not in {None, *room.features}:
        yield f"{room.id} has no {group.feature}"


def is_staffed_for_telehealth(index: Index, group: Group, staffing: Staffing) -> Iterator[str]:
    """H34: by telehealth both who give it can."""
    people = (index.staff.get(staffing.lead), index.staff.get(staffing.cofacilitator or ""))
    if group.mode is Mode.TELEHEALTH:
        yield from (person.id for person in people if person is not None and not person.telehealth)


def seats_all_who_attend(index: Index, group: Group, staffing: Staffing) -> Iterator[str]:
    """H35: no meeting has more people than the group and its room seat."""
    room = _room(index, group, staffing)
    seats = group.capacity if room is None else min(group.capacity, room.capacity)
    for meeting in group.meetings:
        attend = index.attendance[meeting.id]
        if attend > seats:
            yield f"{meeting.id}: {attend} in {seats}"


def has_enough_people_and_facilitators(index: Index, group: Group, staffing: Staffing) -> Iterator[str]:
    """H36: no meeting has fewer people than it needs to run, nor more than one facilitator may lead alone."""
    for meeting in group.meetings:
        attend = index.attendance[meeting.id]
        if attend < group.run_minimum:
            yield f"{meeting.id}: {attend} below {group.run_minimum}"
        if attend > group.solo_capacity and staffing.cofacilitator is None:
            yield f"{meeting.id}: {attend} with one facilitator"


def meets_while_the_site_is_open(index: Index, group: Group, _staffing: Staffing) -> Iterator[str]:
    """H37: on site it meets within the opening hours."""
    if group.mode is Mode.ONSITE:
        opening = index.sites[group.site].open
        yield from (m.id for m in group.meetings if not any(_within(m.span, hours) for hours in opening))


GROUP_RULES: Mapping[str, Callable[[Index, Group, Staffing], Iterator[str]]] = {
    "H30": is_led_by_somebody_able,
    "H31": is_helped_by_somebody_able,
    "H32": has_a_room_of_the_site,
    "H33": has_what_it_needs_in_the_room,
    "H34": is_staffed_for_telehealth,
    "H35": seats_all_who_attend,
    "H36": has_enough_people_and_facilitators,
    "H37": meets_while_the_site_is_open,
}


# Rooms and people that are shared.


def rooms_hold_one_group_at_a_time(index: Index) -> Found:
    """H38: no room has two meetings at once."""
    used: Uses = {}
    for name, staffing in index.roster.groups.items():
        group = index.groups.get(name)
        if group is not None and staffing.room is not None:
            used.setdefault(staffing.room, []).extend((m.span, m.id) for m in group.meetings)
    yield from ((room, where) for room, uses in sorted(used.items()) for where in _overlaps(uses))


def people_are_in_one_place_at_a_time(index: Index) -> Found:
    """H40: nobody of the staff is in two places at once."""
    yield from ((person.id, where) for person, uses in index.work for where in _overlaps(uses))


def people_work_in_their_hours(index: Index) -> Found:
    """H41: nobody works outside the hours in which they are there."""
    for person, uses in index.work:
        for span, where in uses:
            if not any(_within(span, hours) for hours in person.available):
                yield person.id, where


def people_work_no_more_than_a_weeks_most(index: Index) -> Found:
    """H42: nobody works more in the week than their most."""
    for person, uses in index.work:
        minutes = sum(span.end - span.start for span, _ in uses)
        if minutes > person.week_max:
            yield person.id, f"{minutes} minutes"


def people_work_no_more_than_a_days_most(index: Index) -> Found:
    """H43: nobody works more on a day than their most."""
    for person, uses in index.work:
        for day in sorted({span.day for span, _ in uses}):
            minutes = sum(span.end - span.start for span, _ in uses if span.day == day)
            if minutes > person.day_max:
                yield person.id, f"day {day}: {minutes} minutes"


SHARED_RULES: Mapping[str, Callable[[Index], Found]] = {
    "H38": rooms_hold_one_group_at_a_time,
    "H40": people_are_in_one_place_at_a_time,
    "H41": people_work_in_their_hours,
    "H42": people_work_no_more_than_a_weeks_most,
    "H43": people_work_no_more_than_a_days_most,
}


def _is_therapist_for(person: Staff, group: Group) -> bool:
    return person.role == "therapist" and person.site == group.site and group.track in person.tracks


def _room(index: Index, group: Group, staffing: Staffing) -> Room | None:
    return index.rooms.get(staffing.room or "") if group.mode is Mode.ONSITE else None


def _within(span: Span, hours: Span) -> bool:
    return hours.day == span.day and hours.start <= span.start and span.end <= hours.end


def _overlaps(uses: list[tuple[Span, str]]) -> Iterator[str]:
    for (a, one), (b, two) in combinations(sorted(uses), 2):
        if a.day == b.day and max(a.start, b.start) < min(a.end, b.end):
            yield f"{one} and {two}"
