"""From the bytes of a FHIR R4 bundle to a ReferralPacket, or to a named refusal.

The order matters: first what refuses the whole file (size, syntax, version, people), then what is
read entry by entry. The bytes are never changed; their SHA-256 goes into the packet.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from openiop.formats.fhir import clinical, measures, plans, plausible
from openiop.formats.fhir import elements as e
from openiop.formats.fhir.bundle import Bundle, Entry, open_bundle, the_patient, whose_record
from openiop.formats.fhir.document import load_object, walk
from openiop.formats.fhir.limits import Limits
from openiop.formats.fhir.packet import NotUnderstood, Person, ReferralPacket
from openiop.formats.fhir.person import read_person, unread_parts
from openiop.formats.fhir.structure import fault_in, model_of
from openiop.formats.fhir.versions import refuse_other_versions

Reader = Callable[[Bundle, Entry], Any]

# Resource type -> field of the packet and the function that reads one entry.
_READERS: dict[str, tuple[str, Reader]] = {
    "Condition": ("problems", clinical.problem),
    "MedicationRequest": ("medications", clinical.medication),
    "MedicationStatement": ("medications", clinical.medication),
    "AllergyIntolerance": ("allergies", clinical.allergy),
    "Encounter": ("encounters", clinical.encounter),
    "Procedure": ("procedures", clinical.procedure),
    "CarePlan": ("care_plans", plans.care_plan),
    "Goal": ("goals", plans.goal),
    "Coverage": ("coverages", plans.coverage),
    "ServiceRequest": ("requests", plans.request),
    "Task": ("requests", plans.request),
    "Organization": ("professionals", plans.professional),
    "Practitioner": ("professionals", plans.professional),
    "PractitionerRole": ("professionals", plans.professional),
    "DocumentReference": ("documents", plans.document),
    "Composition": ("documents", plans.document),
    "QuestionnaireResponse": ("documents", plans.document),
}
# Read through others: a Medication by the order that names it, a RelatedPerson beside the Patient.
_READ_BESIDE = frozenset({"Patient", "RelatedPerson", "Observation", "Medication"})

_BILLING = frozenset(
    [
        "Account",
        "ChargeItem",
        "Claim",
        "ClaimResponse",
        "CoverageEligibilityRequest",
        "CoverageEligibilityResponse",
        "EnrollmentRequest",
        "ExplanationOfBenefit",
        "Invoice",
        "PaymentNotice",
        "PaymentReconciliation",
    ]
)
_PLACES_SHOWN = 5
_KIND_OF = {name: kind for kind, (name, _reader) in reversed(_READERS.items())}
"""How a list's entries are called where one of them is named."""


@dataclass(slots=True)
class _Ledger:
    """What was left aside so far, and the entries that were read."""

    aside: dict[tuple[str, str, str, bool], list[str]] = field(default_factory=dict)
    read: Counter[str] = field(default_factory=Counter)
    valid: int = 0

    def leave(self, kind: str, reason: str, where: str, *, detail: str = "", partly: bool = False) -> None:
        self.aside.setdefault((kind, reason, detail, partly), []).append(where)

    def rows(self) -> tuple[NotUnderstood, ...]:
        rows = [
            NotUnderstood(
                kind=kind,
                reason=reason,
                count=len(places),
                detail=detail,
                partly=partly,
                places=tuple(places[:_PLACES_SHOWN]),
            )
            for (kind, reason, detail, partly), places in self.aside.items()
        ]
        return tuple(sorted(rows, key=lambda row: (row.partly, -row.count, row.kind, row.reason, row.detail)))


def read_referral(data: bytes, *, limits: Limits | None = None, on: date | None = None) -> ReferralPacket:
    """Read a referral; raise a `refusals.ReferralRefused` where the file cannot be one.

    `on` is the day of reading: dates in its future are not taken over. None judges none by today.
    """
    tree = load_object(data, limits or Limits())
    bundle = open_bundle(tree, limits or Limits())
    refuse_other_versions(tree, bundle)
    patient = the_patient(bundle)
    unclear = whose_record(bundle, patient)
    ledger = _Ledger()
    for item in bundle.aside:
        ledger.leave(item.kind, item.reason, f"entry[{item.place}]", detail=item.detail)
    items: dict[str, list[Any]] = {name: [] for name, _ in _READERS.values()}
    good = list(_readable(bundle, unclear, ledger))
    for entry in good:
        _read(bundle, entry, items, ledger)
    person = _person(patient, good, ledger, on)
    items = _settled(items, person, ledger, on)
    observed = _observations(good, person, ledger, on)
    return ReferralPacket(
        bundle_type=bundle.kind,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        entries=bundle.total,
        types=bundle.types,
        read=tuple(sorted(ledger.read.items())),
        valid=ledger.valid,
        person=person,
        measures=measures.latest(observed),
        not_understood=ledger.rows(),
        remarks=bundle.remarks + _remarks(person),
        **{name: tuple(found) for name, found in items.items()},
    )


