"""A packet as plain values: for `--json`, and for the row that keeps what was understood.

The keys on top are the counts and key facts that a receiver checks first; `person` and the lists
below hold everything that was read, in the sender's words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from openiop.formats.fhir.clinical import plain
from openiop.formats.fhir.datatypes import Concept, Identifier, Relevance, Value, When
from openiop.formats.fhir.packet import ReferralPacket
from openiop.formats.fhir.reasons import words

# HL7 v2-0203: social security, driver's licence, passport, taxpayer, military, green card, visa.
STATE_NUMBERS = frozenset({"SS", "DL", "PPN", "TAX", "MI", "PRC", "VS", "NI", "CZ", "DFN"})
_SSN = "http://hl7.org/fhir/sid/us-ssn"

_LISTS = (
    "problems",
    "medications",
    "allergies",
    "encounters",
    "procedures",
    "measures",
    "care_plans",
    "goals",
    "coverages",
    "requests",
    "professionals",
    "documents",
)


def facts(packet: ReferralPacket) -> dict[str, Any]:
    """The counts and key facts of a packet."""
    name = packet.person.name
    behavioral = [p.what.text for p in packet.problems if p.judgement.is_behavioral]
    activities = [a for plan in packet.care_plans for a in plan.activities]
    return {
        "bundle_type": packet.bundle_type,
        "entries": packet.entries,
        "types": dict(packet.types),
        "valid_r4_entries": packet.valid,
        "patient": {
            "family": name.family,
            "given": list(name.given),
            "birthDate": packet.person.birth_date.text if packet.person.birth_date else None,
            "gender": packet.person.gender or None,
            "identifiers": len(packet.person.identifiers),
            "deceased": packet.person.deceased,
        },
        "conditions": len(packet.problems),
        "active_conditions": sum(problem.is_active for problem in packet.problems),
        "behavioral_health_conditions": sorted(set(behavioral)),
        "behavioral_health_careplan_activities": sorted(
            {a.what.text for a in activities if a.judgement.is_behavioral}
        ),
        "related_careplan_activities": sorted(
            {a.what.text for a in activities if a.judgement.relevance is Relevance.RELATED}
        ),
    }


def understood(packet: ReferralPacket) -> dict[str, Any]:
    """Everything that was understood and everything that was not, as JSON values."""
    return {
        **facts(packet),
        "sha256": packet.sha256,
        "bytes": packet.size,
        "read": dict(packet.read),
        "person": to_plain(packet.person),
        **{name: to_plain(getattr(packet, name)) for name in _LISTS},
        "not_understood": [{**to_plain(item), "words": words(item)} for item in packet.not_understood],
        "remarks": list(packet.remarks),
    }


def to_plain(value: Any) -> Any:
    """Any value of a packet as JSON values; empty values are left out of objects."""
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((f.name, to_plain(getattr(value, f.name))) for f in fields(value))
        return {name: inner for name, inner in pairs if inner not in ("", [], None, {})}
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    return value


def _identifier(value: Identifier) -> dict[str, Any]:
    """A number of the state stands in the original only: care needs no copy of it."""
    pairs = {f.name: getattr(value, f.name) for f in fields(value)}
    if value.kind in STATE_NUMBERS or value.system == _SSN:
        pairs |= {"value": f"…{value.value[-2:]}", "in_original_only": True}
    return {name: inner for name, inner in pairs.items() if inner}


def _concept(value: Concept) -> dict[str, Any]:
    return {"text": value.text, **({"codes": to_plain(value.codes)} if value.codes else {})}


def _value(value: Value) -> dict[str, str]:
    number = plain(value.number) if value.number is not None else ""
    pairs = {"number": number, "words": value.words, "unit": value.unit}
    return {name: inner for name, inner in pairs.items() if inner}


_WRITERS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (When, lambda value: value.text),
    (Decimal, plain),
    (Enum, lambda value: value.value),
    (Value, _value),
    (Concept, _concept),
    (Identifier, _identifier),
)
