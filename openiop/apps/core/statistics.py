"""What the database knows of its own tables, so that it takes the index that finds few rows."""

from __future__ import annotations

from django.db import connection

ROWS_A_INDEX = 100_000
"""How many rows of each index are looked at. Fewer make an index that finds everything look like one that finds so many."""


def refresh_statistics() -> bool:
    """Let SQLite look at its tables again; tell whether it was needed. PostgreSQL does it by itself.

    Every query names the organisation, and nearly all rows belong to the one there is. Without statistics
    SQLite believes that an index beginning with it finds few rows and walks through the whole table.
    """
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit={ROWS_A_INDEX}")
        cursor.execute("ANALYZE")
    return True
