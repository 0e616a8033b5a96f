"""Count what each page asks of the database, in this process: `python -m tests.bench.work FACTS`.

Prints JSON: for each page its queries and, on SQLite, the steps of the database's virtual machine. Both
are the same on a busy machine and on a quiet one; steps tell a look-up from a walk through a table.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from openiop.cli.rows import start
from tests.bench.pages import PAGES

STRIDE = 10


def count(clinic: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Open each page twice and count at the second time."""
    from django.test import Client

    people: dict[str, Client] = {}
    found = {}
    for page in PAGES:
        person = people.get(page.role) or people.setdefault(page.role, signed_in(page.role))

        def open_page(person: Client = person, page: Any = page) -> None:
            fields = page.sent(clinic)
            answer = person.post(page.address(clinic), fields) if fields else person.get(page.address(clinic))
            assert answer.status_code == 200, (page.name, answer.status_code)

        open_page()
        queries, steps = counted(open_page)
        found[page.name] = {"queries": queries, "steps": steps}
    return found


def signed_in(role: str) -> Any:
    """Return a browser signed in as the demo's person with the role."""
    from django.test import Client

    from openiop.apps.accounts.roles import BY_KEY
    from openiop.apps.accounts.selectors import demo_people

    member = next(row for key, row in demo_people() if str(BY_KEY[key].name).startswith(role))
    browser = Client(SERVER_NAME="127.0.0.1")
    assert browser.post("/demo/", {"membership": member.public_id}).status_code == 302
    return browser


def counted(work: Any) -> tuple[int, int]:
    """Return the queries and the steps of some work."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    steps = 0

    def tick() -> int:
        nonlocal steps
        steps += STRIDE
        return 0

    connection.ensure_connection()
    if connection.vendor == "sqlite":
        connection.connection.set_progress_handler(tick, STRIDE)
    with CaptureQueriesContext(connection) as queries:
        work()
        number = len(queries)
    if connection.vendor == "sqlite":
        connection.connection.set_progress_handler(None, 0)
    return number, steps


if __name__ == "__main__":
    start()
    print(json.dumps(count(json.loads(sys.argv[1]))))
