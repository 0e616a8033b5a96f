"""Which organisation the work at hand belongs to, told to Python and to PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django_scopes import scope


@contextmanager
def tenant(organization_id: int) -> Iterator[None]:
    """Limit every query inside to one organisation.

    On PostgreSQL the setting is local to a transaction, the one form that is safe behind a pooler in
    transaction mode, so the block is a transaction there. SQLite has no row-level security and a
    transaction would take the write lock for a mere read, so there it is the Python scope alone.
    One tenant inside another is left as it was found.
    """
    with scope(organization=organization_id):
        if connection.vendor != "postgresql":
            yield
            return
        with _told(str(organization_id)):
            yield


@contextmanager
def before_tenant() -> Iterator[None]:
    """See the tables from which the tenant is found as at the door: every organisation's rows.

    Only memberships are such a table (`RowSecurity(..., before_tenant=True)`); every other table shows
    nothing inside. For questions about one person that no single organisation can answer, such as
    whether they also work elsewhere.
    """
    if connection.vendor != "postgresql" or not connection.in_atomic_block:
        # The setting lives as long as its transaction: where there is none, no tenant is known.
        yield
        return
    with _told(""):
        yield


@contextmanager
def _told(organization: str) -> Iterator[None]:
    nested = connection.in_atomic_block
    # A savepoint takes the setting back with it when the block fails.
    with transaction.atomic():
        before = _answer("SELECT current_setting('openiop.org', true)") if nested else ""
        _answer("SELECT set_config('openiop.org', %s, true)", organization)
        yield
        # A block that is to be taken back takes its setting back too, and may ask nothing more.
        if nested and not connection.needs_rollback:
            _answer("SELECT set_config('openiop.org', %s, true)", before)


def _answer(sql: str, *values: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return str(cursor.fetchone()[0] or "")
