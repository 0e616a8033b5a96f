"""Who may sit where, by real dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiop.domain.seats import (
    Answer,
    Meeting,
    Neighbour,
    Refusal,
    SeatQuestion,
    first_clash,
    first_contact,
    first_shared_day,
    has_room,
    may_sit,
)

MONDAY = date(2026, 3, 2)
SITE, ELSEWHERE = 1, 2
WANTED = Meeting("Skills", 0, 540, 630, MONDAY, slot=10, site=SITE)


def weeks(count: int) -> date:
    return MONDAY + timedelta(weeks=count)


def weekly(name: str, start: int, end: int, weekday: int = 0, **more) -> Meeting:
    return replace(Meeting(name, weekday, start, end, MONDAY, slot=20, site=SITE), **more)


def visit(start: int, end: int, day: date, **more) -> Meeting:
    return replace(Meeting("Visit", day.weekday(), start, end, day, day, site=SITE), **more)


def ask(**changes) -> Answer:
    base = {"program_id": "depression", "admits": ("depression",), "wanted": WANTED, "own_week": ()}
    return may_sit(SeatQuestion(**(base | changes)))


def test_a_seat_that_breaks_nothing_may_be_given():
    assert ask() == Answer()


@pytest.mark.parametrize(
    ("other", "day"),
    [
        (weekly("before", 450, 540), None),
        (weekly("after", 630, 700), None),
        (weekly("last minute", 629, 700), MONDAY),
        (weekly("inside", 560, 570), MONDAY),
        (weekly("around", 500, 700), MONDAY),
        (weekly("another day", 540, 630, weekday=1), None),
        (weekly("begins later", 560, 570, first=weeks(2)), weeks(2)),
        (weekly("begins on a Wednesday", 560, 570, first=weeks(2) + timedelta(days=2)), weeks(3)),
        (weekly("is over", 560, 570, last=MONDAY - timedelta(days=1)), None),
        (weekly("is off at first", 560, 570, off=frozenset({MONDAY, weeks(1)})), weeks(2)),
        (weekly("is off as long as it lasts", 560, 570, last=weeks(1), off=frozenset({MONDAY, weeks(1)})), None),
        (visit(560, 570, weeks(3)), weeks(3)),
        (visit(560, 570, MONDAY - timedelta(weeks=1)), None),
    ],
    ids=lambda value: value.name if isinstance(value, Meeting) else str(value),
)  # fmt: skip
def test_meetings_clash_on_the_first_day_on_which_they_share_a_minute(other, day):
    assert first_shared_day(WANTED, other) == day
    assert first_shared_day(other, WANTED) == day


def test_the_earliest_clash_is_named_with_its_day():
    late, soon = weekly("Process", 600, 690, first=weeks(4)), visit(600, 650, weeks(1))
    assert ask(own_week=(weekly("Free", 540, 630, weekday=1), late, soon)) == Answer(
        Refusal.CLASH, soon, weeks(1)
    )
    assert first_clash(WANTED, [late]) == (weeks(4), late)


def test_one_appointment_closes_one_date_and_not_a_weekday():
    booked = visit(600, 650, weeks(3))
    assert ask(own_week=(booked,), wanted=replace(WANTED, last=weeks(2))) == Answer()
    assert ask(own_week=(booked,), wanted=replace(WANTED, first=weeks(4))) == Answer()
    assert ask(own_week=(booked,), wanted=replace(WANTED, off=frozenset({weeks(3)}))) == Answer()
    assert ask(own_week=(booked,)).day == weeks(3)


def test_a_second_seat_in_the_same_session_is_no_clash_but_a_seat_already_held():
    answer = ask(own_week=(weekly("Skills", 540, 630, slot=10),))
    assert (answer.refusal, answer.day) == (Refusal.SEATED, MONDAY)


def test_people_who_must_not_meet_never_share_a_session():
    they = Neighbour((weekly("Skills", 540, 630, slot=10, first=weeks(5)),))
    assert ask(neighbours=(they,)) == Answer(Refusal.NO_CONTACT, day=weeks(5))
    beside = Neighbour((weekly("Parallel", 540, 630, slot=11),))
    assert ask(neighbours=(beside,)) == Answer()


@pytest.mark.parametrize(
    ("theirs", "own", "day"),
    [
        (weekly("parallel group", 540, 630), (), MONDAY),
        (weekly("just before", 450, 540), (), None),
        (weekly("just after", 630, 700), (), None),
        (weekly("remote", 540, 630, site=None), (), None),
        (weekly("another site", 540, 630, site=ELSEWHERE), (), None),
        (visit(600, 650, weeks(2)), (), weeks(2)),
        (weekly("between our two groups", 660, 690), (weekly("later", 720, 780),), MONDAY),
        (weekly("between", 660, 690), (weekly("later", 720, 780, first=weeks(3)),), weeks(3)),
        (weekly("between", 660, 690), (visit(720, 780, weeks(2)),), weeks(2)),
        (weekly("between", 660, 690), (weekly("later, remote", 720, 780, site=None),), None),
        (weekly("begins again", 540, 630, first=weeks(1), off=frozenset({weeks(1)})), (), weeks(2)),
    ],
    ids=lambda value: value.name if isinstance(value, Meeting) else "",
)
def test_the_wider_scope_keeps_two_stays_at_a_site_apart_breaks_included(theirs, own, day):
    assert first_contact(WANTED, own, Neighbour((theirs,), on_site=True)) == day
    assert first_contact(WANTED, own, Neighbour((theirs,))) is None


def test_someone_in_the_street_of_another_site_is_met_by_nobody_from_home():
    remote = replace(WANTED, site=None)
    assert first_contact(remote, (), Neighbour((weekly("here", 540, 630),), on_site=True)) is None


meetings = st.builds(
    Meeting,
    name=st.just("m"),
    weekday=st.just(0),
    start=st.sampled_from([540, 600, 660]),
    end=st.sampled_from([720, 780]),
    first=st.integers(0, 5).map(weeks),
    last=st.none() | st.integers(0, 8).map(weeks),
    off=st.frozensets(st.integers(0, 8).map(weeks), max_size=4),
    slot=st.sampled_from([10, 20, None]),
    site=st.sampled_from([SITE, None]),
)


@given(meetings, st.lists(meetings, max_size=3), st.lists(meetings, max_size=3))
def test_the_first_day_of_contact_is_the_one_found_by_looking_at_every_day(wanted, own, theirs):
    """The rule looks only at days of change; going through a year day by day must find the same."""

    def stay(rows, day):
        there = [m for m in rows if m.site == SITE and m.takes_place(day)]
        return (min(m.start for m in there), max(m.end for m in there)) if there else None

    def meet(day):
        if not wanted.takes_place(day):
            return False
        if any(m.slot is not None and m.slot == wanted.slot and m.takes_place(day) for m in theirs):
            return True
        mine, other = stay([wanted, *own], day), stay(theirs, day)
        at_site = wanted.site is not None and mine is not None and other is not None
        return at_site and mine[0] < other[1] and other[0] < mine[1]

    expected = next((day for n in range(20) if meet(day := weeks(n))), None)
    assert first_contact(wanted, own, Neighbour(tuple(theirs), on_site=True)) == expected


def test_another_track_is_not_admitted():
    assert ask(program_id="eating").refusal is Refusal.WRONG_PROGRAM


def test_an_ended_series_gives_no_seats():
    assert ask(has_ended=True).refusal is Refusal.ENDED


def test_those_marked_as_away_leave_their_seats_to_whoever_walks_in():
    assert has_room(seats=10, expected=9, away=0)
    assert not has_room(seats=10, expected=10, away=0)
    assert has_room(seats=10, expected=10, away=1)
    assert not has_room(seats=10, expected=12, away=2)
