"""A result as plain data: what the command prints, what a row keeps, what an example states."""

from __future__ import annotations

from typing import Any

from openiop.domain.measures.model import Instrument
from openiop.domain.measures.scoring import Figure, Result


def result_data(instrument: Instrument, result: Result) -> dict[str, Any]:
    """The result with its keys, in the order people read it."""
    total: Figure = None
    severity: str | None = result.level
    subscales: dict[str, Figure] = {}
    bands: dict[str, str] = {}
    prorated = False
    for one, value, band, made_up in zip(
        instrument.scores, result.values, result.bands, result.prorated, strict=True
    ):
        prorated = prorated or made_up
        if one.key == "total":
            total = value
            severity = band.key if band is not None else severity
            continue
        subscales[one.key] = value
        if band is not None:
            bands[one.key] = band.key
    return {
        "total": total,
        "severity": severity,
        "subscales": subscales,
        "bands": bands,
        "flags": result.flags,
        "complete": not result.missing,
        "answered": result.answered,
        "asked": result.asked,
        "missing": result.missing,
        "prorated": prorated,
    }
