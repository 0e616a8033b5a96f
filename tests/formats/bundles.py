"""Small FHIR bundles for tests, about people who do not exist."""

from __future__ import annotations

import json
from typing import Any

Resource = dict[str, Any]
PATIENT = "urn:uuid:0f0e7a3c-58a4-4a53-9d0f-0a6f1d2c3b4e"


def patient(**changes: Any) -> Resource:
    """Return a Patient; None takes an element away."""
    made = {
        "resourceType": "Patient",
        "id": PATIENT.removeprefix("urn:uuid:"),
        "identifier": [{"system": "https://hospital.example/mrn", "value": "MRN-1"}],
        "name": [{"use": "official", "family": "Quillmark-Demo", "given": ["Aurelia", "Mae"]}],
        "telecom": [{"system": "phone", "value": "(415) 555-0142", "use": "mobile"}],
        "gender": "female",
        "birthDate": "1990-02-28",
        **changes,
    }
    return {name: value for name, value in made.items() if value is not None}


def about(kind: str, **elements: Any) -> Resource:
    """Return a resource of this type about the patient."""
    whose = {"AllergyIntolerance": "patient", "RelatedPerson": "patient", "Coverage": "beneficiary"}
    return {"resourceType": kind, whose.get(kind, "subject"): {"reference": PATIENT}, **elements}


def concept(text: str = "", code: str = "", system: str = "http://snomed.info/sct") -> dict[str, Any]:
    """Return a CodeableConcept."""
    made: dict[str, Any] = {"text": text} if text else {}
    if code:
        made["coding"] = [{"system": system, "code": code}]
    return made


def condition(text: str = "Major depression", **elements: Any) -> Resource:
    """Return an active Condition."""
    status = {"coding": [{"code": "active"}]}
    return about("Condition", **{"code": concept(text), "clinicalStatus": status, **elements})


def bundle(*resources: Resource, **changes: Any) -> dict[str, Any]:
    """Return a collection of resources; a Patient gets the address that the others refer to."""
    entries = []
    for resource in resources:
        address = {"fullUrl": PATIENT} if resource.get("resourceType") == "Patient" else {}
        entries.append({**address, "resource": resource})
    made = {"resourceType": "Bundle", "type": "collection", "entry": entries, **changes}
    return {name: value for name, value in made.items() if value is not None}


def file_of(tree: Any) -> bytes:
    """Return the bytes of a JSON file."""
    return json.dumps(tree, ensure_ascii=False).encode()
