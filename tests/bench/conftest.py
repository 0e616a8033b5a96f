"""What the figures are measured on: one large clinic a kind of database, served as in earnest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from subprocess import CompletedProcess

import pytest

from tests.bench.clinic import Clinic, Work
from tests.bench.driver import Cost
from tests.bench.pages import CREATE, NOBODY, SEARCH, SHEET
from tests.live import Live
from tests.postgres import find_programs, server

SMALL = (1_000, 10_000)
FULL = (10_000, 100_000)
KINDS = ("SQLite", "PostgreSQL")
TASTE, WHOLE = (5, 20), (20, 50)
"""Rounds, and requests a round."""
SHEETS_A_ROUND = 7


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of one clinic: costs and work when it was small and when it had grown."""

    kind: str
    small: dict[str, Cost]
    small_work: Work
    full: dict[str, Cost]
    work: Work
    changes: dict[str, dict[str, Cost]]
    bare: list[float]
    board: str
    sheets: int
    marks: int
    trail: CompletedProcess[str]


@pytest.fixture(scope="module", params=KINDS)
def measured(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, long: bool
) -> Iterator[Measured]:
    """Let a clinic grow and measure it on the way, on each kind of database that this machine has."""
    kind: str = request.param
    folder = tmp_path_factory.mktemp(f"bench-{kind.lower()}")
    with ExitStack() as stack:
        settings, roots = {}, []
        if kind == "PostgreSQL":
            if find_programs() is None:
                pytest.skip("no PostgreSQL server program: apt-get install postgresql")
            running = stack.enter_context(server(durable=True))
            assert running.process is not None
            settings, roots = {"database_url": running.url}, [running.process.pid]
        live = Live(folder, **settings).start()
        stack.callback(live.stop)
        clinic = Clinic(live, roots)
        stack.callback(clinic.leave)
        yield measure(kind, clinic, *(WHOLE if long else TASTE))


def measure(kind: str, clinic: Clinic, rounds: int, each: int) -> Measured:
    """Take every figure."""
    clinic.grow(*SMALL)
    small_work = clinic.work()
    small = clinic.turns(clinic.readers(SEARCH, NOBODY), rounds, each)
    clinic.grow(*FULL)
    before = clinic.facts["attendance"]
    work = clinic.work()
    full = clinic.turns(clinic.readers(), rounds, each)
    clinic.person("Intake").get("/staff/clients/new/")
    made = clinic.turns({CREATE: clinic.make_client}, rounds, each)
    clinic.open_sheets(rounds * SHEETS_A_ROUND + 1)
    marked = clinic.turns({SHEET: clinic.mark_sheet}, rounds, SHEETS_A_ROUND)
    bare = json.loads(clinic.module("tests.bench.bare", str(rounds * each)))
    board = clinic.person("Clinical director").get(f"/staff/hours/?site={clinic.facts['site']}").text
    after = json.loads(clinic.module("tests.bench.fill", *map(str, FULL)))
    trail = clinic.live.run("audit", "verify")
    return Measured(
        kind=kind, small=small, small_work=small_work, full=full, work=work, bare=bare, board=board,
        changes={CREATE: made, SHEET: marked}, sheets=rounds * SHEETS_A_ROUND + 1,
        marks=after["attendance"] - before, trail=trail,
    )  # fmt: skip
