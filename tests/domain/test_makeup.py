"""Make-up seats: the smallest set that mends the week and fits the client."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from openiop.domain.absences import Away
from openiop.domain.dosage import Interval, Session, Shortfall, Week, countable_minutes
from openiop.domain.makeup import MendQuestion, Person, Planned, Seat, find_mends, fitting_seats, forbidden
from openiop.domain.schedule.problem import Mode, Span
from openiop.domain.schedule.series import on_the_clock

LA = "America/Los_Angeles"
MONDAY = date(2026, 11, 2)
WEEK = Week(MONDAY, LA)
FREE = tuple(Span(day, 480, 1320) for day in range(7))
ANYONE = Person(FREE, 15, frozenset(Mode), frozenset({"process", "skills", "psychoed"}))


def seat(name: str, day: int, start: int, end: int, service: str = "skills", **more: Any) -> Seat:
    on = MONDAY + timedelta(days=day)
    session = Session(name, on_the_clock(on, start, LA), on_the_clock(on, end, LA))
    return replace(Seat(session, Mode.ONSITE, service, 3), **more)


def ask(
    *seats: Seat, short: Shortfall, person: Person = ANYONE, planned: tuple[Planned, ...] = ()
) -> MendQuestion:
    return MendQuestion(person, WEEK, short, planned, seats, WEEK.starts_at)


def planned(day: int, start: int, end: int, service: str = "process") -> Planned:
    on = MONDAY + timedelta(days=day)
    return Planned(on_the_clock(on, start, LA), on_the_clock(on, end, LA), Mode.ONSITE, service)


def test_one_long_seat_beats_two_short_ones() -> None:
    question = ask(
        seat("a", 1, 540, 600), seat("b", 2, 540, 600), seat("c", 3, 540, 660), short=Shortfall(120, 0)
    )
    assert [mend.sessions for mend in find_mends(question)] == [("c",)]


def test_the_day_the_client_already_comes_is_preferred() -> None:
    question = ask(
        seat("away", 1, 660, 720),
        seat("same", 2, 600, 660),
        short=Shortfall(60, 0),
        planned=(planned(2, 540, 600),),
    )
    assert [mend.sessions for mend in find_mends(question)] == [("same",), ("away",)]


def test_a_missing_day_needs_a_new_day() -> None:
    question = ask(
        seat("same", 2, 600, 660),
        seat("new", 3, 600, 660),
        short=Shortfall(60, 1),
        planned=(planned(2, 540, 600),),
    )
    assert [mend.sessions for mend in find_mends(question)] == [("new",)]


def test_seats_outside_the_windows_full_or_with_someone_to_avoid_are_not_offered() -> None:
    person = replace(
        ANYONE, windows=(Span(1, 540, 720),), keep_apart_from=frozenset({"p"}), modes=frozenset({Mode.ONSITE})
    )
    fits = seat("fits", 1, 600, 660)
    question = ask(
        fits,
        seat("no-travel", 1, 540, 600),
        seat("other-day", 2, 600, 660),
        seat("full", 1, 600, 660, free=0),
        seat("met", 1, 600, 660, attended_by=frozenset({"p"})),
        seat("remote", 1, 600, 660, mode=Mode.TELEHEALTH),
        seat("unordered", 1, 600, 660, "meal"),
        short=Shortfall(60, 0),
        person=person,
    )
    assert fitting_seats(question) == [fits]
    codes = {s.session.id: tuple(r.code for r in forbidden(question, s)) for s in question.seats}
    assert codes == {
        "fits": (),
        "no-travel": ("window",),
        "other-day": ("window",),
        "full": ("seat",),
        "met": ("no-contact",),
        "remote": ("mode",),
        "unordered": ("service",),
    }


def test_past_sessions_and_those_of_next_week_are_not_offered() -> None:
    question = replace(
        ask(seat("past", 0, 540, 600), seat("next", 7, 540, 600), short=Shortfall(60, 0)),
        now=on_the_clock(MONDAY, 570, LA),
    )
    assert find_mends(question) == []


def test_when_nothing_mends_the_week_the_nearest_is_offered_with_what_is_left() -> None:
    question = ask(seat("a", 1, 540, 600), seat("b", 1, 570, 660), short=Shortfall(180, 0))
    (mend,) = find_mends(question)
    assert (mend.sessions, mend.minutes, mend.left) == (("b",), 90, Shortfall(90, 0))


def test_a_day_does_not_become_too_long() -> None:
    question = replace(
        ask(seat("a", 2, 720, 780), short=Shortfall(60, 0), planned=(planned(2, 540, 720),)), day_most=180
    )
    assert find_mends(question) == []


def test_nothing_is_offered_when_nothing_is_missing() -> None:
    assert find_mends(ask(seat("a", 1, 540, 600), short=Shortfall(0, 0))) == []


SEATS = st.lists(
    st.tuples(
        st.integers(0, 4), st.integers(16, 30), st.integers(2, 5), st.sampled_from(["process", "skills"])
    ),
    max_size=7,
)


@settings(max_examples=150, deadline=None)
@given(SEATS, st.integers(1, 8), st.integers(0, 2))
def test_the_set_is_the_smallest_that_mends_the_week(
    rows: list[tuple[int, int, int, str]], halves: int, days: int
) -> None:
    seats = [seat(str(i), d, s * 30, (s + n) * 30, kind) for i, (d, s, n, kind) in enumerate(rows)]
    question = ask(*seats, short=Shortfall(halves * 30, days))
    sizes = [
        size
        for size in range(1, 6)
        for chosen in combinations(fitting_seats(question), size)
        if _legal(chosen)
        and sum(countable_minutes(s.session) for s in chosen) >= halves * 30
        and len({WEEK.day_of(s.session.starts_at) for s in chosen}) >= days
    ]
    mends = [mend for mend in find_mends(question) if mend.is_whole]
    assert bool(mends) == bool(sizes)
    assert {len(mend.sessions) for mend in mends} == ({min(sizes)} if sizes else set())


def _legal(chosen: tuple[Seat, ...]) -> bool:
    for one, two in combinations(chosen, 2):
        a, b = one.session, two.session
        if max(a.starts_at, b.starts_at) < min(a.ends_at, b.ends_at):
            return False
        if WEEK.day_of(a.starts_at) == WEEK.day_of(b.starts_at) and one.service == two.service:
            return False
    return True


def test_no_seat_lies_in_a_planned_absence_or_on_the_way_from_it() -> None:
    away = Away(
        on_the_clock(MONDAY + timedelta(days=1), 480, LA), on_the_clock(MONDAY + timedelta(days=1), 600, LA)
    )
    person = replace(ANYONE, away=(away,))
    seats = (seat("inside", 1, 540, 600), seat("on the way", 1, 600, 660), seat("after", 1, 615, 675))
    remote = seat("from home", 1, 600, 660, mode=Mode.TELEHEALTH)
    question = ask(*seats, remote, short=Shortfall(60, 0), person=person)
    assert [one.session.id for one in fitting_seats(question)] == ["from home", "after"]
    assert [reason.code for reason in forbidden(question, seats[0])] == ["away"]


def test_a_stay_at_the_site_meets_nobody_to_avoid_breaks_included() -> None:
    """They are there from eleven to twelve; with the afternoon group the client's day would span that time."""
    there = Interval(on_the_clock(MONDAY, 660, LA), on_the_clock(MONDAY, 720, LA))
    person = replace(ANYONE, not_at=(there,))
    own = planned(0, 540, 600)
    seats = (
        seat("then", 0, 660, 720), seat("later that day", 0, 780, 840), seat("before", 0, 600, 660),
        seat("next day", 1, 660, 720), seat("from home", 2, 660, 720, mode=Mode.TELEHEALTH),
    )  # fmt: skip
    question = ask(*seats, short=Shortfall(120, 0), person=person, planned=(own,))
    assert [one.session.id for one in fitting_seats(question)] == ["before", "next day", "from home"]
    assert [reason.code for reason in forbidden(question, seats[1])] == ["no-contact-site"]


def test_two_seats_around_someone_to_avoid_do_not_go_together() -> None:
    there = Interval(on_the_clock(MONDAY, 660, LA), on_the_clock(MONDAY, 720, LA))
    person = replace(ANYONE, not_at=(there,))
    around = (seat("before", 0, 540, 600), seat("after", 0, 780, 840, service="process"))
    question = ask(*around, short=Shortfall(120, 0), person=person)
    [mend] = find_mends(question)
    assert (len(mend.sessions), mend.is_whole) == (1, False)
