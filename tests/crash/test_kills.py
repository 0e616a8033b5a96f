"""Kill -9 in the middle of writes through the pages: what the server confirmed is there, once."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.crash.processes import FILE, Databases, run
from tests.crash.writers import Outage, Writer
from tests.live import Live

pytestmark = pytest.mark.crash
WRITERS = 4
PATIENCE = 120
"""Seconds within which a few writes are confirmed, even on a busy machine."""


class Siege:
    """A served clinic, its writers, and what they remember."""

    def __init__(self, databases: Databases, kind: str) -> None:
        """Open the clinic on a fresh database."""
        self.env = databases.fresh(kind)
        plan = json.loads(run(self.env, "-m", "tests.crash.clinic", "open", str(WRITERS)))
        url = self.env.get("OPENIOP_DATABASE_URL", "")
        self.live = Live(Path(self.env["OPENIOP_VAR"]), **({"database_url": url} if url else {}))
        self.outage = Outage()
        self.writers = [Writer(number, self.live.port, plan, self.outage) for number in range(WRITERS)]

    @property
    def confirmed(self) -> int:
        """Return how many writes were confirmed so far."""
        return sum(writer.memory.confirmed for writer in self.writers)

    def wait_for(self, more: int) -> None:
        """Wait until so many more writes are confirmed; a writer that gave up ends the wait."""
        wanted, tick = self.confirmed + more, threading.Event()
        for _ in range(PATIENCE * 50 + more * 10):
            if self.confirmed >= wanted:
                return
            assert self.faults == []
            tick.wait(0.02)
        raise AssertionError(f"{self.confirmed} of {wanted} writes were confirmed")

    @property
    def faults(self) -> list[str]:
        """Return what the writers met that no kill explains."""
        return [fault for writer in self.writers for fault in writer.memory.faults]

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Serve, and let everybody write inside the block."""
        self.live.start()
        for writer in self.writers:
            writer.sign_in()
            writer.start()
        yield
        for writer in self.writers:
            writer.stopping.set()
        for writer in self.writers:
            writer.join(PATIENCE)

    def check(self) -> None:
        """Compare what was confirmed with what the rows say."""
        told = json.loads(run(self.env, "-m", "tests.crash.clinic", "tell"))
        assert self.faults == []
        memories = [writer.memory for writer in self.writers]
        doubt = set().union(*(memory.in_doubt for memory in memories))
        check_clients({k: v for memory in memories for k, v in memory.clients.items()}, doubt, told)
        check_marks({k: v for memory in memories for k, v in memory.marks.items()}, doubt, told)
        check_seats({k: v for memory in memories for k, v in memory.seats.items()}, doubt, told)


def check_clients(confirmed: dict[str, str], doubt: set[str], told: dict[str, Any]) -> None:
    """Every confirmed record is there once, under its id; the others were in doubt; each has its event."""
    rows = dict(told["clients"])
    assert {key: rows.get(key) for key in confirmed} == confirmed
    assert {name for key, name in rows.items() if key not in confirmed} <= doubt
    assert [name for name, times in Counter(rows.values()).items() if times > 1] == []
    assert told["events"]["client.created"] == len(rows)


def check_marks(confirmed: dict[str, list[str]], doubt: set[str], told: dict[str, Any]) -> None:
    """Every confirmed mark is there once and in its order, as the present value or as a former one."""
    for session, words in confirmed.items():
        kept = told["marks"][session]
        assert [word for word in kept if word not in doubt] == words
        assert len(kept) == len(set(kept))
    written = sum(map(len, told["marks"].values()))
    assert told["events"]["attendance.marked"] + told["events"]["attendance.corrected"] == written


def check_seats(confirmed: dict[str, str], doubt: set[str], told: dict[str, Any]) -> None:
    """Everybody is in one group or in its line, the confirmed one, and no group is oversold."""
    for episode, slot in confirmed.items():
        places = told["seats"][episode]
        assert len(places) == 1
        assert places[0][0] == slot or episode in doubt
    for taken, held, seats in told["slots"]:
        assert taken == held <= seats


