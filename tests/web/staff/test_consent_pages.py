"""The consent pages: prepare, sign, refuse to disclose; the client's own place shows only theirs."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.clients.models import Consent, Disclosure
from openiop.apps.core.tenancy import tenant
from tests.factories import AT, make_client, make_consent, make_member, make_organization, make_relation

pytestmark = pytest.mark.django_db


@pytest.fixture
def org():
    made = make_organization()
    with time_machine.travel(AT, tick=False), tenant(made.pk):
        yield made


def test_a_form_is_prepared_and_signed_on_screen(client, org):
    client.force_login(make_member(org, "intake").user)
    person = make_client(org)
    assert (
        "Consent to treatment"
        in client.get(reverse("client_consents", args=[person.public_id])).content.decode()
    )
    new = reverse("consent_new", args=[person.public_id, "treatment"])
    assert client.get(new).status_code == 200
    answer = client.post(new, {"language": "en", "basis": "adult", "expires_kind": "none"})
    row = Consent.objects.get()
    assert answer.url == reverse("consent", args=[row.public_id])
    assert client.post(answer.url, {"name": "Someone", "agreed": "on"}).status_code == 422
    assert client.post(answer.url, {"name": "Ana Velora-Demo", "agreed": "on"}).status_code == 302
    assert Consent.objects.get().signed_by == "Ana Velora-Demo"
    pdf = client.post(reverse("consent_pdf", args=[row.public_id]))
    assert pdf["Content-Type"] == "application/pdf"
    assert client.get(answer.url).status_code == 200


def test_without_a_release_nothing_goes_out(client, org):
    client.force_login(make_member(org, "intake").user)
    person = make_client(org, part2=True)
    page = reverse("client_disclosures", args=[person.public_id])
    form = {
        "recipient_kind": "person", "recipient": "An aunt", "purpose": "specific", "scopes": ["attendance"],
        "what": "Attendance of February", "method": "phone",
    }  # fmt: skip
    answer = client.post(page, form)
    assert answer.status_code == 422
    assert "No consent names this recipient." in answer.content.decode()
    assert Disclosure.objects.count() == 0


def test_a_client_sees_and_signs_their_own_only(client, org):
    member = make_member(org, "client")
    own = make_client(org, user=member.user)
    theirs = make_consent(make_client(org, "Ben", "Arden-Demo"))
    mine = make_consent(own)
    client.force_login(member.user)
    assert client.get(reverse("portal_home")).status_code == 200
    assert client.get(reverse("portal_consents")).status_code == 200
    assert client.get(reverse("portal_consent", args=[mine.public_id])).status_code == 200
    assert client.get(reverse("portal_consent", args=[theirs.public_id])).status_code == 404
    page = reverse("portal_consent", args=[mine.public_id])
    assert client.post(page, {"name": "Ana Velora-Demo", "agreed": "on"}).status_code == 302
    assert Consent.objects.get(pk=mine.pk).signed_user_id == member.user_id


def test_family_without_a_release_learns_nothing(client, org):
    member = make_member(org, "family")
    person = make_client(org, part2=True)
    make_relation(person, user=member.user)
    client.force_login(member.user)
    page = client.get(reverse("family_home"))
    assert page.status_code == 200
    assert "Velora" not in page.content.decode().replace("Family Person", "")
