"""Public ids: random, unguessable, readable aloud."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32 in small letters: no i, l, o, u, so an id survives being read on the phone."""

LENGTH = 16
"""80 random bits: an attacker who tries 1,000 a second for a year has about one chance in 10**13 per row."""


def new_public_id() -> str:
    """Return a fresh public id. Serial keys never leave the database (ADR 0011)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
