"""The shared third-party bundles: what we understand agrees with what two other readers counted."""

from __future__ import annotations

import hashlib
import json
import tarfile
from typing import Any

import pytest

from openiop.formats.fhir import facts, read_referral, understood
from openiop.formats.fhir.datatypes import Relevance
from tests.formats.bundles import file_of
from tests.shared_data import shared

BUNDLES = ("clara-monta", "louis-ullrich", "milan-beatty", "robby-becker", "trey-leffler")
COMPARED = (
    "bundle_type",
    "entries",
    "types",
    "patient",
    "conditions",
    "active_conditions",
    "behavioral_health_conditions",
    "behavioral_health_careplan_activities",
)


def load(name: str) -> bytes:
    return shared("fhir-samples", "fhir", f"synthea-{name}.json").read_bytes()


def expected(name: str) -> dict[str, Any]:
    everything = json.loads(shared("fhir-samples", "expected.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = everything[f"fhir/synthea-{name}.json"]
    return found


@pytest.mark.parametrize("name", BUNDLES)
def test_the_facts_agree_with_the_expected_ones(name: str) -> None:
    known = expected(name)
    found = facts(read_referral(load(name)))
    assert {key: found[key] for key in COMPARED} == {key: known[key] for key in COMPARED}
    assert found["valid_r4_entries"] == known["accepted_by_fhir.resources_8.3.0_R4B"]


@pytest.mark.parametrize("name", BUNDLES)
def test_every_entry_is_either_read_or_named_as_not_understood(name: str) -> None:
    packet = read_referral(load(name))
    read = sum(count for _, count in packet.read)
    left = sum(item.count for item in packet.not_understood if not item.partly)
    assert read + left == packet.entries == expected(name)["entries"]
    assert {item.reason for item in packet.not_understood if not item.partly} == {
        "billing",
        "not-used",
        "results-elsewhere",
    }


@pytest.mark.parametrize("name", BUNDLES)
def test_the_packet_names_the_bytes_it_was_read_from(name: str) -> None:
    data = load(name)
    packet = read_referral(data)
    assert (packet.size, packet.sha256) == (len(data), hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("name", BUNDLES)
def test_the_latest_measure_of_each_code_is_the_one_with_the_latest_date(name: str) -> None:
    latest: dict[str, str] = {}
    for entry in json.loads(load(name))["entry"]:
        resource = entry["resource"]
        if resource["resourceType"] == "Observation":
            code = resource["code"]["coding"][0]["code"]
            latest[code] = max(latest.get(code, ""), resource["effectiveDateTime"])
    found = {m.loinc: m.taken.text for m in read_referral(load(name)).measures if m.taken}
    assert found == latest


def test_what_was_understood_can_be_written_as_json_and_says_where_it_stands() -> None:
    written = json.loads(json.dumps(understood(read_referral(load("milan-beatty")))))
    problem = written["problems"][0]
    assert problem["what"]["text"] == "Major depression disorder"
    assert problem["where"] == "entry[12].resource"
    assert problem["judgement"] == {"relevance": "behavioral", "because": "SNOMED CT 370143000"}
    assert written["person"]["names"] == [
        {"use": "official", "family": "Beatty", "given": ["Milan"], "prefix": "Mr."}
    ]
    assert written["not_understood"][0] == {
        "kind": "Claim",
        "reason": "billing",
        "count": 18,
        "partly": False,
        "places": [f"entry[{n}].resource" for n in (5, 9, 14, 16, 20)],
        "words": "it is a billing record; a referral does not need it",
    }


def test_accents_and_languages_arrive_as_they_were_sent() -> None:
    person = read_referral(load("clara-monta")).person
    assert person.name.family == "Montañez"
    assert [(language.code, language.text) for language in person.languages] == [("es", "Spanish")]
    assert person.reach("phone") == "555-748-4970"


def test_related_activities_are_told_apart_from_behavioral_ones() -> None:
    activities = [a for plan in read_referral(load("trey-leffler")).care_plans for a in plan.activities]
    found = {a.what.text: a.judgement.relevance for a in activities if a.judgement.because}
    assert found == {
        "smoking cessation therapy": Relevance.RELATED,
        "Alcoholism counseling": Relevance.BEHAVIORAL,
    }


@pytest.mark.parametrize("package", ["us_core_610.tgz", "us_core_700.tgz"])
def test_the_published_us_core_examples_are_read_without_a_structural_fault(package: str) -> None:
    by_person: dict[str, list[dict[str, Any]]] = {}
    patients: dict[str, dict[str, Any]] = {}
    with tarfile.open(shared("fhir-definitions", package)) as archive:
        for member in archive.getmembers():
            file = archive.extractfile(member) if "/example/" in member.name else None
            resource = json.load(file) if file and member.name.endswith(".json") else {}
            if resource.get("resourceType") == "Patient":
                patients[resource["id"]] = resource
            elif resource.get("resourceType") not in (None, "Bundle"):
                whose = (
                    resource.get("subject") or resource.get("patient") or resource.get("beneficiary") or {}
                )
                by_person.setdefault(whose.get("reference", ""), []).append(resource)
    faults, read = [], 0
    for identity, patient in patients.items():
        entries = [{"resource": patient}]
        entries += [{"resource": resource} for resource in by_person.get(f"Patient/{identity}", [])]
        packet = read_referral(file_of({"resourceType": "Bundle", "type": "collection", "entry": entries}))
        read += sum(count for _, count in packet.read)
        faults += [item for item in packet.not_understood if item.reason == "not-valid"]
    assert faults == []
    assert read >= 100
    phq = read_referral(
        file_of(
            {
                "resourceType": "Bundle",
                "type": "collection",
                "entry": [
                    {"resource": patients["example"]},
                    *({"resource": r} for r in by_person["Patient/example"]),
                ],
            }
        )
    )
    assert "PHQ-9" in {measure.instrument for measure in phq.measures}
