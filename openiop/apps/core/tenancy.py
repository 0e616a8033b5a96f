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
    """
    with scope(organization=organization_id):
        if connection.vendor != "postgresql":
            yield
            return
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('openiop.org', %s, true)", [str(organization_id)])
            yield
