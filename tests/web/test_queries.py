"""A page that fetches rows one by one fails its test: the guard is on, and it bites."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from zeal import zeal_context
from zeal.errors import NPlusOneError

from openiop.apps.accounts.models import Membership
from openiop.apps.core.tenancy import tenant
from tests.factories import make_member, make_organization
from tests.queries import assert_asks

pytestmark = pytest.mark.django_db


@pytest.fixture
def org():
    organization = make_organization()
    for role in ("nurse", "biller"):
        make_member(organization, role)
    with tenant(organization.pk):
        yield organization


def test_every_request_of_the_tests_is_watched():
    assert settings.MIDDLEWARE[0] == "zeal.middleware.zeal_middleware"


def test_rows_fetched_one_by_one_are_an_error(org):
    with zeal_context(), pytest.raises(NPlusOneError, match=r"Membership\.user"):
        [row.user.username for row in Membership.objects.filter(organization=org)]
    with zeal_context():
        rows = Membership.objects.filter(organization=org).select_related("user")
        assert len([row.user.username for row in rows]) == 2


def test_telling_the_tenant_is_no_question_for_rows(org):
    with CaptureQueriesContext(connection) as captured, assert_asks(1), tenant(org.pk):
        assert Membership.objects.filter(organization=org).count() == 2
    assert len(captured) == (6 if connection.vendor == "postgresql" else 1)


def test_one_question_too_many_is_shown(org):
    def ask_twice():
        with assert_asks(1):
            for role in ("nurse", "biller"):
                Membership.objects.filter(organization=org, role=role).count()

    with pytest.raises(AssertionError, match=r"2 queries, 1 expected:\nSELECT"):
        ask_twice()
