"""Each file that cannot be a referral is refused by name, with what is wrong, where, and how to mend it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openiop.domain.errors import InvalidInput
from openiop.formats.fhir import Limits, ReferralRefused, read_referral, refusals
from tests.formats.bundles import PATIENT, about, bundle, condition, file_of, patient

GOOD = file_of(bundle(patient(), condition()))


def refused(data: bytes, limits: Limits | None = None) -> ReferralRefused:
    with pytest.raises(ReferralRefused) as raised:
        read_referral(data, limits=limits)
    assert isinstance(raised.value, InvalidInput)
    assert raised.value.field == "file"
    assert "%(" not in raised.value.message
    return raised.value


def test_the_good_file_that_the_others_differ_from_is_read() -> None:
    assert read_referral(GOOD).person.name.shown == "Aurelia Mae Quillmark-Demo"


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "file-empty", "empty"),
        (b" \n\t ", "file-empty", "empty"),
        (b"hello", "not-json", "expecting value"),
        (GOOD[:-7], "not-json", "ends too early"),
        (GOOD.replace(b'"type"', b'type"'), "not-json", "line 1, column"),
        (GOOD + b"]", "not-json", "extra data"),
        (b"[1, 2]", "not-an-object", "holds a list"),
        (b'"Bundle"', "not-an-object", "holds a text"),
        (b"null", "not-an-object", "holds null"),
        (b"12", "not-an-object", "holds a number"),
        (b"true", "not-an-object", "holds true or false"),
        (b"{}", "not-a-bundle", "without a resourceType"),
        (file_of(patient()), "not-a-bundle", "a FHIR Patient alone"),
        (b'<Bundle xmlns="http://hl7.org/fhir"/>', "other-format", "FHIR in XML"),
        (b'<?xml version="1.0"?><ClinicalDocument/>', "other-format", "C-CDA"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><x/>", "other-format", "XML or HTML"),
        (b"<!doctype HTML><p>", "other-format", "a web page"),
        (b"PK\x03\x04....", "other-format", "a ZIP archive"),
        (b"%PDF-1.7", "other-format", "a PDF"),
        (b"MSH|^~\\&|", "other-format", "HL7 version 2"),
        (b"ISA*00*", "other-format", "X12"),
        (b'{"resourceType":"Patient"}\n{"resourceType":"Condition"}\n', "other-format", "NDJSON"),
        ("{}".encode("utf-16"), "not-utf8", "UTF-16"),
        ("{}".encode("utf-32"), "not-utf8", "UTF-32"),
        ('{"resourceType": 1}'.encode("utf-16-le"), "not-utf8", "UTF-16"),
        ('{"a": "ñ"}'.encode("latin-1"), "not-utf8", "at byte 7"),
        (b'{"a": "\x00"}', "nul-bytes", "at byte 7"),
        (b'{"a": NaN}', "not-a-number", "NaN where a number must be, at a"),
        (b'{"a": [1, -Infinity]}', "not-a-number", "at a[1]"),
        (b'{"a": 1e999999999}', "not-a-number", "at a"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not-a-number", "too many digits"),
        (b'{"a": {"b": 1, "b": 2}}', "duplicate-key", "“b” stands twice in the same object, at a.b"),
        (b"[" * 3000 + b"]" * 3000, "too-deep", "64 levels"),
        (b'{"a":' * 70 + b"1" + b"}" * 70, "too-deep", "a.a.a"),
        (file_of(bundle(patient(), type="history")), "wrong-bundle-type", "“history”"),
        (file_of(bundle(patient(), type="message")), "wrong-bundle-type", "transaction, batch, collection"),
        (file_of(bundle(patient(), type=None)), "wrong-bundle-type", "missing"),
        (file_of({"resourceType": "Bundle", "type": "batch", "entry": {}}), "broken-bundle", "an object"),
        (file_of(bundle()), "no-patient", "no Patient"),
        (file_of({"resourceType": "Bundle", "type": "batch"}), "no-patient", "no Patient"),
        (file_of(bundle(condition())), "no-patient", "no Patient"),
        (file_of(bundle(patient(), patient(id="two"))), "several-patients", "2 different Patient entries"),
        (file_of(bundle(patient(), patient(gender="male"))), "several-patients", "entry[1].resource"),
    ],
)
def test_a_file_that_is_no_referral_is_refused_by_name(data: bytes, code: str, words: str) -> None:
    error = refused(data)
    assert error.code == code
    assert words in error.message


def test_limits_are_arguments_and_name_their_figures() -> None:
    assert refused(GOOD, Limits(max_bytes=100)).message.startswith(
        f"This file has {len(GOOD)} bytes; the limit is 100."
    )
    assert refused(GOOD, Limits(max_entries=1)).code == "too-many-entries"
    assert refused(GOOD, Limits(max_values=5)).code == "too-many-values"
    assert refused(GOOD, Limits(max_depth=3)).code == "too-deep"


def test_a_file_of_twenty_five_megabytes_of_nothing_is_refused_before_it_is_built() -> None:
    assert refused(b"[" + b"[]," * 6_000_000 + b"[]]").code == "too-many-values"
    assert refused(b" " * 25_000_000 + GOOD).code == "file-too-large"


@pytest.mark.parametrize(
    ("reference", "shown"),
    [
        ({"reference": "urn:uuid:11111111-1111-1111-1111-111111111111"}, "urn:uuid:11111111"),
        ({"reference": "Patient/somebody-else"}, "Patient/somebody-else"),
        ({"reference": "https://other.example/fhir/Patient/9"}, "https://other.example/fhir/Patient/9"),
        ({"reference": "Patient?identifier=https://hospital.example/mrn|MRN-2"}, "MRN-2"),
        ({"identifier": {"system": "https://hospital.example/mrn", "value": "MRN-2"}}, "MRN-2"),
    ],
)
def test_one_entry_about_someone_else_refuses_the_whole_file(reference: dict[str, Any], shown: str) -> None:
    error = refused(file_of(bundle(patient(), condition(), condition(subject=reference))))
    assert error.code == "other-patient"
    assert "1 of this bundle's entries are about someone other" in error.message
    assert "entry[2].resource.subject" in error.message
    assert shown in error.message


@pytest.mark.parametrize(
    ("full_url", "reference"),
    [
        (PATIENT, {"reference": PATIENT.upper().replace("URN:UUID", "urn:uuid")}),
        ("https://one.example/fhir/Patient/1", {"reference": "Patient/1"}),
        (
            "https://one.example/fhir/Patient/1",
            {"reference": "https://one.example/fhir/Patient/1/_history/3"},
        ),
        (None, {"reference": "Patient/1"}),
        (None, {"reference": "https://one.example/fhir/Patient/1"}),
        (None, {"identifier": {"system": "https://hospital.example/mrn", "value": "MRN-1"}}),
        (None, {"reference": "Patient?identifier=https://hospital.example/mrn|MRN-1"}),
    ],
)
def test_every_usual_way_to_mean_the_patient_is_understood(full_url: str | None, reference: Any) -> None:
    tree = bundle(patient(id="1"), condition(subject=reference))
    tree["entry"][0] = {"resource": patient(id="1"), **({"fullUrl": full_url} if full_url else {})}
    assert len(read_referral(file_of(tree)).problems) == 1


def test_an_address_that_two_entries_share_with_the_patient_is_refused() -> None:
    tree = bundle(patient(), condition())
    tree["entry"][1]["fullUrl"] = PATIENT
    error = refused(file_of(tree))
    assert error.code == "ambiguous-patient"
    assert "entry[1].resource" in error.message


@pytest.mark.parametrize(
    ("resource", "version"),
    [
        ({"resourceType": "CapabilityStatement", "fhirVersion": "5.0.0"}, "R5"),
        ({"resourceType": "CapabilityStatement", "fhirVersion": "3.0.2"}, "STU3"),
        ({"resourceType": "CapabilityStatement", "fhirVersion": "1.0.2"}, "DSTU2"),
        (condition(meta={"profile": ["http://hl7.org/fhir/StructureDefinition/Condition|5.0.0"]}), "R5"),
        (condition(meta={"profile": ["http://hl7.org/fhir/3.0/StructureDefinition/Condition"]}), "STU3"),
        (about("MedicationOrder"), "DSTU2"),
        (about("ReferralRequest"), "STU3"),
        (about("MedicationUsage"), "R5"),
        (about("Encounter", status="completed", **{"class": [{"text": "ambulatory"}]}), "R5"),
        (about("Encounter", status="finished", **{"class": "outpatient"}), "DSTU2"),
        (about("MedicationRequest", medication={"concept": {"text": "sertraline"}}), "R5"),
        (condition(clinicalStatus="active", assertedDate="2020-01-01"), "STU3"),
    ],
)
def test_another_version_of_fhir_is_refused_with_the_evidence(resource: Any, version: str) -> None:
    error = refused(file_of(bundle(patient(), resource)))
    assert error.code == "wrong-fhir-version"
    assert f"This file is FHIR {version}, not R4" in error.message
    assert "entry[1].resource" in error.message


@pytest.mark.parametrize("version", ["4.0.0", "4.0.1", "4.3.0"])
def test_r4_and_r4b_are_taken(version: str) -> None:
    statement = {"resourceType": "CapabilityStatement", "fhirVersion": version}
    assert read_referral(file_of(bundle(patient(), statement))).entries == 2


def test_a_version_said_on_the_bundle_itself_is_heard() -> None:
    error = refused(file_of(bundle(patient(), meta={"fhirVersion": "5.0.0"})))
    assert (error.code, error.where) == ("wrong-fhir-version", "meta.fhirVersion")


def test_one_odd_entry_does_not_make_the_bundle_another_version() -> None:
    packet = read_referral(
        file_of(bundle(patient(), condition(), condition("Asthma", clinicalStatus="active")))
    )
    assert [problem.what.text for problem in packet.problems] == ["Major depression", "Asthma"]
    (fault,) = packet.not_understood
    assert (fault.kind, fault.reason, fault.partly) == ("Condition", "not-valid", True)


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read_referral(b"\xef\xbb\xbf" + GOOD).person == read_referral(GOOD).person


def test_every_refusal_says_what_is_wrong_and_how_to_mend_it() -> None:
    kinds = [k for k in vars(refusals).values() if isinstance(k, type) and issubclass(k, ReferralRefused)]
    assert len(kinds) == len({kind.default_code for kind in kinds}) >= 20
    for kind in kinds:
        assert kind.says.endswith(".")
        assert kind.mend.endswith(".")


def test_a_refusal_is_plain_json_for_machines() -> None:
    error = refused(GOOD, Limits(max_entries=1))
    assert json.loads(json.dumps(error.params)) == {"where": "", "count": "2", "limit": "1"}
