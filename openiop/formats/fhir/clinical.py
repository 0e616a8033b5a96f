"""Problems, medications, allergies, encounters and procedures, as values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from openiop.formats.fhir import elements as e
from openiop.formats.fhir.bundle import Bundle, Entry
from openiop.formats.fhir.datatypes import Concept, When
from openiop.formats.fhir.packet import Allergy, Encounter, Medication, Problem, Procedure
from openiop.formats.fhir.relevance import judge


def problem(bundle: Bundle, entry: Entry) -> Problem:
    given = entry.resource
    what = e.concept(given.get("code"))
    return Problem(
        what=what,
        clinical_status=e.code_of(given.get("clinicalStatus")),
        verification_status=e.code_of(given.get("verificationStatus")),
        category=e.words_of(given.get("category")),
        onset=e.when(given.get("onsetDateTime")) or e.start_of(given.get("onsetPeriod")),
        onset_text=_onset_words(given),
        abatement=e.when(given.get("abatementDateTime")) or e.end_of(given.get("abatementPeriod")),
        recorded=e.when(given.get("recordedDate")),
        judgement=judge(what),
        where=entry.where,
    )


def medication(bundle: Bundle, entry: Entry) -> Medication:
    """A MedicationRequest (an order) or a MedicationStatement (what the person says to take)."""
    given = entry.resource
    is_order = entry.kind == "MedicationRequest"
    dosages = e.objs(given.get("dosageInstruction" if is_order else "dosage"))
    dates = [e.when(given.get("authoredOn"))] if is_order else _effective(given)
    dispense = e.obj(given.get("dispenseRequest"))
    return Medication(
        what=_medicine(bundle, given),
        status=e.text(given.get("status")),
        kind="order" if is_order else "statement",
        since=next((day for day in dates if day), None),
        until=e.end_of(dispense.get("validityPeriod") if is_order else given.get("effectivePeriod")),
        dosage="; ".join(words for words in map(_dosage, dosages) if words),
        reason=e.words_of(given.get("reasonCode")),
        prescriber=named(bundle, given.get("requester" if is_order else "informationSource")),
        where=entry.where,
    )


def allergy(bundle: Bundle, entry: Entry) -> Allergy:
    given = entry.resource
    reactions = e.objs(given.get("reaction"))
    manifestations = [m for r in reactions for m in e.objs(r.get("manifestation"))]
    return Allergy(
        what=e.concept(given.get("code")),
        clinical_status=e.code_of(given.get("clinicalStatus")),
        verification_status=e.code_of(given.get("verificationStatus")),
        categories=e.texts(given.get("category")),
        criticality=e.text(given.get("criticality")),
        reactions=tuple(dict.fromkeys(w for m in manifestations if (w := e.concept(m).text))),
        recorded=e.when(given.get("recordedDate")) or e.when(given.get("onsetDateTime")),
        where=entry.where,
    )


def encounter(bundle: Bundle, entry: Entry) -> Encounter:
    given = entry.resource
    kinds = [e.concept(item) for item in e.objs(given.get("type"))]
    reasons = [e.concept(item) for item in e.objs(given.get("reasonCode"))]
    setting = e.obj(given.get("class"))
    what = next((kind for kind in kinds if kind.text), e.concept(setting))
    return Encounter(
        what=what,
        setting=e.text(setting.get("code")),
        status=e.text(given.get("status")),
        start=e.start_of(given.get("period")),
        end=e.end_of(given.get("period")),
        reason=", ".join(reason.text for reason in reasons if reason.text),
        place=named(bundle, given.get("serviceProvider")),
        disposition=e.concept(e.obj(given.get("hospitalization")).get("dischargeDisposition")).text,
        judgement=judge(*kinds, *reasons),
        where=entry.where,
    )


def procedure(bundle: Bundle, entry: Entry) -> Procedure:
    given = entry.resource
    what = e.concept(given.get("code"))
    return Procedure(
        what=what,
        status=e.text(given.get("status")),
        performed=e.when(given.get("performedDateTime")) or e.start_of(given.get("performedPeriod")),
        judgement=judge(what),
        where=entry.where,
    )


def named(bundle: Bundle, reference: Any) -> str:
    """Who or what a reference means, in words: its display, else the name in the entry it points to."""
    display = e.text(e.obj(reference).get("display"))
    target = bundle.resolve(reference)
    if display or target is None:
        return display
    names = target.resource.get("name")
    if isinstance(names, str):
        return e.text(names)
    return next((name.shown for name in map(e.name, e.objs(names)) if name.shown), "")


def _medicine(bundle: Bundle, given: dict[str, Any]) -> Concept:
    """The medicine itself: in the order, in a Medication entry, or inside the order (contained)."""
    own = e.concept(given.get("medicationCodeableConcept"))
    if own.text:
        return own
    reference = e.obj(given.get("medicationReference"))
    literal = e.text(reference.get("reference"))
    if literal.startswith("#"):
        inner = next((c for c in e.objs(given.get("contained")) if c.get("id") == literal[1:]), {})
        found = e.concept(inner.get("code"))
    else:
        target = bundle.resolve(reference)
        found = e.concept(target.resource.get("code")) if target else Concept()
    return found if found.text else Concept(text=e.text(reference.get("display")))


def _effective(given: dict[str, Any]) -> list[When | None]:
    return [
        e.when(given.get("effectiveDateTime")),
        e.start_of(given.get("effectivePeriod")),
        e.when(given.get("dateAsserted")),
    ]


def _onset_words(given: dict[str, Any]) -> str:
    age = e.quantity(given.get("onsetAge"))
    if age.number is not None:
        return f"{plain(age.number)} {age.unit}".strip()
    return e.text(given.get("onsetString"))


_PERIODS = {
    "s": "second",
    "min": "minute",
    "h": "hour",
    "d": "day",
    "wk": "week",
    "mo": "month",
    "a": "year",
}


def _dosage(given: dict[str, Any]) -> str:
    """The sender's own words, else dose and rhythm put together."""
    said = e.text(given.get("text")) or e.text(given.get("patientInstruction"))
    if said:
        return said
    dose = e.quantity(next((d.get("doseQuantity") for d in e.objs(given.get("doseAndRate"))), None))
    repeat = e.obj(e.obj(given.get("timing")).get("repeat"))
    times, period = e.number(repeat.get("frequency")), e.number(repeat.get("period"))
    parts = [f"{plain(dose.number)} {dose.unit}".strip()] if dose.number is not None else []
    if times is not None and period is not None:
        unit = _PERIODS.get(e.text(repeat.get("periodUnit")), "")
        rhythm = f"a {unit}" if period == 1 else f"every {plain(period)} {unit}s"
        parts.append(f"{plain(times)} × {rhythm}")
    if given.get("asNeededBoolean") is True:
        parts.append("as needed")
    return ", ".join(parts)


def plain(number: Decimal) -> str:
    """A number as people write it: no exponent, no zeros that say nothing."""
    shown = format(number, "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
