"""Observations: the latest result for each code, and how often it was taken."""

from __future__ import annotations

from typing import Any

from openiop.formats.fhir import elements as e
from openiop.formats.fhir.bundle import Entry
from openiop.formats.fhir.datatypes import Concept, Value, When
from openiop.formats.fhir.packet import Measure, Part

# LOINC code of a questionnaire's total (or of its panel) -> the questionnaire. LOINC codes are used
# under the LOINC licence (https://loinc.org/license/); each was checked by its check digit.
INSTRUMENTS = {
    "44261-6": "PHQ-9",
    "44249-1": "PHQ-9",
    "44260-8": "PHQ-9 item 9",
    "55758-7": "PHQ-2",
    "70274-6": "GAD-7",
    "69737-5": "GAD-7",
    "75624-7": "AUDIT",
    "75626-2": "AUDIT-C",
    "82667-7": "DAST-10",
    "101698-9": "PCL-5",
    "93373-9": "C-SSRS",
    "93374-7": "C-SSRS risk level",
}


def latest(entries: list[Entry]) -> tuple[Measure, ...]:
    """The latest measure for each code, newest first; of two at one instant the later in the file."""
    groups: dict[tuple[str, str], list[Measure]] = {}
    for entry in entries:
        found = measure(entry)
        groups.setdefault(_key(found.what), []).append(found)
    chosen = [_latest_of(group) for group in groups.values()]
    return tuple(sorted(chosen, key=lambda m: e.order(m.taken), reverse=True))


def measure(entry: Entry) -> Measure:
    given = entry.resource
    what = e.concept(given.get("code"))
    loinc = what.code_in(*e.LOINC)
    return Measure(
        what=what,
        loinc=loinc,
        value=value_of(given),
        parts=tuple(
            Part(what=e.concept(part.get("code")), value=value_of(part))
            for part in e.objs(given.get("component"))
        ),
        taken=taken(entry),
        status=e.text(given.get("status")),
        instrument=INSTRUMENTS.get(loinc, ""),
        where=entry.where,
    )


def value_of(given: dict[str, Any]) -> Value:
    """Any of FHIR's value[x] as a number with a unit, or as words."""
    for element in ("valueInteger", "valueDecimal"):
        if (number := e.number(given.get(element))) is not None:
            return Value(number=number)
    if "valueQuantity" in given:
        return e.quantity(given["valueQuantity"])
    if "valueCodeableConcept" in given:
        return Value(words=e.concept(given["valueCodeableConcept"]).text)
    if isinstance(given.get("valueBoolean"), bool):
        return Value(words="yes" if given["valueBoolean"] else "no")
    for element in ("valueString", "valueDateTime", "valueTime"):
        if words := e.text(given.get(element)):
            return Value(words=words)
    return _wide_value(given)


def _wide_value(given: dict[str, Any]) -> Value:
    for element, first, second, joint in (
        ("valueRange", "low", "high", " – "),
        ("valueRatio", "numerator", "denominator", " : "),
        ("valuePeriod", "start", "end", " – "),
    ):
        inner = e.obj(given.get(element))
        ends = [_end(inner.get(name)) for name in (first, second)]
        if any(ends):
            return Value(words=joint.join(ends))
    absent = e.concept(given.get("dataAbsentReason")).text
    return Value(words=f"({absent})" if absent else "")


def _end(given: Any) -> str:
    if isinstance(given, str):
        return e.text(given)
    found = e.quantity(given)
    return f"{found.number} {found.unit}".strip() if found.number is not None else ""


def taken(entry: Entry) -> When | None:
    """When an Observation was made."""
    given = entry.resource
    return (
        e.when(given.get("effectiveDateTime"))
        or e.when(given.get("effectiveInstant"))
        or e.end_of(given.get("effectivePeriod"))
        or e.start_of(given.get("effectivePeriod"))
        or e.when(given.get("issued"))
    )


def _key(what: Concept) -> tuple[str, str]:
    loinc = what.code_in(*e.LOINC)
    if loinc:
        return ("loinc", loinc)
    first = what.codes[0] if what.codes else None
    return (first.system, first.code) if first else ("words", what.text)


def _latest_of(group: list[Measure]) -> Measure:
    ordered = sorted(enumerate(group), key=lambda pair: (e.order(pair[1].taken), pair[0]))
    last = ordered[-1][1]
    dated = [m.taken for _, m in ordered if m.taken]
    return Measure(
        what=last.what,
        loinc=last.loinc,
        value=last.value,
        parts=last.parts,
        taken=last.taken,
        status=last.status,
        instrument=last.instrument,
        times=len(group),
        first_taken=dated[0] if dated else None,
        where=last.where,
    )
