"""A large clinic, served, and the requests that are measured on it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.bench.driver import Answer, Cost, Person, cpu_of, take_turns
from tests.bench.pages import DIRECTOR, INTAKE, PAGES, PLAIN, THERAPIST, Page
from tests.live import Live, run_python

LETTERS = "bcdfghjklmnpqrstvwxz"
SEEN = re.compile(r'name="(was-[a-z0-9]+)" value="([^"]+)"')
MARKED = 12

Work = dict[str, dict[str, int]]


@dataclass
class Clinic:
    """A served clinic: the ids requests need, who is signed in, and the processes that cost CPU."""

    live: Live
    roots: list[int]
    facts: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    opened: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def grow(self, clients: int, attendance: int) -> None:
        """Add rows up to these numbers, then start anew, as a clinic does now and then."""
        self.facts = json.loads(self.module("tests.bench.fill", str(clients), str(attendance)))
        self.leave()
        self.live.stop()
        self.live.start()

    def leave(self) -> None:
        """Close everybody's connection."""
        for person in self.people.values():
            person.connection.close()
        self.people.clear()

    def module(self, name: str, *arguments: str) -> str:
        """Run one of our modules on the clinic's data and return what it printed."""
        return run_python(self.live.env, "-m", name, *arguments)

    def work(self) -> Work:
        """Return the queries and the database's steps of each page."""
        found: Work = json.loads(self.module("tests.bench.work", json.dumps(self.facts)))
        return found

    def person(self, role: str) -> Person:
        """Return the demo's person with the role, signed in."""
        if role not in self.people:
            self.people[role] = Person(self.live, role)
        return self.people[role]

    def cpu(self) -> float:
        """Return the CPU seconds that server and database have used so far."""
        assert self.live.process is not None
        return cpu_of([self.live.process.pid, *self.roots])

    def turns(self, requests: dict[str, Callable[[], object]], rounds: int, each: int) -> dict[str, Cost]:
        """Let the requests and the plain page take turns."""
        person = self.person(DIRECTOR)
        plain = {PLAIN: lambda: right(person.get(PLAIN), 200)}
        return take_turns(plain | requests, cpu=self.cpu, rounds=rounds, each=each)

    def readers(self, *names: str) -> dict[str, Callable[[], object]]:
        """Return a request for each page, or for those named."""
        return {page.name: self._reader(page) for page in PAGES if not names or page.name in names}

    def _reader(self, page: Page) -> Callable[[], object]:
        person, address, sent = self.person(page.role), page.address(self.facts), page.sent(self.facts)
        if sent:
            person.get(address)
        return lambda: right(person.post(address, sent) if sent else person.get(address), 200)

    def make_client(self) -> None:
        """Make the record of somebody nobody is like."""
        number = next(self.numbers)
        name = "".join(LETTERS[byte % len(LETTERS)] for byte in hashlib.sha256(b"%d" % number).digest()[:8])
        person = self.person(INTAKE)
        fields = {
            "first_name": name[:4].title(),
            "last_name": f"{name[4:].title()}-Demo",
            "birth_date": f"{1940 + number % 60}-{1 + number % 12:02}-{1 + number % 28:02}",
            "phone": f"415-555-{number:04}",
            "email": f"{name}@example.org",
            "language": "en",
            "site": self.facts["site"],
        }
        right(person.post("/staff/clients/new/", fields), 302)

    def open_sheets(self, number: int) -> None:
        """Open sheets that nobody has taken yet, as facilitators do before they mark them."""
        person = self.person(THERAPIST)
        for _ in range(number):
            address = f"/staff/sessions/{self.facts['sheets'].pop()}/attendance/"
            seen = dict(SEEN.findall(person.get(address).text))
            assert len(seen) == MARKED, f"the sheet has {len(seen)} lines"
            states = {name.replace("was-", "state-"): "present" for name in seen}
            self.opened.append((address, seen | states))

    def mark_sheet(self) -> None:
        """Mark all twelve people of one of the open sheets in one request."""
        address, fields = self.opened.pop()
        right(self.person(THERAPIST).post(address, fields), 302)


def right(answer: Answer, status: int) -> None:
    """Insist on the answer: an error page is quick, and no figure."""
    assert answer.status == status, answer.text[:3000]
