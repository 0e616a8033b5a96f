"""Is this FHIR R4? Nothing in a bundle must say so, so what it does say is weighed.

Said outright: a fhirVersion, a profile address with a version, a resource type that R4 does not have.
By shape: elements that look so in some versions only. One odd entry does not make a bundle another
version: each shape is a vote, and R4 wins a tie.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from openiop.formats.fhir import elements as e
from openiop.formats.fhir import refusals
from openiop.formats.fhir.bundle import Bundle, Entry

R4 = "R4"
_VERSIONS = (("1.0", "DSTU2"), ("0.", "DSTU1"), ("3.0", "STU3"), ("3.", "STU3"), ("4.0", R4), ("4.3", R4))
_LATER = (("4.", "R5"), ("5.", "R5"), ("6.", "R6"))

_TYPES = {
    "DSTU2": frozenset(
        [
            "MedicationOrder",
            "DiagnosticOrder",
            "Conformance",
            "BodySite",
            "DeviceUseRequest",
            "NutritionOrderDetail",
            "Order",
        ]
    ),
    "STU3": frozenset(
        [
            "ProcedureRequest",
            "ReferralRequest",
            "DataElement",
            "Sequence",
            "EligibilityRequest",
            "DeviceComponent",
            "ExpansionProfile",
            "ServiceDefinition",
            "ImagingManifest",
        ]
    ),
    "R5": frozenset(
        [
            "MedicationUsage",
            "ActorDefinition",
            "Transport",
            "InventoryReport",
            "InventoryItem",
            "GenomicStudy",
            "FormularyItem",
            "EncounterHistory",
            "DeviceUsage",
            "DeviceAssociation",
            "DeviceDispense",
            "BiologicallyDerivedProductDispense",
            "ImagingSelection",
            "NutritionIntake",
            "Permission",
            "RequestOrchestration",
            "Requirements",
            "TestPlan",
            "ArtifactAssessment",
            "ConditionDefinition",
            "SubscriptionStatusNotice",
        ]
    ),
}

Shape = Callable[[Any], bool]


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _is_there(value: Any) -> bool:
    return value is not None


def _is_reference_or_concept(value: Any) -> bool:
    """A CodeableReference, which R5 brought."""
    found = e.objs(value)
    return bool(found) and ("concept" in found[0] or isinstance(found[0].get("reference"), dict))


# type, element, test, the versions in which that shape is right. Each match is a vote for each of them.
_SHAPES: tuple[tuple[str, str, Shape, tuple[str, ...]], ...] = (
    ("Encounter", "class", _is_object, ("STU3", R4)),
    ("Encounter", "class", _is_list, ("R5",)),
    ("Encounter", "class", _is_text, ("DSTU2",)),
    ("Encounter", "actualPeriod", _is_there, ("R5",)),
    ("Encounter", "subjectStatus", _is_there, ("R5",)),
    ("Encounter", "reasonCode", _is_there, (R4,)),
    ("MedicationRequest", "medicationCodeableConcept", _is_there, ("STU3", R4)),
    ("MedicationRequest", "medicationReference", _is_there, ("STU3", R4)),
    ("MedicationRequest", "medication", _is_reference_or_concept, ("R5",)),
    ("MedicationRequest", "reason", _is_reference_or_concept, ("R5",)),
    ("MedicationStatement", "medicationCodeableConcept", _is_there, ("DSTU2", "STU3", R4)),
    ("MedicationStatement", "medication", _is_reference_or_concept, ("R5",)),
    ("Condition", "clinicalStatus", _is_object, (R4, "R5")),
    ("Condition", "clinicalStatus", _is_text, ("DSTU2", "STU3")),
    ("Condition", "participant", _is_there, ("R5",)),
    ("Condition", "patient", _is_there, ("DSTU2",)),
    ("Condition", "assertedDate", _is_there, ("STU3",)),
    ("AllergyIntolerance", "clinicalStatus", _is_object, (R4, "R5")),
    ("AllergyIntolerance", "clinicalStatus", _is_text, ("STU3",)),
    ("AllergyIntolerance", "participant", _is_there, ("R5",)),
    ("AllergyIntolerance", "substance", _is_there, ("DSTU2",)),
    ("Procedure", "performedDateTime", _is_there, ("DSTU2", "STU3", R4)),
    ("Procedure", "performedPeriod", _is_there, ("DSTU2", "STU3", R4)),
    ("Procedure", "occurrenceDateTime", _is_there, ("R5",)),
    ("Procedure", "occurrencePeriod", _is_there, ("R5",)),
    ("Procedure", "notDone", _is_there, ("STU3",)),
    ("Observation", "related", _is_there, ("DSTU2", "STU3")),
    ("Observation", "comments", _is_there, ("DSTU2",)),
    ("Observation", "comment", _is_there, ("STU3",)),
    ("Observation", "triggeredBy", _is_there, ("R5",)),
    ("Goal", "lifecycleStatus", _is_there, (R4, "R5")),
    ("Goal", "status", _is_text, ("DSTU2", "STU3")),
    ("Coverage", "insurer", _is_there, ("R5",)),
    ("Coverage", "kind", _is_text, ("R5",)),
    ("Coverage", "payor", _is_there, ("STU3", R4)),
    ("Patient", "animal", _is_there, ("DSTU2", "STU3")),
    ("Patient", "careProvider", _is_there, ("DSTU2",)),
)
_PROFILE_VERSION = re.compile(r"^http://hl7\.org/fhir/(?:StructureDefinition/[^|]*\|)?(\d\.\d)")


def refuse_other_versions(tree: dict[str, Any], bundle: Bundle) -> None:
    """Raise WrongFhirVersion where the bundle is of another version than R4 (4.0.1) or R4B (4.3.0)."""
    _refuse_said(tree, where="")
    for entry in bundle.entries:
        _refuse_said(entry.resource, where=f"{entry.where}.")
        for version, kinds in _TYPES.items():
            if entry.kind in kinds:
                evidence = f"{entry.kind} is a type of {version} only"
                raise refusals.WrongFhirVersion(version=version, evidence=evidence, where=entry.where)
    _refuse_shapes(bundle)


def _refuse_said(resource: dict[str, Any], *, where: str) -> None:
    meta = e.obj(resource.get("meta"))
    said = [("fhirVersion", e.text(resource.get("fhirVersion")))]
    said.append(("meta.fhirVersion", e.text(meta.get("fhirVersion"))))
    for place, profile in enumerate(e.texts(meta.get("profile"))):
        match = _PROFILE_VERSION.match(profile)
        said.append((f"meta.profile[{place}]", match.group(1) if match else ""))
    for element, value in said:
        version = _version(value)
        if version not in ("", R4):
            evidence = f"it says version {value[:20]}"
            raise refusals.WrongFhirVersion(version=version, evidence=evidence, where=f"{where}{element}")


def _version(number: str) -> str:
    if not number:
        return ""
    return next(
        (name for start, name in (*_VERSIONS, *_LATER) if number.startswith(start)), f"version {number[:20]}"
    )


def _refuse_shapes(bundle: Bundle) -> None:
    votes: Counter[str] = Counter()
    first: dict[str, tuple[str, str]] = {}
    for entry in bundle.entries:
        for versions, element in _shapes_of(entry):
            votes.update(versions)
            for version in versions if R4 not in versions else ():
                first.setdefault(version, (entry.kind, f"{entry.where}.{element}"))
    version = max(votes, key=lambda name: (votes[name], name == R4), default=R4)
    if version == R4 or version not in first:
        return
    kind, where = first[version]
    evidence = f"{kind} has the shape that it has in {version}"
    raise refusals.WrongFhirVersion(version=version, evidence=evidence, where=where)


def _shapes_of(entry: Entry) -> list[tuple[tuple[str, ...], str]]:
    found = [
        (versions, element)
        for kind, element, test, versions in _SHAPES
        if kind == entry.kind and element in entry.resource and test(entry.resource[element])
    ]
    if entry.kind == "Patient" and any(_is_list(n.get("family")) for n in e.objs(entry.resource.get("name"))):
        found.append((("DSTU2",), "name"))
    return found