def _readable(bundle: Bundle, unclear: dict[int, str], ledger: _Ledger) -> Iterator[Entry]:
    """The entries that may be read; the others go to the ledger with their reason."""
    for entry in bundle.entries:
        known = model_of(entry.kind) is not None
        fault = fault_in(entry.resource, entry.kind) if known else ""
        ledger.valid += known and not fault
        reason = unclear.get(entry.place) or _why_not(entry, known=known)
        if reason:
            ledger.leave(entry.kind, reason, entry.where)
            continue
        if fault:
            ledger.leave(entry.kind, "not-valid", entry.where, detail=fault, partly=True)
        yield entry


def _why_not(entry: Entry, *, known: bool) -> str:
    if entry.kind in _BILLING:
        return "billing"
    if entry.kind == "DiagnosticReport":
        return "results-elsewhere"
    if entry.kind not in _READERS and entry.kind not in _READ_BESIDE:
        return "not-used" if known else "unknown-type"
    verification = e.code_of(entry.resource.get("verificationStatus"))
    status = e.text(entry.resource.get("status"))
    if "entered-in-error" in (verification, status):
        return "in-error"
    return "cancelled" if status == "cancelled" else ""


def _read(bundle: Bundle, entry: Entry, items: dict[str, list[Any]], ledger: _Ledger) -> None:
    """Read one entry into its list; an item that names nothing goes to the ledger instead."""
    if entry.kind in _READ_BESIDE:
        if entry.kind == "Observation" and not e.concept(entry.resource.get("code")).text:
            ledger.leave(entry.kind, "says-nothing", entry.where)
        else:
            ledger.read[entry.kind] += 1
        return
    name, reader = _READERS[entry.kind]
    item = reader(bundle, entry)
    if not _names_something(item):
        ledger.leave(entry.kind, "says-nothing", entry.where)
        return
    items[name].append(item)
    ledger.read[entry.kind] += 1
    for element in _dangling(bundle, entry):
        ledger.leave(entry.kind, "dangling", entry.where, detail=element, partly=True)


def _names_something(item: Any) -> bool:
    what = getattr(item, "what", None)
    if what is not None:
        return bool(what.text or getattr(item, "reason", "") or getattr(item, "note", ""))
    own = (getattr(item, name, "") for name in ("title", "text", "name", "payer", "member_id", "plan"))
    return any(own) or bool(getattr(item, "activities", ()))


def _dangling(bundle: Bundle, entry: Entry) -> list[str]:
    """The elements of an entry that point into the file, to something that the file does not hold."""
    inside = {f"#{c.get('id')}" for c in e.objs(entry.resource.get("contained"))}
    found: dict[str, None] = {}
    for path, value in walk(entry.resource):
        if not path or path[-1] != "reference" or not isinstance(value, str):
            continue
        missing_inside = value.startswith("#") and value != "#" and value not in inside
        missing_entry = value[:9].lower() == "urn:uuid:" and bundle.resolve({"reference": value}) is None
        if missing_inside or missing_entry:
            found[e.text(path[0])] = None
    return list(found)


def _person(patient: Entry, good: list[Entry], ledger: _Ledger, on: date | None) -> Person:
    parts = unread_parts(patient.resource)
    if parts:
        ledger.leave("Patient", "parts-not-read", patient.where, detail=", ".join(parts)[:300], partly=True)
    read = read_person(patient.resource, [x.resource for x in good if x.kind == "RelatedPerson"])
    person, faults = plausible.settle_person(read, on)
    for fault in faults:
        ledger.leave("Patient", fault.reason, patient.where, detail=fault.detail, partly=True)
    return person


def _settled(
    items: dict[str, list[Any]], person: Person, ledger: _Ledger, on: date | None
) -> dict[str, list[Any]]:
    """The items without dates that cannot be; each goes to the ledger with its place."""
    settled = {}
    for name, found in items.items():
        settled[name], faults = plausible.settle_items(name, found, person.birth_date, on)
        for item, fault in faults:
            ledger.leave(_KIND_OF[name], fault.reason, item.where, detail=fault.detail, partly=True)
    return settled


def _observations(good: list[Entry], person: Person, ledger: _Ledger, on: date | None) -> list[Entry]:
    """The Observations whose day can be: another one would pass for the latest of its kind."""
    kept = []
    for entry in (entry for entry in good if entry.kind == "Observation"):
        fault = plausible.fault_of(measures.taken(entry), person.birth_date, on)
        if fault is None:
            kept.append(entry)
        elif e.concept(entry.resource.get("code")).text:
            ledger.read["Observation"] -= 1
            ledger.leave("Observation", fault.reason, entry.where, detail=fault.detail)
    return kept


def _remarks(person: Person) -> tuple[str, ...]:
    missing_name = () if person.name.shown else ("no-name",)
    return missing_name + (() if person.birth_date else ("no-birth-date",))
