"""People who write through the pages while the server is killed under them, and remember what it confirmed."""

from __future__ import annotations

import http.client
import itertools
import random
import re
import string
import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

WAS = re.compile(r'name="was-([^"]+)" value="(\d+:[^"]*)"')
SECONDS = 30


class Lost(Exception):
    """No answer, or none that confirms: whether the write happened is not known."""


class Outage:
    """Tells the writers when the server is away; a failure at any other time is a fault."""

    def __init__(self) -> None:
        """Begin with a server that is there; `number` is even while it is, odd while it is away."""
        self.there = threading.Event()
        self.there.set()
        self.number = 0

    def begin(self) -> None:
        """Say that the server is about to be killed."""
        self.number += 1
        self.there.clear()

    def end(self) -> None:
        """Say that it is back."""
        self.number += 1
        self.there.set()


class Browser:
    """One signed-in person's browser: cookies, forms, no redirects followed."""

    def __init__(self, port: int) -> None:
        """Take the server's port."""
        self.port, self.cookies = port, {}
        self.line: http.client.HTTPConnection | None = None

    def get(self, path: str) -> str:
        """Return a page."""
        status, _where, body = self._ask("GET", path, None)
        if status != http.HTTPStatus.OK:
            raise Lost(f"{status} for {path}")
        return body

    def post(self, path: str, **fields: str) -> str:
        """Send a form and return where the server sends us: its word that all of it is kept."""
        status, where, body = self._ask("POST", path, urlencode(fields))
        if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Lost(f"{status} for {path}")
        assert status == http.HTTPStatus.FOUND, f"{status} for {path}: {body[:2000]}"
        return where

    def close(self) -> None:
        """Hang up; the next question opens a new line."""
        if self.line is not None:
            self.line.close()
        self.line = None

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-CSRFToken": self.cookies["csrftoken"],
            }
        try:
            self.line = self.line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
            self.line.request(method, path, body, headers)
            answer = self.line.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Lost(repr(error)) from error
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _is, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), text


@dataclass
class Memory:
    """What one writer was told, and what it was told nothing about."""

    clients: dict[str, str] = field(default_factory=dict)
    marks: dict[str, list[str]] = field(default_factory=dict)
    seats: dict[str, str] = field(default_factory=dict)
    in_doubt: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    confirmed: int = 0


class Writer(threading.Thread):
    """Creates clients, marks attendance and moves people between groups, in turn, until told to stop."""

    def __init__(self, number: int, port: int, plan: dict[str, Any], outage: Outage) -> None:
        """Take what to write to."""
        super().__init__(daemon=True)
        self.browser, self.outage, self.memory = Browser(port), outage, Memory()
        self.sheets = itertools.cycle(plan["writers"][number]["sheets"])
        self.movers = itertools.cycle(plan["writers"][number]["movers"])
        self.slots, self.membership = plan["slots"], plan["membership"]
        self.random, self.stopping, self.count = random.Random(number), threading.Event(), 0
        self.name = f"w{number}"

    def sign_in(self) -> None:
        """Come in by the demo's door."""
        self.browser.get("/demo/")
        self.browser.post("/demo/", membership=self.membership)

    def run(self) -> None:
        """Write until told to stop, then hang up."""
        try:
            self.write()
        finally:
            self.browser.close()

    def write(self) -> None:
        """Do one thing after the other; after a loss wait for the server, and go on with the next."""
        acts = itertools.cycle([self.create_client, self.mark, self.move])
        number = self.outage.number
        while not self.stopping.is_set():
            self.outage.there.wait()
            if number != self.outage.number:
                # The line from before the kill is dead, whether or not anything was under way on it.
                self.browser.close()
                number = self.outage.number
            try:
                next(acts)()
            except Lost as loss:
                if number == self.outage.number and number % 2 == 0:
                    self.memory.faults.append(f"lost while the server was there: {loss}")
                    return
            except Exception as error:  # noqa: BLE001 - the test shows it
                self.memory.faults.append(repr(error))
                return
            else:
                self.memory.confirmed += 1

    def create_client(self) -> None:
        """Make a record under a name that nobody else bears."""
        first, last = ("".join(self.random.choices(string.ascii_lowercase, k=10)).title() for _ in range(2))
        self.memory.in_doubt.add(last)
        day = f"{self.random.randint(1950, 2000)}-{self.random.randint(1, 12):02}-{self.random.randint(1, 28):02}"
        where = self.browser.post(
            "/staff/clients/new/", first_name=first, last_name=last, birth_date=day, language="en"
        )
        self.memory.clients[where.rstrip("/").rpartition("/")[2]] = last
        self.memory.in_doubt.discard(last)

    def mark(self) -> None:
        """Mark somebody absent, with words that were never used before; each time but the first it corrects."""
        session, who = next(self.sheets)
        self.count += 1
        words = f"{self.name} {self.count}"
        path = f"/staff/sessions/{session}/attendance/"
        seen = dict(WAS.findall(self.browser.get(path)))
        self.memory.in_doubt.add(words)
        line = {"was": seen[who], "state": "no_show", "reason": "sick", "barrier": "illness", "words": words}
        self.browser.post(path, why="crash", **{f"{name}-{who}": value for name, value in line.items()})
        self.memory.marks.setdefault(session, []).append(words)
        self.memory.in_doubt.discard(words)

    def move(self) -> None:
        """Move somebody to the other group, or into its line."""
        episode = next(self.movers)
        slot = self.slots[self.memory.seats.get(episode) == self.slots[0]]
        self.memory.in_doubt.add(episode)
        self.browser.post(f"/staff/episodes/{episode}/place/", slots=slot, wait="yes")
        self.memory.seats[episode] = slot
        self.memory.in_doubt.discard(episode)
