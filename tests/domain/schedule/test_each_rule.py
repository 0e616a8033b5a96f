"""Each hard rule broken by itself: a legal week, one thing changed, and the checker names that rule and no other.

Every entry of RULES reads like the rule: it yields weeks in which just this has gone wrong, wherever in a
legal plan it can. Which of them is tried is drawn at random.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openiop.domain.schedule.check import CODES, broken_rules
from openiop.domain.schedule.problem import (
    Cohort,
    Instance,
    Mode,
    NoContact,
    Range,
    Roster,
    Scope,
    Span,
)
from tests.domain.schedule.breaking import (
    Broken,
    Week,
    always,
    anything_goes,
    at_once,
    attended,
    legal,
    minutes,
    ones,
    placed,
    running,
    with_client,
    with_group,
    with_one,
    with_rules,
    with_staff,
    with_staffing,
    without_ones,
)

# The rules.


def a_group_does_not_run(i: Instance, r: Roster) -> Broken:
    for group, _ in running(i, r):
        yield i, Roster({g: s for g, s in r.groups.items() if g != group.id}, r.clients)


def a_group_of_another_site(i: Instance, r: Roster) -> Broken:
    for client, _ in placed(i, r):
        yield with_client(i, client.id, site="elsewhere"), r


def a_track_not_admitted(i: Instance, r: Roster) -> Broken:
    for group, _ in running(i, r):
        yield with_group(i, group.id, admits=frozenset({"another"})), r


def a_mode_not_possible(i: Instance, r: Roster) -> Broken:
    for client, _ in placed(i, r):
        yield with_client(i, client.id, modes=frozenset()), r


def a_meeting_outside_the_windows(i: Instance, r: Roster) -> Broken:
    for client, week in placed(i, r):
        day = attended(i, week)[0][1].span.day
        yield (
            with_client(i, client.id, windows=tuple(w for w in client.windows if w.day != day)),
            without_ones(r),
        )


def a_closed_cohort_in_part(i: Instance, r: Roster) -> Broken:
    for week in r.clients.values():
        for group in {g.id: g for g, _ in attended(i, week)}.values():
            if not {m.id for m in group.meetings} <= set(week.meetings) and not _in_two(i, r, {group.id}):
                yield with_group(i, group.id, cohort=Cohort.CLOSED), r


def two_closed_cohorts(i: Instance, r: Roster) -> Broken:
    for week in r.clients.values():
        single = sorted(
            {g.id for g, _ in attended(i, week) if len(g.meetings) == 1 and g.cohort is Cohort.OPEN}
        )
        for one, two in combinations(single, 2):
            yield with_group(with_group(i, one, cohort=Cohort.CLOSED), two, cohort=Cohort.CLOSED), r


def _in_two(i: Instance, r: Roster, more: set[str]) -> bool:
    """Whether someone would be in two closed cohorts."""
    return any(
        len({g.id for g, _ in attended(i, week) if g.cohort is Cohort.CLOSED or g.id in more}) > 1
        for week in r.clients.values()
    )


def too_few_days(i: Instance, r: Roster) -> Broken:
    for client, _ in placed(i, r):
        yield with_client(i, client.id, days=Range(8, 8)), r


def a_day_too_short(i: Instance, r: Roster) -> Broken:
    for client, _ in placed(i, r):
        yield with_client(i, client.id, day_minutes=Range(1000, 1000)), r


def two_meetings_at_once(i: Instance, r: Roster) -> Broken:
    free, alone = anything_goes(i), without_ones(r)
    for _, m, other in _same_day(i, r):
        span = Span(m.span.day, other.span.end - 30, other.span.end - 30 + m.span.minutes)
        group = next(g for g in i.groups if m in g.meetings)
        moved = with_group(
            free, group.id, meetings=tuple(replace(x, span=span) if x == m else x for x in group.meetings)
        )
        made, mine = next(g for g in moved.groups if g.id == group.id), r.groups[group.id]
        others = [(g, st) for g, st in running(moved, r) if g.id != group.id]
        if not any(at_once(made, g) and {mine.lead, mine.room} & {st.lead, st.room} for g, st in others):
            yield moved, alone


def two_modes_on_a_day(i: Instance, r: Roster) -> Broken:
    for one, _, _ in _same_day(i, r):
        yield with_group(anything_goes(i), one.id, mode=Mode.TELEHEALTH), without_ones(r)


def a_service_twice_on_a_day(i: Instance, r: Roster) -> Broken:
    for one, _, other in _same_day(i, r):
        service = next(g.service for g in i.groups if other in g.meetings)
        yield with_group(anything_goes(i), one.id, service=service), without_ones(r)


def _same_day(i: Instance, r: Roster) -> Iterator[tuple[Any, Any, Any]]:
    """A group on site, its meeting, and another meeting that someone attends just before it."""
    for week in r.clients.values():
        pairs = attended(i, week)
        for g, m in pairs:
            for h, other in pairs:
                if (
                    g.mode is h.mode is Mode.ONSITE
                    and g.cohort is Cohort.OPEN
                    and (m.span.day, m.span.start) == (other.span.day, other.span.end)
                ):
                    yield g, m, other


def too_long_a_gap(i: Instance, r: Roster) -> Broken:
    yield with_rules(i, gap_max=-1), r


def too_little_of_the_dose(i: Instance, r: Roster) -> Broken:
    for client, week in placed(i, r):
        yield (
            with_client(i, client.id, dose=replace(client.dose, floor=minutes(i, week) + 1, ceiling=9999)),
            r,
        )


def more_than_is_authorised(i: Instance, r: Roster) -> Broken:
    for client, week in placed(i, r):
        yield with_client(i, client.id, dose=replace(client.dose, floor=0, ceiling=minutes(i, week) - 1)), r


def a_service_not_ordered(i: Instance, r: Roster) -> Broken:
    for client, week in placed(i, r):
        service = attended(i, week)[0][0].service
        yield with_client(i, client.id, mix={s: x for s, x in client.mix.items() if s != service}), r


def a_service_too_often(i: Instance, r: Roster) -> Broken:
    for client, week in placed(i, r):
        service = attended(i, week)[0][0].service
        yield with_client(i, client.id, mix={**client.mix, service: Range(0, 0)}), r


def a_session_that_is_not_due(i: Instance, r: Roster) -> Broken:
    for client, _ in ones(i, r):
        yield with_client(i, client.id, one=()), r


def a_session_of_the_wrong_length(i: Instance, r: Roster) -> Broken:
    for client, _ in ones(i, r):
        yield with_client(i, client.id, one=tuple(replace(o, minutes=o.minutes + 5) for o in client.one)), r


def a_session_with_somebody_not_listed(i: Instance, r: Roster) -> Broken:
    for client, _ in ones(i, r):
        yield with_client(i, client.id, one=tuple(replace(o, staff=("nobody",)) for o in client.one)), r


def a_session_in_a_mode_not_possible(i: Instance, r: Roster) -> Broken:
    for client, _ in ones(i, r):
        yield with_client(i, client.id, one_modes=frozenset()), r


def a_session_over_an_own_appointment(i: Instance, r: Roster) -> Broken:
    for client, one in ones(i, r):
        yield with_client(i, client.id, busy=(one.span,)), r


def a_session_outside_the_windows(i: Instance, r: Roster) -> Broken:
    for client, one in ones(i, r, Mode.TELEHEALTH):
        if one.span.day not in {m.span.day for _, m in attended(i, r.clients[client.id])}:
            windows = tuple(w for w in client.windows if w.day != one.span.day)
            yield with_client(i, client.id, windows=windows), r


def a_session_on_site_far_from_the_groups(i: Instance, r: Roster) -> Broken:
    yield with_rules(i, one_gap_max=-1), r


def a_session_by_telehealth_on_a_day_on_site(i: Instance, r: Roster) -> Broken:
    for client, one in ones(i, r, Mode.ONSITE):
        if Mode.TELEHEALTH in client.one_modes:
            yield i, with_one(r, client.id, one, replace(one, mode=Mode.TELEHEALTH))


def too_much_in_the_week(i: Instance, r: Roster) -> Broken:
    yield with_rules(i, week_total_max=60), r


def a_lead_without_a_licence(i: Instance, r: Roster) -> Broken:
    for _, staffing in running(i, r):
        yield with_staff(i, staffing.lead, licensed=False), r


def a_lead_who_helps_beside(i: Instance, r: Roster) -> Broken:
    for group, staffing in running(i, r):
        yield i, with_staffing(r, group.id, replace(staffing, cofacilitator=staffing.lead))


def no_room(i: Instance, r: Roster) -> Broken:
    for group, staffing in running(i, r, Mode.ONSITE):
        yield i, with_staffing(r, group.id, replace(staffing, room=None))


def a_room_without_what_is_needed(i: Instance, r: Roster) -> Broken:
    for group, _ in running(i, r, Mode.ONSITE):
        yield with_group(i, group.id, feature="a pool"), r


def a_lead_who_gives_no_telehealth(i: Instance, r: Roster) -> Broken:
    remote = replace(
        anything_goes(i), groups=tuple(replace(g, mode=Mode.TELEHEALTH, feature=None) for g in i.groups)
    )
    for _, staffing in running(i, r):
        yield with_staff(remote, staffing.lead, telehealth=False), without_ones(r)


def more_people_than_seats(i: Instance, r: Roster) -> Broken:
    for group, _ in running(i, r):
        yield with_group(i, group.id, capacity=1, run_minimum=0), r


def too_few_to_run(i: Instance, r: Roster) -> Broken:
    for group, _ in running(i, r):
        yield with_group(i, group.id, run_minimum=99), r


def too_many_for_one_facilitator(i: Instance, r: Roster) -> Broken:
    for group, staffing in running(i, r):
        if staffing.cofacilitator is None:
            yield with_group(i, group.id, solo_capacity=1), r


def a_group_while_the_site_is_shut(i: Instance, r: Roster) -> Broken:
    yield replace(i, sites=tuple(replace(s, open=()) for s in i.sites)), r


def two_groups_in_one_room(i: Instance, r: Roster) -> Broken:
    rooms = {x.id: x for x in i.rooms}
    for (one, staffing), (two, other) in combinations(list(running(i, r, Mode.ONSITE)), 2):
        if at_once(one, two) and two.feature is None:
            wide = replace(i, rooms=tuple(replace(x, capacity=99) for x in i.rooms))
            yield wide, with_staffing(r, two.id, replace(other, room=rooms[staffing.room].id))


def one_person_in_two_groups(i: Instance, r: Roster) -> Broken:
    for (one, staffing), (two, other) in combinations(list(running(i, r)), 2):
        if at_once(one, two):
            able = with_staff(
                i, staffing.lead, tracks=frozenset(g.track for g in i.groups), telehealth=True,
                services=frozenset(g.service for g in i.groups), available=always(), week_max=9999, day_max=9999,
            )  # fmt: skip
            yield able, with_staffing(r, two.id, replace(other, lead=staffing.lead, cofacilitator=None))


def outside_working_hours(i: Instance, r: Roster) -> Broken:
    for _, staffing in running(i, r):
        yield with_staff(i, staffing.lead, available=()), r


def over_the_most_of_a_week(i: Instance, r: Roster) -> Broken:
    for _, staffing in running(i, r):
        yield with_staff(i, staffing.lead, week_max=0), r


def over_the_most_of_a_day(i: Instance, r: Roster) -> Broken:
    for _, staffing in running(i, r):
        yield with_staff(i, staffing.lead, day_max=0), r


def two_kept_apart_in_one_meeting(i: Instance, r: Roster) -> Broken:
    for (one, a), (two, b) in combinations(list(placed(i, r)), 2):
        if set(a.meetings) & set(b.meetings):
            yield replace(i, conflicts=(*i.conflicts, NoContact(one.id, two.id, Scope.GROUP))), r


def two_kept_apart_on_site_at_once(i: Instance, r: Roster) -> Broken:
    for (one, a), (two, b) in combinations(list(placed(i, r)), 2):
        on_site = [[m.span for g, m in attended(i, w) if g.mode is Mode.ONSITE] for w in (a, b)]
        if not set(a.meetings) & set(b.meetings) and any(
            s.overlaps(t) for s in on_site[0] for t in on_site[1]
        ):
            yield replace(i, conflicts=(*i.conflicts, NoContact(one.id, two.id, Scope.SITE))), r


RULES: Mapping[str, tuple[Callable[[Instance, Roster], Broken], ...]] = {
    "H02": (a_group_does_not_run,),
    "H03": (a_group_of_another_site,),
    "H04": (a_track_not_admitted,),
    "H05": (a_mode_not_possible,),
    "H06": (a_meeting_outside_the_windows,),
    "H07": (a_closed_cohort_in_part,),
    "H08": (two_closed_cohorts,),
    "H09": (too_few_days,),
    "H10": (a_day_too_short,),
    "H11": (two_meetings_at_once,),
    "H12": (too_long_a_gap,),
    "H13": (two_modes_on_a_day,),
    "H14": (a_service_twice_on_a_day,),
    "H15": (too_little_of_the_dose, more_than_is_authorised),
    "H16": (a_service_not_ordered,),
    "H17": (a_service_too_often,),
    "H20": (a_session_that_is_not_due,),
    "H21": (a_session_of_the_wrong_length,),
    "H22": (a_session_with_somebody_not_listed,),
    "H23": (a_session_in_a_mode_not_possible,),
    "H24": (a_session_over_an_own_appointment,),
    "H25": (a_session_outside_the_windows,),
    "H26": (a_session_on_site_far_from_the_groups,),
    "H27": (a_session_by_telehealth_on_a_day_on_site,),
    "H28": (too_much_in_the_week,),
    "H30": (a_lead_without_a_licence,),
    "H31": (a_lead_who_helps_beside,),
    "H32": (no_room,),
    "H33": (a_room_without_what_is_needed,),
    "H34": (a_lead_who_gives_no_telehealth,),
    "H35": (more_people_than_seats,),
    "H36": (too_few_to_run, too_many_for_one_facilitator),
    "H37": (a_group_while_the_site_is_shut,),
    "H38": (two_groups_in_one_room,),
    "H40": (one_person_in_two_groups,),
    "H41": (outside_working_hours,),
    "H42": (over_the_most_of_a_week,),
    "H43": (over_the_most_of_a_day,),
    "H50": (two_kept_apart_in_one_meeting,),
    "H51": (two_kept_apart_on_site_at_once,),
}


@cache
def ways(code: str) -> tuple[Week, ...]:
    """From the first generated week in which the rule can be broken."""
    return next(
        found for seed in (3, 1, 2) if (found := tuple(w for rule in RULES[code] for w in rule(*legal(seed))))
    )


def test_every_rule_there_is_is_broken_here() -> None:
    assert RULES.keys() | {"H01"} == CODES


def test_a_week_of_nobody_is_named() -> None:
    instance, roster = legal()
    stranger = Roster(roster.groups, {**roster.clients, "nobody": next(iter(roster.clients.values()))})
    assert [(b.code, b.who) for b in broken_rules(instance, stranger) if b.who == "nobody"] == [
        ("H01", "nobody")
    ]


def test_the_week_is_legal_before_anything_is_changed() -> None:
    assert broken_rules(*legal()) == ()
    assert broken_rules(legal()[0], without_ones(legal()[1])) == ()


@pytest.mark.parametrize("code", RULES)
@settings(max_examples=10)
@given(data=st.data())
def test_the_checker_names_the_broken_rule_and_no_other(code: str, data: st.DataObject) -> None:
    found = ways(code)
    instance, roster = data.draw(st.sampled_from(range(len(found))).map(found.__getitem__))
    assert {breach.code for breach in broken_rules(instance, roster)} == {code}
