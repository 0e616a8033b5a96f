"""Answers to start from, and short ways to weigh them."""

from __future__ import annotations

from datetime import date
from typing import Any

from openiop import catalog
from openiop.domain.levelofcare import Determination, determine, read_inputs, to_data

CRITERIA = catalog.criteria("open-loc")
BASES = catalog.load("criteria", "open-loc").body["example_bases"]
ON = date(2026, 11, 23)


def weighed(
    base: str = "adult", *, external: Any = (), forget: tuple[str, ...] = (), **answers: Any
) -> Determination:
    """The determination for a base of the criteria file with other answers laid over it."""
    findings = {key: value for key, value in {**BASES[base], **answers}.items() if key not in forget}
    context = {"on": ON.isoformat(), "external_results": list(external)}
    inputs = read_inputs(CRITERIA, {"findings": findings, "context": context}, today=ON)
    return determine(CRITERIA, inputs.values, on=inputs.on)


def data_of(determination: Determination, language: str = "en") -> dict[str, Any]:
    """The determination as plain data."""
    return to_data(determination, CRITERIA, language)
