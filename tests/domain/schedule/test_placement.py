"""One client asks for a week: the answers are legal, differ in kind, and none better is missed."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from openiop.domain.schedule.placement import cost_of, find_weeks
from openiop.domain.schedule.problem import (
    Client,
    Cohort,
    Dose,
    Group,
    Meeting,
    Mode,
    Neighbour,
    Question,
    Range,
    Rules,
    Running,
    Scope,
    Span,
)
from openiop.domain.schedule.rules import broken_by, seats_of

RULES = Rules(gap_max=30, one_gap_max=60, week_total_max=1140)
ALL_DAY = tuple(Span(day, 480, 1260) for day in range(6))
MIX = {"skills": Range(0, 9), "process": Range(0, 9)}
ANA = Client(
    id="ana",
    site="s",
    track="sud",
    dose=Dose(540, 540, 1140),
    days=Range(3, 5),
    day_minutes=Range(60, 240),
    windows=ALL_DAY,
    travel=15,
    modes=frozenset(Mode),
    mix=MIX,
)


def group(name, service, days, start, minutes, *, cohort=Cohort.OPEN, mode=Mode.ONSITE, cap=3, taken=0):
    meetings = tuple(Meeting(f"{name}{day}", name, Span(day, start, start + minutes)) for day in days)
    made = Group(name, "s", "sud", service, mode, frozenset({"sud"}), cohort, cap, cap, 1, meetings)
    return Running(made, {meeting.id: taken for meeting in meetings})


DAY = (group("skills", "skills", (0, 2, 4), 540, 90), group("process", "process", (0, 2, 4), 630, 90))
EVENING = (group("late", "skills", (0, 1, 3), 1050, 90), group("talk", "process", (0, 1, 3), 1140, 90))


def ask(client=ANA, running=(*DAY, *EVENING), neighbours=()):
    return Question(client, tuple(running), RULES, tuple(neighbours))


def test_day_and_evening_are_offered_as_weeks_of_different_kind():
    kinds = [week.kind.dayparts for week in find_weeks(ask()).placements]
    assert len(kinds) == len({week.kind for week in find_weeks(ask()).placements})
    assert ("am",) in kinds
    assert ("eve",) in kinds


def test_every_offered_week_breaks_no_rule():
    question = ask()
    for week in find_weeks(question).placements:
        assert broken_by(question, week.meetings) == ()
        assert week.minutes >= ANA.dose.floor


def test_travel_widens_what_a_window_must_hold():
    tight = replace(ANA, windows=tuple(Span(day, 540, 720) for day in range(6)))
    assert find_weeks(ask(tight, DAY)).placements == ()
    near = find_weeks(ask(replace(tight, travel=0), DAY)).placements
    assert [week.minutes for week in near] == [540]


def test_a_full_group_is_named_as_the_one_thing_in_the_way():
    full = (replace(DAY[0], taken=dict.fromkeys(DAY[0].taken, 3)), DAY[1])
    answer = find_weeks(ask(running=full))
    assert answer.placements == ()
    alone = [{reason.code for reason in miss.forbidden_by} for miss in answer.misses]
    assert {"seat"} in alone


def test_two_people_who_must_not_meet_never_share_a_meeting():
    other = Neighbour("ben", Scope.GROUP, frozenset({"skills0", "skills2", "skills4"}))
    for week in find_weeks(ask(neighbours=[other])).placements:
        assert not set(week.meetings) & other.meetings


def test_a_closed_group_is_taken_whole_or_not_at_all():
    closed = (group("closed", "skills", (0, 2, 4), 540, 180, cohort=Cohort.CLOSED),)
    (week,) = find_weeks(ask(running=closed)).placements
    assert week.meetings == ("closed0", "closed2", "closed4")
    broken = broken_by(ask(running=closed), ("closed0", "closed2"))
    assert "cohort-part" in {reason.code for reason in broken}


def test_where_nothing_runs_it_says_so():
    answer = find_weeks(ask(running=()))
    assert [reason.code for reason in answer.misses[0].forbidden_by] == ["nothing-runs"]


SERVICES = st.sampled_from(["skills", "process"])
GROUPS = st.lists(
    st.tuples(SERVICES, st.sets(st.integers(0, 4), min_size=1, max_size=3), st.sampled_from([540, 630, 660, 1050]),
              st.sampled_from([90, 180]), st.integers(0, 3)),
    min_size=1, max_size=4,
)  # fmt: skip


@given(GROUPS, st.sampled_from([180, 360, 540]), st.integers(1, 3))
@settings(max_examples=150, deadline=None)
def test_brute_force_finds_no_better_week(shapes, floor, least_days):
    running = tuple(
        group(f"g{n}", service, sorted(days), start, minutes, taken=taken)
        for n, (service, days, start, minutes, taken) in enumerate(shapes)
    )
    client = replace(ANA, dose=Dose(floor, 540, 1140), days=Range(least_days, 5))
    question = ask(client, running)
    seats = seats_of(running)
    legal = [
        cost_of(question, [seats[name] for name in chosen], None)
        for chosen in chain.from_iterable(combinations(sorted(seats), size) for size in range(1, 8))
        if broken_by(question, chosen) == ()
    ]
    found = find_weeks(question).placements
    assert bool(found) == bool(legal)
    if legal:
        assert found[0].cost == min(legal)
