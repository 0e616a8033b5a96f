"""The bundle as a whole: its type, its entries, what refers to what, and whom it is about."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from openiop.formats.fhir import elements as e
from openiop.formats.fhir import refusals
from openiop.formats.fhir.document import count_values, kind_of
from openiop.formats.fhir.limits import Limits

ACCEPTED_TYPES = ("transaction", "batch", "collection", "searchset", "document")

# The elements that say whose record an entry is, in any FHIR resource.
_WHOSE = ("subject", "patient", "beneficiary", "for")
# What is filed under a person; such an entry must say whose it is.
_ABOUT_SOMEONE = frozenset(
    [
        "AllergyIntolerance",
        "CarePlan",
        "Condition",
        "Coverage",
        "DocumentReference",
        "Encounter",
        "Goal",
        "MedicationRequest",
        "MedicationStatement",
        "Observation",
        "Procedure",
        "QuestionnaireResponse",
        "RelatedPerson",
        "ServiceRequest",
        "Task",
    ]
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NOT_A_PERSON = ("Group", "Device", "Location", "Medication", "Substance", "Organization", "Practitioner")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a bundle. `place` counts from 0, as the path in the file does."""

    place: int
    full_url: str
    kind: str
    resource: dict[str, Any]

    @property
    def where(self) -> str:
        """Return the path of the resource in the file."""
        return f"entry[{self.place}].resource"

    @property
    def addresses(self) -> tuple[str, ...]:
        """Return every reference that means this entry."""
        own = e.text(self.resource.get("id"))
        found = [self.full_url, f"{self.kind}/{own}" if own else ""]
        if not self.full_url and _UUID.fullmatch(own):
            found.append(f"urn:uuid:{own}")
        return tuple(dict.fromkeys(_plain(address) for address in found if address))


