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
        nested = connection.in_atomic_block
        with transaction.atomic():
            before = _told("SELECT current_setting('openiop.org', true)") if nested else ""
            _told("SELECT set_config('openiop.org', %s, true)", str(organization_id))
            yield
            if nested:
                _told("SELECT set_config('openiop.org', %s, true)", before)


def _told(sql: str, *values: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return str(cursor.fetchone()[0] or "")
