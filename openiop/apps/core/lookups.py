"""Conditions that databases find by an index in different ways."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q

LAST = "\U0010ffff"
"""The last character there is: every text that starts with x lies between x and x followed by it."""


def starts_with(column: str, text: str) -> Q:
    """Return the condition that a column starts with the text, letters of either size told apart.

    SQLite takes no index for LIKE, but orders texts byte by byte. PostgreSQL orders them as its locale
    wants, so there it stays LIKE.
    """
    if connection.vendor == "sqlite":
        return Q(**{f"{column}__gte": text, f"{column}__lt": f"{text}{LAST}"})
    return Q(**{f"{column}__startswith": text})
