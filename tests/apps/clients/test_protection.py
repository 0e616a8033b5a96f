"""A single record may be under 42 CFR Part 2 although the client's whole record is not."""

from __future__ import annotations

import pytest

from openiop.apps.admissions.models import Assessment
from openiop.apps.clients.models import Disclosure
from openiop.apps.clients.services.disclosures import DisclosureRefused, Handing, disclose
from openiop.apps.core.tenancy import tenant
from openiop.domain.consents import Scope
from openiop.domain.disclosures import Reason, RecipientKind, Why
from tests.factories import AT, actor, make_assessment, make_client, make_organization

pytestmark = pytest.mark.django_db

ATTENDED = frozenset({Scope.ATTENDANCE})
ASSESSED = frozenset({Scope.ATTENDANCE, Scope.LEVEL_OF_CARE})


@pytest.fixture
def house():
    org = make_organization()
    with tenant(org.pk):
        client = make_client(org, part2=False)
        make_assessment(client, part2=True)
        yield actor(org, "reviewer"), client


def tell_the_plan(by, client, scopes):
    handing = Handing(
        RecipientKind.PAYER, Reason.PAYMENT, scopes, recipient="Saltmarsh Health Plan", what="One week"
    )
    return disclose(by=by, client=client, handing=handing, at=AT)


def test_an_assessment_that_is_marked_goes_to_a_health_plan_by_consent_only(house):
    by, client = house
    with pytest.raises(DisclosureRefused) as refused:
        tell_the_plan(by, client, ASSESSED)
    assert [(one.why, one.source) for one in refused.value.decision.reasons] == [
        (Why.NO_CONSENT, "42 CFR 2.13(a)")
    ]
    assert Disclosure.objects.count() == 0


def test_what_is_not_marked_goes_as_before(house):
    by, client = house
    assert tell_the_plan(by, client, ATTENDED).part2 is False
    Assessment.objects.update(part2=False)
    assert tell_the_plan(by, client, ASSESSED).part2 is False
