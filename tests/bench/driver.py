"""People who use the real server, one request after the other, and what each request cost.

Wall time is what a person waits, and on a busy machine says more of the neighbours than of us. CPU time
of the server's processes hardly depends on neighbours, so both are taken; and requests that are compared
take turns, so that both meet the same neighbours.
"""

from __future__ import annotations

import http.client
import os
import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from tests.live import Live

PROC = Path("/proc")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    text: str
    location: str = ""


class Person:
    """Somebody signed in by the demo's door, on one connection that stays open."""

    def __init__(self, live: Live, role: str) -> None:
        """Sign in as the demo's person with the role (its name as the door shows it)."""
        self.connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=120)
        self.cookies: dict[str, str] = {}
        self.token = ""
        door = self.get("/demo/").text
        member = re.search(
            rf'name="membership" value="(\w+)"(?:(?!name="membership").)*?{role}', door, re.DOTALL
        )
        assert member is not None, f"the demo's door has no {role}"
        assert self.post("/demo/", {"membership": member[1]}).status == 302

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        answer = self._send("GET", path, None)
        found = TOKEN.search(answer.text)
        self.token = found[1] if found else self.token
        return answer

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form with the token of the last page that had one."""
        return self._send("POST", path, urlencode({"csrfmiddlewaretoken": self.token, **fields}))

    def _send(self, method: str, path: str, body: str | None) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, **(FORM if body else {})}
        try:
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        except http.client.RemoteDisconnected:
            # The server closes a connection that was silent for long; the next request opens another.
            self.connection.close()
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        text = response.read().decode()
        for line in response.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Answer(response.status, text, response.headers.get("Location", ""))


@dataclass(slots=True)
class Cost:
    """Milliseconds: wall time of each request, and CPU time a request of each round."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        """Return the wall time that half of the requests stay under."""
        return statistics.median(self.wall)

    @property
    def p95(self) -> float:
        """Return the wall time that nineteen in twenty stay under."""
        return sorted(self.wall)[max(0, round(len(self.wall) * 0.95) - 1)]

    @property
    def cpu_ms(self) -> float:
        """Return the CPU time of a request: the median of the rounds."""
        return statistics.median(self.cpu)

    def __str__(self) -> str:
        """Say it as the tables do."""
        return f"{self.p50:.1f} (p95 {self.p95:.1f})"


def take_turns(
    requests: dict[str, Callable[[], object]], *, cpu: Callable[[], float], rounds: int, each: int
) -> dict[str, Cost]:
    """Let the requests take turns for some rounds, `each` in a row; the first of each warms up and is not counted."""
    costs = {name: Cost() for name in requests}
    for request in requests.values():
        request()
    for _ in range(rounds):
        for name, request in requests.items():
            before = cpu()
            for _ in range(each):
                began = time.perf_counter()
                request()
                costs[name].wall.append((time.perf_counter() - began) * 1000)
            costs[name].cpu.append((cpu() - before) * 1000 / each)
    return costs


def cpu_of(roots: Sequence[int], *, ended: bool = False) -> float:
    """Return the CPU seconds of the processes and of all that descend from them, with those that ended if asked.

    The scheduler counts in nanoseconds; where the kernel does not tell them, in ticks of 10 ms.
    """
    children: dict[int, list[int]] = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))):
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    total, todo = 0.0, list(roots)
    while todo:
        one = todo.pop()
        todo += children.get(one, ())
        total += _ticks(one, 11, 15) if ended else _by_scheduler(one) or _ticks(one, 11, 13)
    return total


def _stat(process: int) -> list[str]:
    try:
        return (PROC / str(process) / "stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []  # It has ended meanwhile.


def _ticks(process: int, first: int, last: int) -> float:
    """Return fields of the process's line: user, system, and the same of children that ended."""
    return sum(map(int, _stat(process)[first:last])) / os.sysconf("SC_CLK_TCK")


def _by_scheduler(process: int) -> float:
    try:
        tasks = (PROC / str(process) / "task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
    except OSError:
        return 0.0
