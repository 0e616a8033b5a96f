"""Taking one of the two walls between organisations away, so that the other has to hold alone (ADR 0004)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.db import connection

from tests.security.world import undone

SETTING = "set_config('openiop.org'"


@contextmanager
def without_scopes() -> Iterator[None]:
    """Let every query of the library's scoped managers through, as if nobody had opened a scope."""
    with mock.patch("django_scopes.manager.get_scope", return_value={"_enabled": False}):
        yield


@contextmanager
def without_row_security() -> Iterator[None]:
    """Let the tables' owner pass by row-level security, as a superuser would (PostgreSQL)."""
    with undone(), connection.cursor() as cursor:
        # Rows of this transaction wait for their checks; no table is altered before those are done.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT relname FROM pg_class WHERE relforcerowsecurity")
        tables = [name for (name,) in cursor.fetchall()]
        assert len(tables) > 20
        for table in tables:
            cursor.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
        yield


@contextmanager
def told(other_id: int, *, instead_of: int) -> Iterator[None]:
    """Tell PostgreSQL another organisation than Python thinks: row-level security is the only wall left."""
    mistaken = {str(instead_of): (str(other_id),)}

    def pin(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]
    ) -> Any:
        if SETTING in sql:
            params = mistaken.get(params[0], params)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(pin):
        yield
