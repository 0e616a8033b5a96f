"""Every door leads into one pipeline; a file that cannot be a referral changes nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from openiop.apps.admissions.errors import AlreadyReceived, InvalidEnquiry, StaleReferral
from openiop.apps.admissions.models import Referral, ReferralDocument, StageMove
from openiop.apps.admissions.services.intake import (
    Document,
    change_enquiry,
    receive_bundle,
    receive_enquiry,
)
from openiop.apps.admissions.understood import deceased_on, history_rows, suggested_details
from openiop.apps.audit.models import Event
from openiop.apps.audit.presenters import sentence
from openiop.apps.core.tenancy import tenant
from openiop.domain.enquiry import Enquiry
from openiop.domain.errors import InvalidInput
from openiop.formats.fhir import ReferralRefused
from openiop.web.staff.referral_review import review_of
from tests.factories import AT, actor, make_organization, make_site
from tests.formats.bundles import about, bundle, concept, condition, file_of, patient
from tests.shared_data import shared

pytestmark = pytest.mark.django_db

NOOR = Enquiry(
    first_name="Noor",
    phone="4155550142",
    language="es",
    best_time="after 5",
    note="Works nights.\nCall late.",
)


@pytest.fixture
def house():
    org = make_organization()
    with tenant(org.pk):
        yield org, actor(org, "intake")


def rows() -> tuple[int, int, int, int]:
    return (
        Referral.objects.count(),
        ReferralDocument.objects.count(),
        StageMove.objects.count(),
        Event.objects.count(),
    )


def test_a_call_becomes_an_enquiry_with_its_first_step_and_event(house):
    org, by = house
    referral = receive_enquiry(by=by, enquiry=NOOR, source="phone", site=make_site(org), at=AT)
    row = Referral.objects.get()
    assert (row.stage, row.source, row.received_at, row.stage_since) == ("enquiry", "phone", AT, AT)
    assert (row.phone, row.note) == ("(415) 555-0142", "Works nights.\nCall late.")
    assert StageMove.objects.get().to_stage == "enquiry"
    event = Event.objects.get()
    assert (event.action, event.subject_id, event.data) == (
        "referral.received",
        referral.public_id,
        {"source": "phone"},
    )
    assert sentence(event.action, event.data) == "took in a referral: Phone call"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"phone": ""}, "phone"),
        ({"first_name": ""}, "first_name"),
        ({"phone": "soon"}, "phone"),
        ({"email": "x"}, "email"),
        ({"referrer_phone": "soon"}, "referrer_phone"),
        ({"birth_date": AT.date() + timedelta(days=1)}, "birth_date"),
        ({"note": "x" * 4001}, "note"),
    ],
)
def test_an_enquiry_that_nobody_can_answer_is_refused_at_its_field(house, change, field):
    _org, by = house
    with pytest.raises(InvalidEnquiry) as raised:
        receive_enquiry(by=by, enquiry=replace(NOOR, **change), source="phone", at=AT)
    assert list(raised.value.problems) == [field]
    assert rows() == (0, 0, 0, 0)


@pytest.mark.parametrize("source", ["fhir", "pigeon", ""])
def test_only_known_doors_are_taken(house, source):
    _org, by = house
    with pytest.raises(InvalidInput):
        receive_enquiry(by=by, enquiry=NOOR, source=source, at=AT)
    assert rows() == (0, 0, 0, 0)


def test_a_fax_keeps_its_pages(house):
    _org, by = house
    pages = Document("../../etc/fax 12.pdf", b"%PDF-1.4 pages")
    receive_enquiry(by=by, enquiry=NOOR, source="fax", pages=pages, at=AT)
    row = ReferralDocument.objects.get()
    assert (row.filename, row.media_type, bytes(row.content)) == (
        "fax 12.pdf",
        "application/pdf",
        b"%PDF-1.4 pages",
    )


def test_other_kinds_of_files_are_no_fax(house):
    _org, by = house
    with pytest.raises(InvalidInput) as raised:
        receive_enquiry(by=by, enquiry=NOOR, source="fax", pages=Document("a.exe", b"MZ"), at=AT)
    assert (raised.value.field, raised.value.code) == ("pages", "file-kind")
    assert rows() == (0, 0, 0, 0)


def received(by, data: bytes, name: str = "bundle.json") -> Referral:
    return receive_bundle(by=by, document=Document(name, data), at=AT)


@pytest.mark.parametrize(
    "name", ["clara-monta", "louis-ullrich", "milan-beatty", "robby-becker", "trey-leffler"]
)
def test_a_shared_bundle_is_kept_byte_for_byte_beside_what_was_understood(house, name):
    _org, by = house
    data = shared("fhir-samples", "fhir", f"synthea-{name}.json").read_bytes()
    known = json.loads(shared("fhir-samples", "expected.json").read_text())[f"fhir/synthea-{name}.json"]
    referral = received(by, data)
    row = Referral.objects.get()
    assert bytes(ReferralDocument.objects.get().content) == data
    assert (row.first_name, row.last_name) == (
        " ".join(known["patient"]["given"]),
        known["patient"]["family"],
    )
    assert row.birth_date == date.fromisoformat(known["patient"]["birthDate"])
    assert {key: row.understood[key] for key in ("types", "conditions", "active_conditions", "patient")} == {
        key: known[key] for key in ("types", "conditions", "active_conditions", "patient")
    }
    assert (referral.source, referral.stage) == ("fhir", "enquiry")


def test_the_same_bytes_twice_are_told_and_change_nothing(house):
    _org, by = house
    data = file_of(bundle(patient(), condition()))
    first = received(by, data)
    before = rows()
    with pytest.raises(AlreadyReceived) as raised:
        received(by, data, "another-name.json")
    assert raised.value.referral_id == first.public_id
    assert raised.value.received_at == AT
    assert "already received on March 2, 2026, 9 a.m." in raised.value.message
    assert rows() == before


def test_another_house_may_receive_the_same_bytes(house):
    _org, by = house
    data = file_of(bundle(patient()))
    received(by, data)
    other = make_organization()
    with tenant(other.pk):
        received(actor(other, "intake"), data)
        assert Referral.objects.count() == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"<Bundle xmlns='http://hl7.org/fhir'/>",
        file_of(bundle()),
        file_of(bundle(patient(), patient(id="2"))),
        file_of(bundle(patient(), condition(subject={"reference": "Patient/9"}))),
        file_of(bundle(patient(), about("MedicationOrder"))),
    ],
)
def test_a_file_that_is_no_referral_changes_nothing(house, data):
    _org, by = house
    with pytest.raises(ReferralRefused):
        received(by, data)
    assert rows() == (0, 0, 0, 0)


def test_a_file_over_the_limit_of_the_house_changes_nothing(house, settings):
    _org, by = house
    settings.REFERRAL_MAX_BYTES = 100
    with pytest.raises(ReferralRefused) as raised:
        received(by, file_of(bundle(patient())))
    assert raised.value.code == "file-too-large"
    assert rows() == (0, 0, 0, 0)


def test_who_asks_and_how_urgently_is_taken_from_the_request(house):
    _org, by = house
    wish = about(
        "ServiceRequest",
        status="active",
        intent="order",
        priority="urgent",
        code=concept("IOP"),
        requester={"display": "Dr. Hollins-Demo"},
        note=[{"text": "Prefers evenings."}],
    )
    hospital = {
        "resourceType": "Organization",
        "name": "Example Hospital",
        "telecom": [{"system": "phone", "value": "415-555-0170"}],
    }
    received(by, file_of(bundle(patient(), wish, hospital)))
    row = Referral.objects.get()
    assert (row.is_urgent, row.referrer_name, row.referrer_organization) == (
        True,
        "Dr. Hollins-Demo",
        "Example Hospital",
    )
    assert row.note == "Prefers evenings."


def test_dates_that_cannot_be_are_remarked_on_the_review_and_never_filed(house):
    org, by = house
    data = file_of(
        bundle(
            patient(birthDate="2091-05-17", deceasedDateTime="2095-01-01"),
            condition("Major depression", recordedDate="2090-01-01", onsetDateTime="2020-01-01"),
        )
    )
    referral = received(by, data)
    assert referral.birth_date is None
    review = review_of(referral.understood)
    assert review is not None
    future = "this date lies in the future and was not taken over: "
    assert {row.words for row in review.aside} >= {
        f"{future}birthDate 2091-05-17",
        f"{future}deceasedDateTime 2095-01-01",
        f"{future}recorded 2090-01-01",
    }
    assert deceased_on(referral.understood) == (True, None)
    assert suggested_details(referral).birth_date is None
    assert [row["started_on"] for row in history_rows(referral.understood)] == ["2020-01-01"]
    assert "2091" not in str(referral.understood["person"])
    assert org.pk == referral.organization_id


def test_a_received_file_can_never_be_changed_or_removed(house):
    _org, by = house
    received(by, file_of(bundle(patient())))
    for act in (
        lambda: ReferralDocument.objects.update(filename="x"),
        lambda: ReferralDocument.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert ReferralDocument.objects.get().filename == "bundle.json"


def test_what_becomes_known_later_is_written_down_with_a_guard(house):
    org, by = house
    site = make_site(org)
    referral = receive_enquiry(by=by, enquiry=NOOR, source="phone", at=AT)
    row = change_enquiry(
        by=by, referral=referral, enquiry=replace(NOOR, last_name="Calvent-Demo"), site=site, version=1, at=AT
    )
    assert (row.last_name, row.site, row.version) == ("Calvent-Demo", site, 2)
    assert Event.objects.get(action="referral.changed").data == {"fields": ["last_name", "site"]}
    with pytest.raises(StaleReferral):
        change_enquiry(by=by, referral=referral, enquiry=NOOR, site=None, version=1, at=AT)
    assert Referral.objects.get().last_name == "Calvent-Demo"
