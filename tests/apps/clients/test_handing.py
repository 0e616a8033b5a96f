"""The device in a client's hand: begun by staff, limited to its forms, ended by the same person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.http import Http404

from openiop.apps.audit.models import Event
from openiop.apps.clients.models import Consent, Handover
from openiop.apps.clients.selectors.consents import access_handover, handed_forms
from openiop.apps.clients.services.consents import Wish, prepare_consent
from openiop.apps.clients.services.handing import hand_over, take_back
from openiop.apps.clients.services.signing import Signature, decline_consent, sign_consent
from openiop.apps.core.tenancy import tenant
from openiop.domain.consents import Basis, Expires
from openiop.domain.errors import Conflict, NotAllowed
from tests.factories import AT, actor, make_client, make_consent, make_organization, make_site

pytestmark = pytest.mark.django_db
NAMED = Signature(name="Ana Velora-Demo", agreed=True)
LATER = AT + timedelta(minutes=5)


@pytest.fixture
def house():
    org = make_organization("Lantern Clinic")
    with tenant(org.pk):
        site = make_site(org, "North")
        yield actor(org, "intake"), make_client(org, site=site, part2=True)


def narrowed(by):
    return replace(by, permissions=frozenset({"device.sign"}))


def prepared(by, client, template="treatment", **changes):
    ends = {} if template == "treatment" else {"expires_kind": Expires.EVENT, "expires_event": "The end"}
    return prepare_consent(by=by, client=client, wish=Wish(template, **(ends | changes)), at=AT)


def last():
    return Event.objects.order_by("sequence").last()


def test_the_device_carries_every_waiting_form_the_needed_ones_first(house):
    by, client = house
    tpo = prepared(by, client, "part2-tpo")
    treatment = prepared(by, client)
    signed = prepared(by, client)
    sign_consent(by=by, consent=signed, signature=NAMED, at=AT)
    handover = hand_over(by=by, client=client, at=LATER)
    assert handover.forms == [treatment.public_id, tpo.public_id]
    assert (last().action, last().data, last().client_id) == ("device.handed", {"forms": 2}, client.public_id)


def test_forms_that_need_two_signatures_stay_on_paper(house):
    by, client = house
    make_consent(client, consent_basis=Basis.PARENT_AND_MINOR)
    with pytest.raises(Conflict):
        hand_over(by=by, client=client, at=AT)
    assert Handover.objects.count() == 0


def test_only_those_who_may_edit_consents_hand_over(house):
    by, client = house
    prepared(by, client)
    with pytest.raises(NotAllowed):
        hand_over(by=replace(by, permissions=frozenset({"consent.view"})), client=client, at=AT)
    assert Handover.objects.count() == 0


def test_on_the_device_its_forms_are_signed_and_no_others(house):
    by, client = house
    mine = prepared(by, client)
    handover = hand_over(by=by, client=client, at=AT)
    other = prepared(by, make_client(client.organization, "Ben", "Arden-Demo"))
    here = narrowed(by)
    with pytest.raises(NotAllowed):
        sign_consent(
            by=here,
            consent=other,
            handover=handover,
            at=LATER,
            signature=Signature("Ben Arden-Demo", agreed=True),
        )
    with pytest.raises(NotAllowed):
        sign_consent(by=here, consent=mine, signature=NAMED, at=LATER)
    sign_consent(by=here, consent=mine, handover=handover, signature=NAMED, at=LATER)
    assert Consent.objects.get(pk=mine.pk).signed_by == "Ana Velora-Demo"
    assert Consent.objects.get(pk=other.pk).signed_at is None
    assert (last().action, last().data["how"]) == ("consent.signed", "handed")


def test_a_device_of_someone_else_signs_nothing(house):
    by, client = house
    mine = prepared(by, client)
    handover = hand_over(by=by, client=client, at=AT)
    stranger = narrowed(actor(client.organization, "therapist"))
    with pytest.raises(NotAllowed):
        sign_consent(by=stranger, consent=mine, handover=handover, signature=NAMED, at=LATER)
    with pytest.raises(Http404):
        access_handover(stranger, handover.public_id)
    assert access_handover(narrowed(by), handover.public_id) == handover
    with pytest.raises(Http404):
        access_handover(by, handover.public_id)


def test_taking_it_back_ends_the_right_to_sign_and_counts_what_happened(house):
    by, client = house
    one, two = prepared(by, client), prepared(by, client, "part2-tpo")
    prepared(by, client, "telehealth")
    handover = hand_over(by=by, client=client, at=AT)
    sign_consent(by=narrowed(by), consent=one, handover=handover, signature=NAMED, at=LATER)
    decline_consent(by=narrowed(by), consent=two, handover=handover, at=LATER)
    take_back(by=narrowed(by), handover_id=handover.public_id, how="confirmed", at=LATER)
    assert (last().action, last().data) == (
        "device.returned",
        {"signed": 1, "declined": 1, "of": 3, "how": "confirmed"},
    )
    handover.refresh_from_db()
    assert (handover.returned_at, handover.returned_how) == (LATER, "confirmed")
    third = handed_forms(handover, at=LATER)[2].row
    with pytest.raises(NotAllowed):
        sign_consent(by=narrowed(by), consent=third, handover=handover, signature=NAMED, at=LATER)
    before = Event.objects.count()
    take_back(by=narrowed(by), handover_id=handover.public_id, how="confirmed", at=LATER)
    assert Event.objects.count() == before


def test_a_device_that_never_came_back_is_closed_by_the_next_one(house):
    by, client = house
    prepared(by, client)
    first = hand_over(by=by, client=client, at=AT)
    hand_over(by=by, client=client, at=LATER)
    first.refresh_from_db()
    assert (first.returned_at, first.returned_how) == (LATER, "expired")
    actions = list(Event.objects.order_by("sequence").values_list("action", flat=True))
    assert actions == ["consent.prepared", "device.handed", "device.closed", "device.handed"]
