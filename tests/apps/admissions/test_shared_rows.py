"""The five shared bundles, received and accepted: the rows agree with expected.json and with the files' own words.

What expected.json does not count (medications, visits, measures) is counted here from the raw JSON, by
code of this test and not by our reader.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from openiop.apps.admissions.models import Referral, ReferralDocument
from openiop.apps.admissions.services.accepting import Choice, accept_referral
from openiop.apps.admissions.services.intake import Document, receive_bundle
from openiop.apps.admissions.understood import suggested_details
from openiop.apps.clients.models import Client, HistoryItem, Identifier
from openiop.apps.core.tenancy import tenant
from tests.factories import AT, actor, make_organization
from tests.shared_data import shared

pytestmark = pytest.mark.django_db
BUNDLES = ("clara-monta", "louis-ullrich", "milan-beatty", "robby-becker", "trey-leffler")
STATE_NUMBERS = {"SS", "DL", "PPN"}


@dataclass
class Filed:
    """One bundle as it was sent, what is expected of it, and the record that it became."""

    raw: list[dict[str, Any]]
    expected: dict[str, Any]
    referral: Referral
    client: Client

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return the raw resources of a type."""
        return [resource for resource in self.raw if resource["resourceType"] == kind]

    def rows(self, kind: str) -> list[HistoryItem]:
        """Return the record's facts of a kind."""
        return list(HistoryItem.objects.filter(client=self.client, kind=kind).order_by("id"))


@pytest.fixture(params=BUNDLES)
def filed(request):
    name = f"synthea-{request.param}.json"
    data = shared("fhir-samples", "fhir", name).read_bytes()
    expected = json.loads(shared("fhir-samples", "expected.json").read_text(encoding="utf-8"))[f"fhir/{name}"]
    org = make_organization()
    with tenant(org.pk):
        by = actor(org, "intake")
        referral = receive_bundle(by=by, document=Document(name, data), at=AT)
        choice = Choice(details=suggested_details(referral), knows_of_death=True)
        client = accept_referral(by=by, referral=referral, choice=choice, version=referral.version, at=AT)
        yield Filed([entry["resource"] for entry in json.loads(data)["entry"]], expected, referral, client)


def code_of(resource: dict[str, Any], element: str = "code") -> str:
    return str(resource[element]["coding"][0]["code"])


def test_the_client_is_the_expected_person(filed):
    person, client = filed.expected["patient"], filed.client
    assert [client.first_name, *filter(None, [client.middle_name])] == person["given"]
    assert client.last_name == person["family"]
    assert client.birth_date.isoformat() == person["birthDate"]
    assert client.sex == person["gender"]
    (patient,) = filed.of("Patient")
    died = patient.get("deceasedDateTime", "")[:10]
    assert bool(died) == person["deceased"]


def test_the_record_numbers_are_filed_and_no_number_of_the_state(filed):
    (patient,) = filed.of("Patient")
    assert len(patient["identifier"]) == filed.expected["patient"]["identifiers"]
    kinds = {
        number["value"]: number.get("type", {}).get("coding", [{}])[0].get("code", "")
        for number in patient["identifier"]
    }
    allowed = {value for value, kind in kinds.items() if kind not in STATE_NUMBERS}
    assert set(Identifier.objects.filter(client=filed.client).values_list("value", flat=True)) == allowed
    assert len(allowed) < len(kinds)


def test_the_problems_are_those_expected(filed):
    rows, sent = filed.rows("problem"), filed.of("Condition")
    assert {(row.code, row.started_on) for row in rows} == {
        (code_of(one), one["onsetDateTime"]) for one in sent
    }
    assert len(rows) == filed.expected["conditions"]
    assert sum(row.status == "active" for row in rows) == filed.expected["active_conditions"]
    behavioral = {row.text for row in rows if row.detail["relevance"] == "behavioral"}
    assert sorted(behavioral) == filed.expected["behavioral_health_conditions"]


def test_the_medications_are_those_ordered(filed):
    sent = filed.of("MedicationRequest")
    rows = filed.rows("medication")
    assert len(rows) == len(sent) == filed.expected["types"]["MedicationRequest"]
    assert {(row.code, row.status, row.started_on) for row in rows} == {
        (code_of(one, "medicationCodeableConcept"), one["status"], one["authoredOn"]) for one in sent
    }


def test_the_allergies_are_those_sent(filed):
    sent = filed.of("AllergyIntolerance")
    assert len(sent) == filed.expected["types"].get("AllergyIntolerance", 0)
    assert [row.code for row in filed.rows("allergy")] == [code_of(one) for one in sent]


def test_the_visits_are_those_sent(filed):
    sent = filed.of("Encounter")
    rows = filed.rows("encounter")
    assert len(rows) == len(sent) == filed.expected["types"]["Encounter"]
    assert {(row.code, row.started_on, row.ended_on) for row in rows} == {
        (one["type"][0]["coding"][0]["code"], one["period"]["start"], one["period"]["end"]) for one in sent
    }


def test_of_each_measure_the_latest_is_filed_with_how_often_it_was_taken(filed):
    latest: dict[str, str] = {}
    times: dict[str, int] = {}
    for one in filed.of("Observation"):
        code = code_of(one)
        latest[code] = max(latest.get(code, ""), one["effectiveDateTime"])
        times[code] = times.get(code, 0) + 1
    rows = filed.rows("measure")
    assert {row.code: row.started_on for row in rows} == latest
    assert {row.code: row.detail["times"] for row in rows} == times
    assert sum(times.values()) == filed.expected["types"]["Observation"]


def test_the_values_of_measures_are_those_sent(filed):
    sent = {(code_of(one), one["effectiveDateTime"]): one for one in filed.of("Observation")}
    compared = 0
    for row in filed.rows("measure"):
        quantity = sent[row.code, row.started_on].get("valueQuantity")
        if quantity is not None:
            assert (float(row.value), row.unit) == (float(quantity["value"]), quantity["unit"])
            compared += 1
    assert compared >= 3


def test_plans_goals_and_procedures_are_those_sent(filed):
    for kind, resource in (("care_plan", "CarePlan"), ("goal", "Goal"), ("procedure", "Procedure")):
        assert len(filed.of(resource)) == filed.expected["types"].get(resource, 0)
        assert len(filed.rows(kind)) == len(filed.of(resource)), kind
    activities = {
        activity["what"]["text"]
        for row in filed.rows("care_plan")
        for activity in row.detail.get("activities", [])
        if activity["judgement"]["relevance"] == "behavioral"
    }
    assert sorted(activities) == filed.expected["behavioral_health_careplan_activities"]


def test_the_original_stays_and_the_referral_belongs_to_the_client(filed):
    row = Referral.objects.get()
    assert row.client == filed.client
    document = ReferralDocument.objects.get(referral=row)
    assert len(json.loads(bytes(document.content))["entry"]) == filed.expected["entries"]
