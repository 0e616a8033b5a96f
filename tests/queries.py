"""Counting what a page asks of the database, alike on both engines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

FRAME = re.compile(
    r"BEGIN|COMMIT|(RELEASE )?SAVEPOINT |ROLLBACK TO SAVEPOINT "
    r"|SELECT current_setting\('openiop\.org', true\)$|SELECT set_config\('openiop\.org', "
)
"""Statements about the transaction and the tenant: their number depends on the engine and on whether the
test's own transaction is open around the page, and never on how many rows there are."""


@contextmanager
def questions() -> Iterator[list[str]]:
    """Collect what the block asks for or writes; the list is filled when the block ends."""
    asked: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield asked
    asked += [query["sql"] for query in captured.captured_queries if not FRAME.match(query["sql"])]


@contextmanager
def assert_asks(expected: int) -> Iterator[None]:
    """Check that the block asks for rows, or writes them, exactly this many times; else show each query."""
    with questions() as asked:
        yield
    assert len(asked) == expected, "\n".join([f"{len(asked)} queries, {expected} expected:", *asked])
