"""Weeks to plan for the tests: from the shared generator, and small ones made at random."""

from __future__ import annotations

import importlib.util
import random
from functools import cache
from types import ModuleType

from openiop.domain.schedule.problem import (
    Client,
    Cohort,
    Daypart,
    Dose,
    Group,
    Instance,
    Meeting,
    Mode,
    NoContact,
    OneToOne,
    Range,
    Room,
    Rules,
    Scope,
    Site,
    Span,
    Staff,
)
from openiop.formats.timetable import read_instance
from tests.shared_data import shared


@cache
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sched_gen", shared("scheduling", "sched_gen.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def generated(size: str, seed: int) -> Instance:
    return read_instance(generator().generate(size, seed))


def little(seed: int, *, clients: int = 4, groups: int = 7) -> Instance:
    """A small week at random: everything that a rule can be about occurs in it."""
    rng = random.Random(seed)
    days = (0, 1, 2)
    made = [_group(rng, n, days) for n in range(groups)]
    people = tuple(
        Staff(f"t{n}", "s", "therapist", n < 2 or rng.random() < 0.7, frozenset({"x", "y"}), frozenset("abc"),
              tuple(Span(d, 480, 1260) for d in days if rng.random() < 0.9), 1500, 480, rng.random() < 0.8)
        for n in range(4)
    )  # fmt: skip
    rooms = (Room("r0", "s", rng.choice([3, 6]), frozenset({"kitchen"})), Room("r1", "s", 6))
    who = tuple(_client(rng, n, days, made) for n in range(clients))
    pairs = (NoContact("c0", "c1", rng.choice(list(Scope))),) if clients > 1 else ()
    site = Site("s", tuple(Span(d, 480, 1260) for d in days))
    return Instance(f"little-{seed}", Rules(30, 60, 400), (site,), rooms, people, tuple(made), who, pairs)


def _group(rng: random.Random, n: int, days: tuple[int, ...]) -> Group:
    service = rng.choice("abc")
    start = rng.choice([540, 600, 600, 660])
    cohort = Cohort.CLOSED if rng.random() < 0.15 else Cohort.OPEN
    held = sorted(rng.sample(days, rng.choice([1, 2, 3])))
    meetings = tuple(Meeting(f"g{n}@{d}", f"g{n}", Span(d, start, start + 60)) for d in held)
    mode = Mode.TELEHEALTH if rng.random() < 0.2 else Mode.ONSITE
    admits = frozenset(rng.sample("xy", rng.choice([1, 2])))
    capacity = rng.choice([2, 3, 4])
    lead = rng.choice([None, "t0", "t1"])
    return Group(f"g{n}", "s", min(admits), service, mode, admits, cohort, capacity, min(2, capacity),
                 rng.choice([1, 1, 2]), meetings, None, lead)  # fmt: skip


def _client(rng: random.Random, n: int, days: tuple[int, ...], groups: list[Group]) -> Client:
    wanted = rng.choice([1, 2, 2])
    windows = tuple(
        Span(d, rng.choice([480, 540, 570]), rng.choice([720, 780, 900])) for d in days if rng.random() < 0.85
    )
    meetings = [m.id for g in groups for m in g.meetings]
    one = (OneToOne("individual", 60, ("t0", "t1")),) if rng.random() < 0.6 else ()
    if rng.random() < 0.4:
        one = (*one, OneToOne("family", 60, ("t2",)))
    return Client(
        f"c{n}", "s", rng.choice("xy"), Dose(120, 60 * rng.choice([2, 3, 4]), 60 * rng.choice([4, 5, 6])),
        Range(1, wanted), Range(60, 180), windows, rng.choice([0, 15, 30]),
        frozenset(Mode) if rng.random() < 0.5 else frozenset({Mode.ONSITE}),
        {"a": Range(rng.choice([0, 1]), rng.choice([1, 3])), "b": Range(0, 2), "c": Range(0, 3)},
        {Daypart.MORNING: rng.choice([0, 1, 2])}, frozenset(rng.sample(meetings, min(3, len(meetings)))),
        (), one, frozenset(Mode), rng.choice([1, 2, 3]), True,
    )  # fmt: skip
