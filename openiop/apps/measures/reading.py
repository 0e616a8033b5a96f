"""Rows as what they mean: the instrument they pin, their answers, whom they were given to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from openiop import catalog
from openiop.apps.clients.consent_values import zone_of
from openiop.apps.clients.models import Client
from openiop.apps.core.clock import local
from openiop.apps.measures.models import Measure
from openiop.domain.measures import Instrument, Standing, score
from openiop.domain.measures.model import FlagKind
from openiop.domain.measures.results import result_data
from openiop.domain.measures.scoring import FEMALE, MALE, Asked

SCORER = 1
"""Counted up when the same answers would give another result, so that an old one can be explained."""


class How(StrEnum):
    """How a form is filled in."""

    PORTAL = "portal"
    TOGETHER = "together"
    PAPER = "paper"
    STAFF = "staff"


def instrument_of(row: Measure) -> Instrument:
    """Return the form in the version that the row pins."""
    return catalog.instrument(row.instrument, row.instrument_version)


def offered() -> tuple[Instrument, ...]:
    """Return the forms whose words may be shown; the others wait for a site that brings the words."""
    return tuple(one for one in catalog.instruments() if one.standing in (Standing.SHIP, Standing.OWN))


def today_of(client: Client, at: datetime) -> date:
    """Return the day at the client's site."""
    return local(at, zone_of(client)).date()


def asked_of(client: Client, on: date) -> Asked:
    """Return what of a person decides which bands hold."""
    born, sex = client.birth_date, client.sex if client.sex in (FEMALE, MALE) else ""
    if born is None:
        return Asked(sex=sex)
    return Asked(on.year - born.year - ((on.month, on.day) < (born.month, born.day)), sex)


def scored(instrument: Instrument, answers: list[Any], asked: Asked) -> dict[str, Any]:
    """Return what answers say as plain data, with the version of the scoring."""
    data = result_data(instrument, score(instrument, answers, asked))
    return {**data, "flags": list(data["flags"]), "missing": list(data["missing"]), "scorer": SCORER}


def risks_of(row: Measure) -> tuple[str, ...]:
    """Return the flags of a form for which somebody looks at once; a half-filled one has them too."""
    return risks_in(instrument_of(row), row.result)


def risks_in(instrument: Instrument, result: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys of the risk flags among a result's."""
    raised = result.get("flags", ())
    return tuple(one.key for one in instrument.flags if one.kind is FlagKind.RISK and one.key in raised)
