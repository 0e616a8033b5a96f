"""Timetables made by someone else: what the search offers, the independent checker accepts."""

from __future__ import annotations

import importlib.util
import random
import statistics
import time
from collections.abc import Mapping
from functools import cache
from types import ModuleType

import pytest

from openiop.domain.schedule.check import broken_by_clients
from openiop.domain.schedule.placement import Answer, find_weeks
from openiop.domain.schedule.problem import (
    Client,
    ClientWeek,
    Cohort,
    Daypart,
    Dose,
    Group,
    Instance,
    Meeting,
    Mode,
    Neighbour,
    Question,
    Range,
    Roster,
    Rules,
    Running,
    Span,
    Staffing,
)
from openiop.domain.schedule.rules import broken_by
from openiop.formats.timetable import read_instance
from tests.shared_data import shared


@cache
def generator() -> ModuleType:
    """Load the generator of the shared data."""
    spec = importlib.util.spec_from_file_location("sched_gen", shared("scheduling", "sched_gen.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def instance_of(size: str, seed: int) -> Instance:
    """Return a week to plan."""
    return read_instance(generator().generate(size, seed))


def presence(instance: Instance, meetings: tuple[str, ...]) -> tuple[Span, ...]:
    """Return someone's time on site, day by day."""
    spans = [m.span for g in instance.groups if g.mode is Mode.ONSITE for m in g.meetings if m.id in meetings]
    days = {span.day for span in spans}
    return tuple(
        Span(d, min(s.start for s in spans if s.day == d), max(s.end for s in spans if s.day == d))
        for d in sorted(days)
    )


def question_of(instance: Instance, client: Client, weeks: Mapping[str, ClientWeek]) -> Question:
    """Let a client ask for a week beside those who have theirs; every group runs with two facilitators."""
    taken: dict[str, int] = {}
    for week in weeks.values():
        for meeting in week.meetings:
            taken[meeting] = taken.get(meeting, 0) + 1
    running = tuple(
        Running(g, {m.id: taken.get(m.id, 0) for m in g.meetings}, cofacilitated=True)
        for g in instance.groups
    )
    neighbours = tuple(
        Neighbour(
            other, pair.scope, frozenset(weeks[other].meetings), presence(instance, weeks[other].meetings)
        )
        for pair in instance.conflicts
        if (other := pair.other(client.id)) is not None and other in weeks
    )
    return Question(client, running, instance.rules, neighbours)


def place_all(
    instance: Instance, *, check_each: bool
) -> tuple[dict[str, ClientWeek], list[Answer], list[float]]:
    """Place one client after the other, checking each offered week against the independent checker."""
    openings = {person.id: person.available for person in instance.staff}
    running = {group.id: Staffing("nobody") for group in instance.groups}
    weeks: dict[str, ClientWeek] = {}
    answers, took = [], []
    for client in instance.clients:
        question = question_of(instance, client, weeks)
        began = time.perf_counter()
        answer = find_weeks(question)
        took.append(time.perf_counter() - began)
        answers.append(answer)
        if check_each:
            for offer in find_weeks(question, openings=openings).placements:
                tried = {**weeks, client.id: ClientWeek(offer.meetings, offer.one)}
                assert broken_by_clients(instance, Roster(running, tried)) == ()
        if answer.placements:
            weeks[client.id] = ClientWeek(answer.placements[0].meetings)
    return weeks, answers, took


@pytest.mark.parametrize(("size", "seed"), [("tiny", 1), ("tiny", 2), ("program", 1), ("program-tight", 1)])
def test_every_offer_of_a_generated_week_passes_the_independent_checker(size: str, seed: int) -> None:
    instance = instance_of(size, seed)
    weeks, answers, _ = place_all(instance, check_each=True)
    assert len(weeks) >= 0.75 * len(instance.clients)
    assert all(answer.complete for answer in answers)
    seats = {m.id: g.capacity for g in instance.groups for m in g.meetings}
    attend = [meeting for week in weeks.values() for meeting in week.meetings]
    assert all(attend.count(meeting) <= seats[meeting] for meeting in set(attend))


@pytest.mark.parametrize(("size", "seed"), [("program", 2), ("program", 3)])
def test_who_gets_no_week_learns_which_rules_forbid_the_nearest(size: str, seed: int) -> None:
    instance = instance_of(size, seed)
    _, answers, _ = place_all(instance, check_each=False)
    refused = [answer for answer in answers if not answer.placements]
    assert refused
    for answer in refused:
        assert answer.misses
        assert all(miss.forbidden_by for miss in answer.misses)


def test_each_nearest_week_breaks_exactly_the_rules_it_names() -> None:
    instance = instance_of("program", 2)
    weeks: dict[str, ClientWeek] = {}
    looked_at = 0
    for client in instance.clients:
        question = question_of(instance, client, weeks)
        answer = find_weeks(question)
        for miss in answer.misses:
            if miss.meetings:
                looked_at += 1
                named = {reason.code for reason in miss.forbidden_by}
                assert {reason.code for reason in broken_by(question, miss.meetings)} == named
        if answer.placements:
            weeks[client.id] = ClientWeek(answer.placements[0].meetings)
    assert looked_at > 0


def test_a_week_is_found_within_fifty_milliseconds_at_a_site_with_more_than_sixty_series() -> None:
    instance = instance_of("program", 3)
    assert len(instance.groups) > 60
    _, _, took = place_all(instance, check_each=False)
    assert statistics.median(took) <= 0.05


def scattered_site(seed: int) -> Question:
    """Sixty series at random times that all admit one client who is always free: the search at its worst."""
    rng = random.Random(seed)
    services = ["a", "b", "c", "d", "e", "f"]
    running = []
    for n in range(60):
        days, start = rng.sample(range(6), rng.choice([3, 4, 5])), rng.randrange(480, 1260, 30)
        span_of = rng.choice([50, 60, 90])
        meetings = tuple(Meeting(f"g{n}@{d}", f"g{n}", Span(d, start, start + span_of)) for d in sorted(days))
        made = Group(f"g{n}", "s", "t", services[n % 6], rng.choice(list(Mode)), frozenset("t"),
                     Cohort.OPEN, 12, 12, 3, meetings)  # fmt: skip
        running.append(Running(made))
    client = Client(
        "c", "s", "t", Dose(540, 600, 720), Range(3, 5), Range(100, 240),
        tuple(Span(d, 480, 1350) for d in range(6)), 15, frozenset(Mode),
        {service: Range(1 if service == "a" else 0, 4) for service in services},
        dislikes={Daypart.EVENING: 2},
    )  # fmt: skip
    return Question(client, tuple(running), Rules(30, 60, 1140))


@pytest.mark.parametrize("seed", range(3))
def test_sixty_scattered_series_give_five_weeks_of_different_kind_in_the_allowed_steps(seed: int) -> None:
    question = scattered_site(seed)
    answer = find_weeks(question)
    assert answer.complete
    assert len({offer.kind for offer in answer.placements}) == 5
    assert all(broken_by(question, offer.meetings) == () for offer in answer.placements)


def test_a_search_that_is_cut_short_says_so() -> None:
    answer = find_weeks(scattered_site(0), steps=100)
    assert not answer.complete
