"""Serving: one granian process with one worker, and the lines that tell people where to go."""

from __future__ import annotations

import http.client
import os
import subprocess
import threading
import time
from typing import Any

from openiop.cli import work

ANSWER_SECONDS = 60
WORKERS: list[subprocess.Popen[bytes]] = []
"""Workers of the background that live as long as the server."""
THREADS = 4
"""Enough for one clinic on one machine: SQLite lets one writer in at a time."""


def serve(host: str, port: int, *, began: float) -> int:
    """Serve until Ctrl-C or SIGTERM; return 0 then, 1 where the server could not start."""
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    connections.close_all()
    server = Granian(
        "openiop.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=min(THREADS, 2 * (os.cpu_count() or 1) + 1),
        websockets=False,
        log_level=LogLevels.error,
        workers_kill_timeout=10,
    )
    answered = threading.Event()
    # Granian forks its worker. A thread that runs at that moment may hold a lock (of an import, of the
    # database) that the worker would then wait for in vain; so ours starts right after the fork.
    watcher = threading.Thread(target=greet, args=(host, port, began, answered, doors()), daemon=True)
    os.register_at_fork(after_in_parent=lambda: start_once(watcher))
    try:
        server.serve()
    finally:
        end_workers()
    print("Stopped." if answered.is_set() else "The server could not start; the lines above say why.")
    return 0 if answered.is_set() else 1


def end_workers() -> None:
    """Let the workers that were started beside the server end; what they were at is taken up again."""
    for worker in WORKERS:
        worker.terminate()
    for worker in WORKERS:
        worker.wait()
    WORKERS.clear()


def start_once(thread: threading.Thread) -> None:
    """Start the thread unless it was started before: granian forks again where a worker dies."""
    if thread.ident is None:
        thread.start()


def greet(host: str, port: int, began: float, answered: threading.Event, lines: list[str]) -> None:
    """Wait until the server answers, then say where it is and who can come in."""
    until = time.monotonic() + ANSWER_SECONDS
    while not answers(host, port):
        if time.monotonic() > until:
            return
        time.sleep(0.05)
    answered.set()
    WORKERS.append(work.beside())
    shown = f"[{host}]" if ":" in host else host
    print(f"\nOpenIOP is at http://{shown}:{port}/   ({time.monotonic() - began:.1f} s; Ctrl-C ends it)")
    for line in lines:
        print(line)
    print(flush=True)


def answers(host: str, port: int) -> bool:
    """Tell whether the server answers; outside the demo it sends plain HTTP on to HTTPS."""
    try:
        connection = http.client.HTTPConnection(host, port, timeout=2)
        connection.request("GET", "/healthz", headers={"Host": own_name()})
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except OSError:
        return False


def own_name() -> str:
    """Return a name under which the server lets itself be called."""
    from django.conf import settings

    given: str = next(iter(settings.ALLOWED_HOSTS), "*")
    return "localhost" if given == "*" else given.removeprefix(".")


def doors() -> list[str]:
    """Return a line for each role of the demo organisation; outside the demo, what is still to be done."""
    from django.conf import settings
    from django.db import connections

    from openiop.apps.accounts.roles import BY_KEY
    from openiop.apps.accounts.selectors import demo_people, organizations

    if not settings.IS_DEMO:
        empty = not organizations()
        connections.close_all()
        return ["There is no organization yet. To open one: openiop organization add --help"] if empty else []
    people: list[tuple[Any, Any]] = [(BY_KEY[key], row) for key, row in demo_people()]
    connections.close_all()
    width = max((len(str(role.name)) for role, _row in people), default=0)
    lines = [f"  {role.name!s:{width}}  {row.user.shown_name}" for role, row in people]
    return ["This is a demo with made-up people. One click on the first page signs you in as:", *lines]
