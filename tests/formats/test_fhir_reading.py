"""What is read of each kind of record, and what is left aside with its reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from openiop.formats.fhir import ReferralPacket, read_referral, understood
from openiop.formats.fhir.packet import NotUnderstood
from tests.formats.bundles import PATIENT, about, bundle, concept, condition, file_of, patient

CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
BASE = "http://hl7.org/fhir/StructureDefinition/"


def read(*resources: dict[str, Any], **changes: Any) -> ReferralPacket:
    return read_referral(file_of(bundle(*resources, **changes)))


def left(packet: ReferralPacket) -> list[tuple[str, str, int, bool]]:
    return [(item.kind, item.reason, item.count, item.partly) for item in packet.not_understood]


@pytest.mark.parametrize("kind", ["transaction", "batch", "collection", "searchset", "document"])
def test_five_types_of_bundle_are_taken(kind: str) -> None:
    assert read(patient(), condition(), type=kind).bundle_type == kind


def test_every_name_is_kept_and_the_one_in_force_is_chosen() -> None:
    names = [
        {"use": "old", "family": "Tarnbeck-Demo", "given": ["Aurelia"]},
        {"use": "nickname", "given": ["Rory"]},
        {"use": "official", "family": "Quillmark-Demo", "given": ["Aurelia", "Mae"], "suffix": ["Jr."]},
    ]
    person = read(patient(name=names)).person
    assert [(name.use, name.shown) for name in person.names] == [
        ("old", "Aurelia Tarnbeck-Demo"),
        ("nickname", "Rory"),
        ("official", "Aurelia Mae Quillmark-Demo"),
    ]
    assert person.name.use == "official"


def test_a_former_name_is_never_the_name_in_force_while_there_is_another() -> None:
    names = [{"use": "maiden", "family": "Tarnbeck-Demo"}, {"family": "Quillmark-Demo", "given": ["Aurelia"]}]
    assert read(patient(name=names)).person.name.family == "Quillmark-Demo"


def test_identifiers_keep_system_value_and_type() -> None:
    mrn = {
        "system": "https://h.example",
        "value": "7",
        "type": concept("Record", "MR", "http://v2"),
        "use": "usual",
    }
    (found,) = read(patient(identifier=[mrn, {"system": "https://nothing.example"}])).person.identifiers
    assert (found.system, found.value, found.kind, found.kind_text) == (
        "https://h.example",
        "7",
        "MR",
        "Record",
    )


def test_pronouns_gender_words_and_the_need_for_an_interpreter_are_read_from_extensions() -> None:
    pronouns = {"url": "value", "valueCodeableConcept": concept("", "LA29520-6", "http://loinc.org")}
    extensions = [
        {"url": BASE + "individual-pronouns", "extension": [pronouns]},
        {"url": CORE + "us-core-genderIdentity", "valueCodeableConcept": concept("non-binary")},
        {"url": CORE + "us-core-interpreter-needed", "valueCoding": {"code": "373066001"}},
        {"url": CORE + "us-core-race"},
    ]
    packet = read(patient(extension=extensions, maritalStatus=concept("single")))
    assert packet.person.pronouns == "they/them"
    assert packet.person.gender_identity == "non-binary"
    assert packet.person.interpreter_needed is True
    assert [(i.reason, i.detail) for i in packet.not_understood] == [
        ("parts-not-read", "maritalStatus, us-core-race")
    ]


def test_contacts_come_in_the_senders_order_of_choice() -> None:
    telecom = [
        {"system": "phone", "value": "415-555-0101", "rank": 2},
        {"system": "phone", "value": "415-555-0102", "rank": 1},
        {"system": "phone", "value": "415-555-0103", "use": "old", "rank": 1},
        {"system": "email", "value": "a@example.org"},
    ]
    person = read(patient(telecom=telecom)).person
    assert (person.reach("phone"), person.reach("email")) == ("415-555-0102", "a@example.org")


def test_people_around_the_person_come_from_both_places() -> None:
    contact = {
        "name": {"given": ["Odell"], "family": "Quillmark-Demo"},
        "relationship": [concept("Emergency contact", "C", "http://v2-0131")],
        "telecom": [{"system": "phone", "value": "415-555-0111"}],
    }
    aunt = about(
        "RelatedPerson", name=[{"text": "Ines Vellbrook-Demo"}], relationship=[concept("", "GUARD", "x")]
    )
    others = read(patient(contact=[contact]), aunt).person.others
    assert [(o.name, o.phone, o.is_emergency_contact, o.is_guardian) for o in others] == [
        ("Odell Quillmark-Demo", "415-555-0111", True, False),
        ("Ines Vellbrook-Demo", "", False, True),
    ]


@pytest.mark.parametrize(
    ("sent", "first", "is_full"),
    [
        ("1990", date(1990, 1, 1), False),
        ("1990-02", date(1990, 2, 1), False),
        ("1990-02-28", date(1990, 2, 28), True),
    ],
)
def test_a_partial_date_is_kept_as_precise_as_it_was_sent(sent: str, first: date, is_full: bool) -> None:
    born = read(patient(birthDate=sent)).person.birth_date
    assert born is not None
    assert (born.text, born.first, born.is_full) == (sent, first, is_full)
    assert (born.day is None) is not is_full


@pytest.mark.parametrize("sent", ["1990-13-01", "1990-02-30", "0000-01-01", "28.02.1990", "", 19900228, None])
def test_a_silly_date_is_no_date_and_the_packet_says_so(sent: object) -> None:
    packet = read(patient(birthDate=sent))
    assert packet.person.birth_date is None
    assert "no-birth-date" in packet.remarks


@pytest.mark.parametrize(
    ("elements", "deceased"),
    [
        ({}, False),
        ({"deceasedBoolean": False}, False),
        ({"deceasedBoolean": True}, True),
        ({"deceasedDateTime": "2020"}, True),
    ],
)
def test_death_is_read_in_both_forms(elements: dict[str, Any], deceased: bool) -> None:
    assert read(patient(**elements)).person.deceased is deceased


def test_a_problem_keeps_its_dates_status_and_reason() -> None:
    (problem,) = read(
        patient(),
        condition(
            code=concept("", "F33.1", "http://hl7.org/fhir/sid/icd-10-cm"),
            onsetDateTime="2019-05",
            abatementDateTime="2020-01-02T10:00:00-08:00",
        ),
    ).problems
    assert (problem.what.text, problem.is_active) == ("F33.1", True)
    assert problem.onset is not None
    assert problem.onset.text == "2019-05"
    assert problem.abatement is not None
    assert str(problem.abatement.at) == "2020-01-02 18:00:00+00:00"
    assert problem.judgement.because == "ICD-10-CM F33.1"


def test_an_order_names_its_medicine_wherever_it_stands() -> None:
    medicine = {"resourceType": "Medication", "id": "m1", "code": concept("sertraline 50 mg")}
    orders = [
        about(
            "MedicationRequest",
            status="active",
            intent="order",
            medicationReference={"reference": "Medication/m1"},
        ),
        about(
            "MedicationRequest",
            status="active",
            intent="order",
            contained=[{**medicine, "id": "in"}],
            medicationReference={"reference": "#in"},
        ),
        about("MedicationStatement", status="active", medicationReference={"display": "melatonin"}),
    ]
    packet = read(patient(), medicine, *orders)
    assert [m.what.text for m in packet.medications] == ["sertraline 50 mg", "sertraline 50 mg", "melatonin"]
    assert left(packet) == []


def test_a_dose_is_put_in_words_when_the_sender_gave_none() -> None:
    dosage = {
        "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
        "asNeededBoolean": True,
        "doseAndRate": [{"doseQuantity": {"value": 0.5, "unit": "mg"}}],
    }
    order = about(
        "MedicationRequest",
        status="active",
        intent="order",
        medicationCodeableConcept=concept("lorazepam"),
        dosageInstruction=[dosage, {"text": "at night"}],
    )
    (medication,) = read(patient(), order).medications
    assert medication.dosage == "0.5 mg, 2 × a day, as needed; at night"


def test_the_latest_measure_of_a_code_wins_and_the_count_is_kept() -> None:
    def phq(day: str, score: float) -> dict[str, Any]:
        code = concept("PHQ-9 total", "44261-6", "http://loinc.org")
        value = {"value": score, "unit": "{score}"}
        return about("Observation", status="final", code=code, effectiveDateTime=day, valueQuantity=value)

    (measure,) = read(patient(), phq("2026-02-01", 14), phq("2026-03-01", 18), phq("2026-01-01", 9)).measures
    assert (measure.instrument, measure.value.number, measure.times) == ("PHQ-9", Decimal(18), 3)
    assert (measure.taken.text, measure.first_taken.text) == ("2026-03-01", "2026-01-01")  # type: ignore[union-attr]


def test_the_later_instant_wins_across_time_zones() -> None:
    def weight(at: str, kilos: int) -> dict[str, Any]:
        code = concept("", "29463-7", "http://loinc.org")
        return about(
            "Observation", status="final", code=code, effectiveDateTime=at, valueQuantity={"value": kilos}
        )

    (measure,) = read(
        patient(), weight("2026-03-01T23:30:00-08:00", 61), weight("2026-03-02T01:00:00+02:00", 62)
    ).measures
    assert measure.value.number == Decimal(61)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"valueQuantity": {"value": 1.50, "unit": "mg", "comparator": "<"}}, {"number": "1.5", "words": "<1.5", "unit": "mg"}),
        ({"valueCodeableConcept": concept("Never smoker")}, {"words": "Never smoker"}),
        ({"valueString": "clear"}, {"words": "clear"}),
        ({"valueBoolean": False}, {"words": "no"}),
        ({"valueInteger": 12}, {"number": "12"}),
        ({"valueRange": {"low": {"value": 1}, "high": {"value": 2}}}, {"words": "1 – 2"}),
        ({"dataAbsentReason": concept("declined")}, {"words": "(declined)"}),
        ({}, None),
    ],
)  # fmt: skip
def test_every_kind_of_value_can_be_shown(value: dict[str, Any], shown: dict[str, str] | None) -> None:
    packet = read(patient(), about("Observation", status="final", code=concept("x"), **value))
    assert understood(packet)["measures"][0].get("value") == shown


def test_a_blood_pressure_keeps_both_parts() -> None:
    parts = [
        {"code": concept("Systolic"), "valueQuantity": {"value": 128, "unit": "mm[Hg]"}},
        {"code": concept("Diastolic"), "valueQuantity": {"value": 82, "unit": "mm[Hg]"}},
    ]
    (measure,) = read(
        patient(), about("Observation", status="final", code=concept("BP"), component=parts)
    ).measures
    assert [(part.what.text, part.value.number) for part in measure.parts] == [
        ("Systolic", Decimal(128)),
        ("Diastolic", Decimal(82)),
    ]


def test_what_is_asked_for_and_by_whom_is_read() -> None:
    doctor = {
        "resourceType": "Practitioner",
        "id": "d",
        "name": [{"family": "Hollins-Demo", "prefix": ["Dr."]}],
    }
    wish = about(
        "ServiceRequest",
        status="active",
        intent="order",
        priority="urgent",
        code=concept("Intensive outpatient program"),
        reasonCode=[concept("Alcohol use disorder")],
        requester={"reference": "Practitioner/d"},
        note=[{"text": "Prefers evenings."}],
    )
    (request,) = read(patient(), doctor, wish).requests
    assert (request.what.text, request.priority) == ("Intensive outpatient program", "urgent")
    assert (request.reason, request.requester) == ("Alcohol use disorder", "Hollins-Demo")
    assert request.note == "Prefers evenings."


def test_coverage_names_payer_member_and_plan() -> None:
    cover = about(
        "Coverage",
        status="active",
        subscriberId="DEMO-77",
        payor=[{"display": "Example Health"}],
        **{"class": [{"type": concept("plan"), "value": "P1", "name": "Silver"}]},
    )
    (coverage,) = read(patient(), cover).coverages
    assert (coverage.payer, coverage.member_id, coverage.plan) == ("Example Health", "DEMO-77", "Silver")


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (about("Claim"), "billing"),
        (about("DiagnosticReport"), "results-elsewhere"),
        (about("Immunization"), "not-used"),
        (about("Wishlist"), "unknown-type"),
        (condition(verificationStatus={"coding": [{"code": "entered-in-error"}]}), "in-error"),
        (about("Observation", status="cancelled", code=concept("x")), "cancelled"),
        (about("Observation", status="final"), "says-nothing"),
        (condition(code=None), "says-nothing"),
        (condition(subject=None), "no-subject"),
        (condition(subject={"display": "the patient"}), "no-subject"),
        (condition(subject={"reference": "#inside"}), "contained-subject"),
        (condition(subject={"reference": "Group/12"}), "not-a-person"),
        ({"id": "1"}, "no-type"),
        ({"resourceType": "Bundle"}, "nested-bundle"),
        ({"resourceType": 7}, "no-type"),
    ],
)
def test_what_is_not_taken_is_named_with_its_reason(resource: dict[str, Any], reason: str) -> None:
    packet = read(patient(), resource)
    (item,) = [item for item in packet.not_understood if not item.partly]
    assert (item.reason, item.count) == (reason, 1)
    assert sum(count for _, count in packet.read) == 1


def test_entries_without_a_resource_are_counted() -> None:
    tree = bundle(patient())
    tree["entry"] += [{"request": {"method": "DELETE", "url": "Condition/1"}}, "text", None]
    packet = read_referral(file_of(tree))
    assert [(i.reason, i.detail) for i in packet.not_understood] == [
        ("no-resource", "DELETE"),
        ("not-an-object", "a text"),
        ("not-an-object", "null"),
    ]
    assert packet.entries == 4


def test_an_equal_entry_counts_once_and_unequal_ones_with_one_id_are_both_left() -> None:
    same = condition(id="c1")
    packet = read(patient(), same, same, condition("Asthma", id="c2"), condition("Eczema", id="c2"))
    assert [problem.what.text for problem in packet.problems] == ["Major depression"]
    assert left(packet) == [("Condition", "same-id", 2, False), ("Condition", "repeat", 1, False)]


def test_the_same_patient_twice_is_one_patient() -> None:
    packet = read(patient(), patient(), condition())
    assert left(packet) == [("Patient", "repeat", 1, False)]
    assert len(packet.problems) == 1


def test_a_reference_to_something_that_is_missing_is_said() -> None:
    missing = {"reference": "urn:uuid:22222222-2222-2222-2222-222222222222"}
    packet = read(patient(), condition(encounter=missing))
    assert len(packet.problems) == 1
    assert packet.not_understood == (
        NotUnderstood("Condition", "dangling", 1, "encounter", partly=True, places=("entry[1].resource",)),
    )


def test_one_page_of_many_is_said() -> None:
    assert read(patient(), type="searchset", total=90).remarks == ("more-pages",)
    assert read(patient(), type="searchset", link=[{"relation": "next", "url": "x"}]).remarks == (
        "more-pages",
    )
    assert read(patient(), type="searchset", total=1).remarks == ()


def test_characters_that_nobody_can_see_or_store_are_left_out() -> None:
    data = file_of(bundle(patient(), condition("low\x00 mood\nat\tnight "))).replace(
        b"night ", b"night \\ud800"
    )
    (problem,) = read_referral(data).problems
    assert problem.what.text == "low mood at night \N{REPLACEMENT CHARACTER}"


def test_an_odd_patient_is_still_a_packet() -> None:
    odd = patient(name="Aurelia", telecom={"system": 5}, address=[[]], identifier=[None], communication=True)
    packet = read(odd)
    assert packet.person.names == ()
    assert packet.remarks == ("no-name",)
    assert "not-valid" in {item.reason for item in packet.not_understood}


def test_an_entry_of_too_many_values_is_left_aside() -> None:
    heavy = condition(note=[{"text": "x"}] * 30_000)
    packet = read(patient(), heavy, condition())
    assert left(packet) == [("Condition", "too-large", 1, False)]


def test_the_addresses_of_two_servers_are_two_people() -> None:
    tree = bundle(patient(id="1"), condition(subject={"reference": "https://a.example/fhir/Patient/1"}))
    tree["entry"][0]["fullUrl"] = "https://a.example/fhir/Patient/1"
    assert len(read_referral(file_of(tree)).problems) == 1
    assert PATIENT not in str(tree)


def test_numbers_of_the_state_are_not_copied_out_of_the_original() -> None:
    ssn = {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "999-93-8359"}
    licence = {"system": "urn:x", "value": "S99978133", "type": concept("", "DL", "v2")}
    mrn = {"system": "https://h.example", "value": "7"}
    packet = read(patient(identifier=[ssn, licence, mrn]))
    written = understood(packet)
    assert [(i["value"], i.get("in_original_only", False)) for i in written["person"]["identifiers"]] == [
        ("…59", True),
        ("…33", True),
        ("7", False),
    ]
    assert written["patient"]["identifiers"] == 3
    assert "999-93" not in str(written)
