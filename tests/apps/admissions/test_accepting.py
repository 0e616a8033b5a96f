"""One action makes client, referral and history, or nothing at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from openiop.apps.admissions import understood
from openiop.apps.admissions.errors import AlreadyAccepted, StaleReferral
from openiop.apps.admissions.models import Referral
from openiop.apps.admissions.selectors.referrals import duplicates_of
from openiop.apps.admissions.services.accepting import Choice, accept_referral
from openiop.apps.admissions.services.intake import Document, receive_bundle, receive_enquiry
from openiop.apps.admissions.services.pipeline import decline_referral
from openiop.apps.audit.models import Event
from openiop.apps.clients.errors import InvalidDetails, LikelyDuplicate
from openiop.apps.clients.models import Client, HistoryItem, Identifier, Relation
from openiop.apps.core.tenancy import tenant
from openiop.domain.enquiry import Enquiry
from openiop.domain.errors import InvalidInput, NotAllowed
from tests.factories import AT, actor, make_client, make_organization, make_site
from tests.formats.bundles import about, bundle, condition, file_of, patient
from tests.shared_data import shared

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    org = make_organization()
    with tenant(org.pk):
        yield org, actor(org, "intake")


def received(by, *resources, data=None) -> Referral:
    content = data or file_of(bundle(*resources))
    return receive_bundle(by=by, document=Document("b.json", content), at=AT)


def everything() -> tuple[int, ...]:
    models = (Client, Identifier, Relation, HistoryItem, Event)
    return tuple(model.objects.count() for model in models)


def accept(by, referral, **choice) -> Client:
    details = understood.suggested_details(referral)
    if "client" not in choice:
        choice = {"details": details, **choice}
    return accept_referral(by=by, referral=referral, choice=Choice(**choice), version=referral.version, at=AT)


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("milan-beatty", {"problem": 5, "medication": 3, "encounter": 15, "procedure": 5, "care_plan": 7, "goal": 5}),
        ("clara-monta", {"problem": 10, "medication": 8, "encounter": 24, "procedure": 11, "care_plan": 3}),
    ],
)  # fmt: skip
def test_a_shared_bundle_becomes_client_referral_and_history_in_one_step(house, name, counts):
    org, by = house
    site = make_site(org)
    referral = received(by, data=shared("fhir-samples", "fhir", f"synthea-{name}.json").read_bytes())
    client = accept(by, referral, site=site)
    row = Referral.objects.get()
    assert (row.client, row.site, row.version) == (client, site, 2)
    found = {kind: HistoryItem.objects.filter(client=client, kind=kind).count() for kind in counts}
    # Two viral infections of the same name on one day are one fact; these bundles have none.
    assert found == counts
    assert set(HistoryItem.objects.values_list("source", flat=True)) == {f"referral {referral.public_id}"}
    assert list(Event.objects.values_list("action", flat=True)) == [
        "referral.received",
        "client.created",
        "identifier.added",
        "identifier.added",
        "history.imported",
        "referral.accepted",
    ]
    kinds = set(Identifier.objects.values_list("kind", flat=True))
    assert kinds == {"", "MR"}


def test_the_details_are_suggested_from_the_file(house):
    _org, by = house
    referral = received(by, data=shared("fhir-samples", "fhir", "synthea-clara-monta.json").read_bytes())
    details = understood.suggested_details(referral)
    assert (details.first_name, details.last_name, details.birth_date) == (
        "Clara",
        "Montañez",
        date(1967, 7, 31),
    )
    assert (details.language, details.sex, details.phone) == ("es", "female", "555-748-4970")
    assert (details.street, details.city, details.state, details.postal_code) == (
        "939 Jacobs Village Apt 30",
        "Southborough",
        "MA",
        "01772",
    )


def test_a_fact_of_the_history_keeps_its_code_dates_and_reason(house):
    _org, by = house
    referral = received(by, data=shared("fhir-samples", "fhir", "synthea-milan-beatty.json").read_bytes())
    accept(by, referral, part2=True)
    fact = HistoryItem.objects.get(text="Major depression disorder")
    assert (fact.code_system, fact.code, fact.status) == ("http://snomed.info/sct", "370143000", "active")
    assert (fact.started_on, fact.ended_on, fact.part2) == ("1993-01-09T06:38:03+00:00", "", True)
    assert fact.detail == {
        "verification": "confirmed",
        "relevance": "behavioral",
        "because": "SNOMED CT 370143000",
    }
    weight = HistoryItem.objects.get(code="29463-7")
    assert (weight.kind, weight.unit, weight.detail["times"]) == ("measure", "kg", 6)


def test_an_existing_client_can_be_chosen_and_nothing_is_filed_twice(house):
    org, by = house
    client = make_client(org, "Aurelia", "Quillmark-Demo")
    aunt = about("RelatedPerson", name=[{"text": "Ines Vellbrook-Demo"}])
    first = received(by, patient(), condition(), aunt)
    accept(by, first, client=client)
    second = received(by, patient(), condition(), aunt, condition("Panic disorder"))
    accept(by, second, client=client)
    assert list(HistoryItem.objects.order_by("id").values_list("text", flat=True)) == [
        "Major depression",
        "Panic disorder",
    ]
    assert (Client.objects.count(), Identifier.objects.count(), Relation.objects.count()) == (1, 1, 1)
    assert Event.objects.filter(action="referral.linked").count() == 2


def test_a_new_record_beside_a_likely_duplicate_needs_that_someone_looked(house):
    org, by = house
    twin = make_client(
        org, "Aurelia", "Quillmark-Demo", birth_date=date(1990, 2, 28), search_key="quillmark-demo aurelia"
    )
    referral = received(by, patient(), condition())
    assert [candidate.client for candidate in duplicates_of(by, referral)] == [twin]
    before = everything()
    with pytest.raises(LikelyDuplicate) as raised:
        accept(by, referral)
    assert raised.value.public_ids == [twin.public_id]
    assert everything() == before
    accept(by, referral, seen=frozenset({twin.public_id}))
    assert Client.objects.count() == 2


def test_details_that_cannot_be_right_leave_nothing_behind(house):
    _org, by = house
    referral = received(by, patient(name=None), condition())
    before = everything()
    with pytest.raises(InvalidDetails) as raised:
        accept(by, referral)
    assert set(raised.value.problems) == {"first_name", "last_name"}
    assert everything() == before
    assert Referral.objects.get().client is None


def test_a_person_who_died_is_not_taken_in_by_routine(house):
    _org, by = house
    referral = received(by, patient(deceasedDateTime="2026-02-20"), condition())
    before = everything()
    with pytest.raises(InvalidInput) as raised:
        accept(by, referral)
    assert raised.value.field == "knows_of_death"
    assert everything() == before
    client = accept(by, referral, knows_of_death=True)
    assert client.deceased_on == date(2026, 2, 20)


def test_a_referral_is_accepted_once_and_only_while_open(house):
    _org, by = house
    referral = received(by, patient())
    accept(by, referral)
    with pytest.raises(AlreadyAccepted):
        accept(by, Referral.objects.get(), seen=frozenset(Client.objects.values_list("public_id", flat=True)))
    closed = received(by, patient(id="x", identifier=None), condition())
    decline_referral(by=by, referral=closed, reason="not_now", version=1, at=AT)
    with pytest.raises(NotAllowed):
        accept(by, Referral.objects.get(pk=closed.pk))
    with pytest.raises(StaleReferral):
        accept(by, closed)
    assert Client.objects.count() == 1


def test_neither_a_choice_nor_details_is_no_answer(house):
    org, by = house
    referral = received(by, patient())
    for choice in (Choice(), Choice(client=make_client(org), details=understood.suggested_details(referral))):
        with pytest.raises(InvalidInput) as raised:
            accept_referral(by=by, referral=referral, choice=choice, version=1, at=AT)
        assert raised.value.field == "choice"


def test_a_call_is_accepted_the_same_way_without_history(house):
    _org, by = house
    enquiry = Enquiry(first_name="Noor", last_name="Calvent-Demo", phone="415-555-0142")
    referral = receive_enquiry(by=by, enquiry=enquiry, source="phone", at=AT)
    details = replace(understood.suggested_details(referral), birth_date=date(1999, 1, 1))
    client = accept(by, referral, details=details)
    assert (client.first_name, client.phone, HistoryItem.objects.count()) == ("Noor", "(415) 555-0142", 0)


def test_a_contact_with_a_strange_number_is_kept_without_it(house):
    _org, by = house
    contact = {
        "name": {"text": "Odell Quillmark-Demo"},
        "relationship": [{"coding": [{"code": "C"}]}],
        "telecom": [{"system": "phone", "value": "see chart"}],
    }
    accept(by, received(by, patient(contact=[contact])))
    relation = Relation.objects.get()
    assert (relation.name, relation.phone, relation.is_emergency_contact) == (
        "Odell Quillmark-Demo",
        "",
        False,
    )


@pytest.mark.parametrize(("given", "kept"), [("ines@example.org", "ines@example.org"), ("ines at home", "")])
def test_the_address_of_somebody_around_the_person_comes_along_where_it_is_one(house, given, kept):
    _org, by = house
    contact = {"name": {"text": "Ines Vellbrook-Demo"}, "telecom": [{"system": "email", "value": given}]}
    accept(by, received(by, patient(contact=[contact])))
    assert (Relation.objects.get().name, Relation.objects.get().email) == ("Ines Vellbrook-Demo", kept)
