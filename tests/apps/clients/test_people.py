"""The people around a client, numbers, and who must be kept apart."""

from __future__ import annotations

import pytest
from django.http import Http404

from openiop.apps.audit.models import Event
from openiop.apps.clients.errors import InvalidDetails, StaleRecord
from openiop.apps.clients.models import Identifier, NoContact, Relation
from openiop.apps.clients.selectors.record import (
    access_pair,
    identifiers_of,
    kept_apart_from,
    relations_of,
)
from openiop.apps.clients.services.people import (
    add_identifier,
    add_relation,
    change_relation,
    end_keep_apart,
    end_relation,
    keep_apart,
    remove_identifier,
)
from openiop.apps.core.tenancy import tenant
from openiop.domain.errors import Conflict, InvalidInput
from openiop.domain.persons import RelationDetails
from tests.factories import AT, actor, make_client, make_organization, make_site

pytestmark = pytest.mark.django_db

MOTHER = RelationDetails(
    name="Ines Velora-Demo", relationship="Mother", phone="4155550111", is_emergency_contact=True
)


@pytest.fixture
def house():
    org = make_organization()
    with tenant(org.pk):
        by = actor(org, "intake")
        yield org, by, make_client(org)


def test_a_relation_is_added_changed_and_ended_and_each_is_in_the_trail(house):
    _org, by, client = house
    relation = add_relation(by=by, client=client, details=MOTHER, at=AT)
    assert relation.phone == "(415) 555-0111"
    guardian = RelationDetails(name="Ines Velora-Demo", is_guardian=True)
    relation = change_relation(by=by, relation=relation, details=guardian, version=1, at=AT)
    end_relation(by=by, relation=relation, at=AT)
    end_relation(by=by, relation=relation, at=AT)
    assert list(Event.objects.values_list("action", flat=True)) == [
        "relation.added",
        "relation.changed",
        "relation.ended",
    ]
    assert Relation.objects.get().ended_at == AT


def test_two_who_change_a_contact_at_once_do_not_write_over_each_other(house):
    _org, by, client = house
    relation = add_relation(by=by, client=client, details=MOTHER, at=AT)
    theirs = RelationDetails(name="Ines Velora-Demo", note="Call after six")
    mine = RelationDetails(name="Ines Velora-Demo", note="Speaks Spanish")
    change_relation(by=by, relation=relation, details=theirs, version=1, at=AT)
    with pytest.raises(StaleRecord):
        change_relation(by=by, relation=relation, details=mine, version=1, at=AT)
    kept = Relation.objects.get()
    assert (kept.note, kept.version) == ("Call after six", 2)
    assert Event.objects.filter(action="relation.changed").count() == 1
    change_relation(by=by, relation=relation, details=theirs, version=2, at=AT)
    assert Relation.objects.get().version == 2


def test_an_emergency_contact_needs_a_telephone_number(house):
    _org, by, client = house
    with pytest.raises(InvalidDetails) as raised:
        add_relation(
            by=by, client=client, details=RelationDetails(name="Ines", is_emergency_contact=True), at=AT
        )
    assert raised.value.field == "phone"
    assert (Relation.objects.count(), Event.objects.count()) == (0, 0)


def test_emergency_contacts_come_first_and_ended_relations_last(house):
    _org, by, client = house
    ended = add_relation(by=by, client=client, details=MOTHER, at=AT)
    end_relation(by=by, relation=ended, at=AT)
    add_relation(by=by, client=client, details=RelationDetails(name="Abel"), at=AT)
    add_relation(
        by=by,
        client=client,
        details=RelationDetails(name="Zoe", phone="415-555-0112", is_emergency_contact=True),
        at=AT,
    )
    assert [relation.name for relation in relations_of(client)] == ["Zoe", "Abel", "Ines Velora-Demo"]


def test_a_number_is_kept_once_and_its_removal_stays_in_the_trail(house):
    _org, by, client = house
    number = {"by": by, "client": client, "system": "https://h.example", "value": "7", "at": AT}
    first = add_identifier(**number)
    assert add_identifier(**number) == first
    remove_identifier(by=by, identifier=first, at=AT)
    assert identifiers_of(client) == []
    assert Event.objects.get(action="identifier.removed").data["value"] == "7"


@pytest.mark.parametrize("value", ["", "  ", "x" * 121])
def test_a_number_that_cannot_be_one_is_refused(house, value):
    _org, by, client = house
    with pytest.raises(InvalidInput) as raised:
        add_identifier(by=by, client=client, system="s", value=value, at=AT)
    assert raised.value.field == "value"
    assert Identifier.objects.count() == 0


def test_two_people_are_kept_apart_from_both_sides_without_naming_each_other_in_the_trail(house):
    org, by, client = house
    other = make_client(org, "Bea")
    pair = keep_apart(by=by, client=client, other=other, reason="Restraining order.", at=AT)
    assert [apart.other for apart in kept_apart_from(by, client)] == [other]
    assert [apart.other for apart in kept_apart_from(by, other)] == [client]
    events = list(Event.objects.values_list("client_id", "data"))
    assert events == [(client.public_id, {"scope": "group"}), (other.public_id, {"scope": "group"})]
    end_keep_apart(by=by, pair=pair, at=AT)
    assert kept_apart_from(by, client) == []


def test_a_pair_stands_once_and_needs_two_people_and_a_reason(house):
    org, by, client = house
    other = make_client(org, "Bea")
    keep_apart(by=by, client=client, other=other, reason="Family.", at=AT)
    with pytest.raises(Conflict):
        keep_apart(by=by, client=other, other=client, reason="Family.", at=AT)
    for bad in ({"other": client}, {"reason": " "}, {"scope": "town"}):
        with pytest.raises(InvalidInput):
            keep_apart(**{"by": by, "client": client, "other": other, "reason": "x", "at": AT} | bad)
    assert NoContact.objects.count() == 1


def test_who_works_at_one_site_learns_that_somebody_is_kept_apart_and_not_who_of_another_site(house):
    org, by, _client = house
    here, there = make_site(org, "Here"), make_site(org, "There")
    client, other = make_client(org, "Bea", site=here), make_client(org, "Cal", site=there)
    pair = keep_apart(by=by, client=client, other=other, reason="Protective order.", at=AT)
    at_site = actor(org, "intake", site=here)
    assert [(apart.pair, apart.other) for apart in kept_apart_from(at_site, client)] == [(pair, None)]
    assert [apart.other for apart in kept_apart_from(by, client)] == [other]
    with pytest.raises(Http404):
        access_pair(at_site, client, pair.public_id)
    assert access_pair(by, client, pair.public_id) == pair