@pytest.mark.parametrize(
    ("check", "confirmed", "told"),
    [
        (check_clients, {"a": "Ann", "b": "Ben"}, {"clients": [["a", "Ann"]], "events": {"client.created": 1}}),
        (check_clients, {"a": "Ann"}, {"clients": [["a", "Ann"], ["b", "Ann"]], "events": {"client.created": 2}}),
        (check_clients, {"a": "Ann"}, {"clients": [["a", "Ann"]], "events": {"client.created": 0}}),
        (check_marks, {"s": ["1", "2"]}, {"marks": {"s": ["1"]}, "events": {"attendance.marked": 1}}),
        (check_marks, {"s": ["1", "2"]}, {"marks": {"s": ["2", "1"]}, "events": {"attendance.marked": 2}}),
        (check_marks, {"s": ["1"]}, {"marks": {"s": ["1"]}, "events": {"attendance.marked": 0}}),
        (check_seats, {"e": "x"}, {"seats": {"e": [["y", "held"]]}, "slots": []}),
        (check_seats, {"e": "x"}, {"seats": {"e": [["x", "held"], ["y", "held"]]}, "slots": []}),
        (check_seats, {}, {"seats": {}, "slots": [[1, 2, 8]]}),
        (check_seats, {}, {"seats": {}, "slots": [[9, 9, 8]]}),
    ],
)  # fmt: skip
def test_the_comparison_sees_what_is_lost_doubled_or_oversold(check, confirmed, told):
    told["events"] = Counter(told.get("events", {}))
    with pytest.raises(AssertionError):
        check(confirmed, set(), told)


def besiege(siege: Siege, *, kills: int, between: int, kill_and_return: Callable[[], None]) -> str:
    """Kill so many times, after so many confirmed writes each; return what is told of it."""
    with siege.writing():
        for _number in range(kills):
            siege.wait_for(between)
            siege.outage.begin()
            kill_and_return()
            siege.outage.end()
        siege.wait_for(between)
    assert siege.live.stop() == 0
    siege.check()
    verified = siege.live.run("audit", "verify")
    assert verified.returncode == 0, verified.stdout
    return f"{kills} kills, {siege.confirmed:,} confirmed writes, 0 lost, 0 twice"


def test_the_server_killed_in_the_middle_loses_no_confirmed_write(databases, figures, long):
    """Architecture D3, row 14: 200 kills and 50,000 confirmed writes in the long ring."""
    siege = Siege(databases, "sqlite")

    def kill_and_return() -> None:
        siege.live.kill()
        siege.live.start()
        assert integrity(siege) == "ok"

    told = besiege(
        siege, kills=200 if long else 2, between=250 if long else 20, kill_and_return=kill_and_return
    )
    assert integrity(siege) == "ok"
    figures.note(
        "crash",
        "kill -9 of the server among four writers",
        asserts="what was confirmed is there, once; the file is sound after each kill; the trail holds",
        SQLite=told,
    )


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_postgres_killed_in_the_middle_loses_no_confirmed_write_and_the_server_goes_on(
    databases, kind, figures, long
):
    """Architecture D3, row 15: 50 kills of the postmaster in the long ring."""
    siege = Siege(databases, kind)

    def kill_and_return() -> None:
        assert databases.server is not None
        databases.server.kill()
        databases.server.start()

    told = besiege(
        siege, kills=50 if long else 2, between=200 if long else 20, kill_and_return=kill_and_return
    )
    figures.note(
        "crash",
        "kill -9 of PostgreSQL among four writers",
        asserts="what was confirmed is there, once; the server goes on by itself; the trail holds",
        PostgreSQL=told,
    )


def integrity(siege: Siege) -> str:
    """Return what SQLite says about its own file."""
    file = sqlite3.connect(Path(siege.env["OPENIOP_VAR"]) / FILE)
    try:
        return str(file.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        file.close()
