"""The demo's short names of tracks, and the catalogue programs they stand for."""

from __future__ import annotations

PROGRAMS = {
    "sud": "substance-use",
    "dual": "dual",
    "depression": "depression",
    "dbt": "self-harm",
    "ed": "eating",
    "adolescent": "adolescent",
}
PART2 = frozenset({"sud", "dual"})
"""Tracks whose whole record falls under 42 CFR Part 2."""


def program_of(track: str) -> str:
    """Return the catalogue id of a track."""
    return PROGRAMS[track]
