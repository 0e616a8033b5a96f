"""The wall between organisations as the database keeps it, and the one table that is read before it stands."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from openiop.apps.accounts.models import Membership
from openiop.apps.accounts.selectors import memberships_of
from openiop.apps.clients.models import Client
from openiop.apps.core.tenancy import before_tenant, tenant
from tests.factories import AT, make_client, make_member, make_organization

pytestmark = pytest.mark.django_db


def told():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('openiop.org', true)")
        return cursor.fetchone()[0] or ""


@pytest.fixture
def both():
    """Somebody who works in two organisations."""
    here, there = make_organization(), make_organization("Other")
    user = make_member(here, "therapist").user
    make_member(there, "nurse", user=user)
    return user, here, there


def test_a_person_s_organisations_are_all_found_from_inside_one(both):
    user, here, there = both
    with tenant(here.pk):
        assert [row.organization_id for row in memberships_of(user, at=AT)] == [here.pk, there.pk]


@pytest.mark.postgres
def test_inside_a_tenant_the_database_shows_its_memberships_alone(both):
    user, here, _there = both
    with tenant(here.pk):
        assert [row.role for row in Membership.objects.filter(user=user)] == ["therapist"]
        with before_tenant():
            assert [row.role for row in Membership.objects.filter(user=user).order_by("id")] == [
                "therapist", "nurse",
            ]  # fmt: skip
        assert told() == str(here.pk)
        assert [row.role for row in Membership.objects.filter(user=user)] == ["therapist"]


@pytest.mark.postgres
def test_before_a_tenant_is_known_no_client_is_seen(both):
    _user, here, _there = both
    make_client(here)
    with tenant(here.pk):
        assert Client.objects.count() == 1
        with before_tenant():
            assert Client.objects.count() == 0
        assert Client.objects.count() == 1


@pytest.mark.postgres
def test_the_tenant_is_back_after_a_failure(both):
    _user, here, there = both
    with tenant(here.pk):
        for inner in (before_tenant(), tenant(there.pk)):
            with pytest.raises(LookupError), inner:
                raise LookupError
            assert told() == str(here.pk)


@pytest.mark.postgres
def test_the_setting_ends_with_its_transaction(both):
    _user, here, _there = both
    with transaction.atomic(), tenant(here.pk):
        assert told() == str(here.pk)
    assert told() == ""
