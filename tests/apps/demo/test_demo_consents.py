"""The demo's consents: signed as the rules want them, with the awkward cases that a clinic has."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import transaction

from openiop.apps.admissions.models import Episode
from openiop.apps.admissions.selectors.consents import remote_clients
from openiop.apps.audit.models import Event
from openiop.apps.clients.models import Client, Consent, Disclosure
from openiop.apps.clients.selectors.consents import pictures_of, standing
from openiop.apps.core.tenancy import tenant
from openiop.apps.demo.services import build_demo
from openiop.domain.consents import HOLDS, Basis, State, completeness
from tests.factories import AT


@pytest.fixture(scope="module", autouse=True)
def house(django_db_setup, django_db_blocker):
    """The demo, built once for all tests of this file, which only read it."""
    with django_db_blocker.unblock(), transaction.atomic():
        organization = build_demo(at=AT)
        with tenant(organization.pk):
            yield organization
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def rows(house):
    found = Consent.objects.select_related("client__site", "recipient_relation").order_by("id")
    return [standing(row, at=AT) for row in found]


def in_care():
    episodes = list(Episode.objects.filter(discharged_at__isnull=True).select_related("client__site"))
    clients = [episode.client for episode in episodes]
    return pictures_of(clients, at=AT, telehealth=remote_clients(episodes)), clients


def test_nearly_everyone_in_care_has_signed_what_they_need(house):
    pictures, clients = in_care()
    lacking = [client for client in clients if pictures[client.pk].gaps]
    assert len(clients) >= 55
    assert len(lacking) == 4
    assert {gap.template.id for client in lacking for gap in pictures[client.pk].gaps} == {
        "part2-tpo",
        "telehealth",
    }


def test_every_signed_consent_has_every_element_the_law_asks_for(rows):
    signed = [one for one in rows if one.row.signed_at]
    assert len(signed) > 120
    assert [one.row.public_id for one in signed if completeness(one.value)] == []
    for one in signed:
        assert one.row.created_at <= one.row.signed_at <= AT


def test_every_state_of_a_consent_is_there_to_see(rows):
    found = Counter(one.state for one in rows)
    assert set(found) == set(State) - {State.SET_ASIDE}
    assert (found[State.DECLINED], found[State.REVOKED], found[State.EXPIRED]) == (1, 1, 1)
    assert found[State.EXPIRES_SOON] == 1


def test_someone_signed_in_spanish_a_mother_for_her_child_and_a_teenager_alone(rows):
    spanish = [one for one in rows if one.row.language == "es"]
    assert {one.template.id for one in spanish} >= {"treatment", "part2-tpo"}
    assert all("acepto" in one.row.body or "Mis registros" in one.row.body for one in spanish[:2])
    bases = Counter(one.row.consent_basis for one in rows)
    assert bases[Basis.PARENT] >= 3
    assert bases[Basis.MINOR_6924] >= 3
    for one in rows:
        if one.row.consent_basis == Basis.PARENT:
            assert one.row.relationship in {"Mother", "Father"}
            assert one.row.signed_by != f"{one.row.client.first_name} {one.row.client.last_name}"


def test_every_disclosure_stands_on_something_that_held_on_its_day(house):
    found = list(Disclosure.objects.select_related("consent__client__site", "client"))
    assert len(found) > 30
    assert {row.basis for row in found} == {"consent", "payment", "emergency"}
    for row in found:
        if row.consent is not None:
            assert standing(row.consent, at=row.disclosed_at).state in HOLDS
        assert bool(row.notice) is (row.part2 and row.basis == "consent")


def test_a_payer_hears_nothing_about_those_who_did_not_agree(house):
    without = [
        client.pk
        for client in Client.objects.filter(part2=True)
        if not client.consents.filter(template_id="part2-tpo", signed_at__isnull=False).exists()
    ]
    assert len(without) >= 3
    assert not Disclosure.objects.filter(client_id__in=without, purpose="payment").exists()


def test_the_trail_tells_what_was_prepared_signed_declined_and_disclosed(house):
    actions = Counter(Event.objects.values_list("action", flat=True))
    assert actions["consent.prepared"] == Consent.objects.count()
    assert actions["consent.signed"] == Consent.objects.filter(signed_at__isnull=False).count()
    assert (actions["consent.declined"], actions["consent.revoked"]) == (1, 1)
    assert actions["disclosure.made"] == Disclosure.objects.count()


def test_no_document_is_drawn_before_the_server_forks(house):
    assert not Consent.objects.filter(pdf__isnull=False).exists()
