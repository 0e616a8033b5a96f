"""Someone around the client, changed by two people at once: each is told, and nothing typed is lost."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from openiop.apps.clients.models import Relation
from openiop.apps.core.tenancy import tenant
from tests.factories import AT, make_client, make_member, make_organization, make_site
from tests.factories.people import put

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(client):
    org = make_organization()
    with tenant(org.pk):
        site = make_site(org)
        client.force_login(make_member(org, "intake", site=site).user)
        person = make_client(org, site=site)
        columns = {
            "organization": org,
            "client": person,
            "kind": "family",
            "name": "Ines",
            "created_at": AT,
        }
        relation = put(Relation, **columns)
        yield reverse("client_contact", args=[person.public_id, relation.public_id]), relation


def typed(**change):
    return {"name": "Ines", "kind": "family", "note": "", "version": "1"} | change


def test_the_second_is_told_compares_and_saves_over_the_newer_one(client, house):
    address, relation = house
    assert 'name="version" value="1"' in client.get(address).content.decode()
    assert client.post(address, typed(note="Call after six")).status_code == 302
    late = client.post(address, typed(note="Speaks Spanish"))
    page = re.sub(r">\s+<", "><", late.content.decode())
    assert late.status_code == 409
    assert "Someone else changed this contact meanwhile." in page
    assert '<th scope="row">Note</th><td>Call after six</td><td>Speaks Spanish</td>' in page
    assert 'value="Speaks Spanish"' in page
    assert 'name="version" value="2"' in page
    relation.refresh_from_db()
    assert relation.note == "Call after six"
    both = "Call after six, speaks Spanish"
    assert client.post(address, typed(note=both, version="2")).status_code == 302
    relation.refresh_from_db()
    assert (relation.note, relation.version) == (both, 3)
