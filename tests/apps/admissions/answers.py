"""Answers to start from, as the criteria file's own examples give them."""

from __future__ import annotations

from typing import Any

from openiop import catalog

BASES = catalog.load("criteria", "open-loc").body["example_bases"]


def answers(base: str = "adult", **other: Any) -> dict[str, Any]:
    """Return a full set of answers (without the age, which the record tells) with others laid over it."""
    return {**{key: value for key, value in BASES[base].items() if key != "age"}, **other}