@dataclass(frozen=True, slots=True)
class LeftAside:
    """An entry that is not read at all, and why."""

    place: int
    kind: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The entries that can be read, and those that were left aside on the way."""

    kind: str
    entries: tuple[Entry, ...]
    aside: tuple[LeftAside, ...]
    total: int
    types: tuple[tuple[str, int], ...]
    remarks: tuple[str, ...] = ()
    by_address: dict[str, Entry] = field(default_factory=dict)

    def of(self, *kinds: str) -> list[Entry]:
        """Return the entries of these types, in the order of the file."""
        return [entry for entry in self.entries if entry.kind in kinds]

    def resolve(self, reference: Any) -> Entry | None:
        """Return the entry that a Reference means, or None where the file does not hold it."""
        return self.by_address.get(_plain(e.text(e.obj(reference).get("reference"))))


def open_bundle(tree: dict[str, Any], limits: Limits) -> Bundle:
    """The bundle in a JSON object, or a refusal."""
    kind = _refuse_no_bundle(tree)
    given = tree.get("entry", [])
    if not isinstance(given, list):
        raise refusals.BrokenBundle(where="entry", found=kind_of(given))
    if len(given) > limits.max_entries:
        raise refusals.TooManyEntries(count=f"{len(given):,}", limit=f"{limits.max_entries:,}")
    entries: list[Entry] = []
    aside: list[LeftAside] = []
    for place, item in enumerate(given):
        found = _entry(place, item, limits)
        (entries if isinstance(found, Entry) else aside).append(found)  # type: ignore[arg-type]
    kept, repeated = _without_repeats(entries)
    aside += repeated
    types = Counter(entry.kind for entry in kept)
    types.update(item.kind for item in aside)
    return Bundle(
        kind=kind,
        entries=tuple(kept),
        aside=tuple(sorted(aside, key=lambda item: item.place)),
        total=len(given),
        types=tuple(sorted(types.items())),
        remarks=_remarks(tree, kind, len(given)),
        by_address=_index(kept),
    )


def the_patient(bundle: Bundle) -> Entry:
    """The one Patient of the bundle, or a refusal."""
    patients = bundle.of("Patient")
    if not patients:
        raise refusals.NoPatient
    if len(patients) > 1:
        raise refusals.SeveralPatients(count=len(patients), where=patients[1].where)
    patient = patients[0]
    for other in bundle.entries:
        shared = set(other.addresses) & set(patient.addresses)
        if other is not patient and shared:
            raise refusals.AmbiguousPatient(where=other.where, reference=min(shared)[:120])
    return patient


def whose_record(bundle: Bundle, patient: Entry) -> dict[int, str]:
    """For each entry that cannot be filed under the patient for sure: its place and the reason.

    An entry about another person refuses the whole file: nothing may be filed under the wrong person.
    """
    unclear: dict[int, str] = {}
    others: list[tuple[Entry, str, str]] = []
    for entry in bundle.entries:
        subjects = _subjects(entry)
        if not subjects and entry.kind in _ABOUT_SOMEONE:
            unclear[entry.place] = "no-subject"
        for element, reference in subjects:
            verdict = _is_about(bundle, patient, reference)
            if verdict == "other":
                others.append((entry, element, _named(reference)))
            elif verdict:
                unclear[entry.place] = verdict
    if others:
        entry, element, named = others[0]
        count = len({entry.place for entry, _, _ in others})
        raise refusals.OtherPatient(count=count, where=f"{entry.where}.{element}", reference=named)
    return unclear


def _refuse_no_bundle(tree: dict[str, Any]) -> str:
    kind = tree.get("resourceType")
    if kind != "Bundle":
        named = e.text(kind)[:60]
        found = f"a FHIR {named} alone" if named else "an object without a resourceType"
        raise refusals.NotABundle(found=found)
    bundle_type = e.text(tree.get("type"))
    if bundle_type not in ACCEPTED_TYPES:
        found = f"“{bundle_type[:40]}”" if bundle_type else "missing"
        raise refusals.WrongBundleType(where="type", found=found, accepted=", ".join(ACCEPTED_TYPES))
    return bundle_type


def _entry(place: int, item: Any, limits: Limits) -> Entry | LeftAside:
    if not isinstance(item, dict):
        return LeftAside(place, "(none)", "not-an-object", kind_of(item))
    resource = item.get("resource")
    if not isinstance(resource, dict):
        method = e.text(e.obj(item.get("request")).get("method"))
        return LeftAside(place, "(none)", "no-resource", method[:10])
    kind = e.text(resource.get("resourceType"))[:64]
    if not kind:
        return LeftAside(place, "(none)", "no-type")
    if kind == "Bundle":
        return LeftAside(place, kind, "nested-bundle")
    if count_values(resource, limits.max_entry_values) > limits.max_entry_values:
        return LeftAside(place, kind, "too-large")
    return Entry(place=place, full_url=e.text(item.get("fullUrl")), kind=kind, resource=resource)


def _without_repeats(entries: list[Entry]) -> tuple[list[Entry], list[LeftAside]]:
    """Equal entries count once. Entries that share an id and differ are both left aside, except Patients."""
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        own = e.text(entry.resource.get("id")) or f"(place {entry.place})"
        groups.setdefault((entry.kind, own), []).append(entry)
    kept: list[Entry] = []
    aside: list[LeftAside] = []
    for group in groups.values():
        first, *rest = group
        differing = [entry for entry in rest if entry.resource != first.resource]
        others = {entry.place for entry in differing}
        if differing and first.kind != "Patient":
            aside += [LeftAside(x.place, x.kind, "same-id", e.text(x.resource.get("id"))[:64]) for x in group]
            continue
        kept += [first, *differing]
        aside += [LeftAside(x.place, x.kind, "repeat") for x in rest if x.place not in others]
    return sorted(kept, key=lambda entry: entry.place), aside


def _index(entries: list[Entry]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    ambiguous: set[str] = set()
    for entry in entries:
        for address in entry.addresses:
            if address in found:
                ambiguous.add(address)
            found[address] = entry
    return {address: entry for address, entry in found.items() if address not in ambiguous}


def _remarks(tree: dict[str, Any], kind: str, count: int) -> tuple[str, ...]:
    links = [e.text(link.get("relation")) for link in e.objs(tree.get("link"))]
    total = e.number(tree.get("total"))
    if kind == "searchset" and ("next" in links or (total is not None and total > count)):
        return ("more-pages",)
    return ()


def _subjects(entry: Entry) -> list[tuple[str, Any]]:
    if entry.kind == "Patient":
        return []
    found: list[tuple[str, Any]] = []
    for element in _WHOSE:
        value = entry.resource.get(element)
        references = value if isinstance(value, list) else [value]
        found += [(element, reference) for reference in references if reference is not None]
    return found


def _is_about(bundle: Bundle, patient: Entry, reference: Any) -> str:
    """Nothing when it means the patient; "other" for another person; else why it is unclear."""
    given = e.obj(reference)
    literal = e.text(given.get("reference"))
    if literal:
        return _is_literally_about(bundle, patient, literal, e.text(given.get("type")))
    logical = e.identifier(given.get("identifier"))
    if logical.value:
        return _is_logically_about(patient, logical.system, logical.value)
    return "no-subject"


def _is_literally_about(bundle: Bundle, patient: Entry, literal: str, declared: str) -> str:
    plain = _plain(literal)
    if plain in patient.addresses or any(_same_place(plain, address) for address in patient.addresses):
        return ""
    if literal.startswith("#"):
        return "contained-subject"
    target = bundle.by_address.get(plain)
    kind = target.kind if target else declared or _kind_in(literal)
    if kind in _NOT_A_PERSON:
        return "not-a-person"
    if "?identifier=" in literal:
        system, _, value = literal.partition("?identifier=")[2].partition("|")
        return _is_logically_about(patient, system, value)
    return "other"


def _is_logically_about(patient: Entry, system: str, value: str) -> str:
    known = [e.identifier(item) for item in e.objs(patient.resource.get("identifier"))]
    if any(own.value == value and (own.system == system or not system) for own in known):
        return ""
    return "other"


def _same_place(one: str, other: str) -> bool:
    """Patient/1 and https://server.example/fhir/Patient/1 are the same where only one names a server."""
    short, long = sorted((one, other), key=len)
    return "/" in short and "://" not in short and ":" not in short and long.endswith("/" + short)


def _kind_in(literal: str) -> str:
    parts = _plain(literal.partition("?")[0]).rstrip("/").split("/")
    return parts[-2] if len(parts) > 1 else parts[0] if "?" in literal else ""


def _plain(reference: str) -> str:
    """A reference without its version; addresses of the uuid kind compare without case."""
    bare = reference.partition("/_history/")[0]
    return bare.lower() if bare[:9].lower() == "urn:uuid:" else bare


def _named(reference: Any) -> str:
    given = e.obj(reference)
    logical = e.identifier(given.get("identifier"))
    return (e.text(given.get("reference")) or f"{logical.system}|{logical.value}")[:120]
