"""What happens at the door, in the trail of each organisation whose door it is."""

from __future__ import annotations

import pytest

from openiop.apps.accounts.services.sessions import note_factors, note_refusal
from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from tests.factories import AT, make_member, make_organization

pytestmark = pytest.mark.django_db


def trail(organization):
    with tenant(organization.pk):
        rows = Event.objects.filter(organization_id=organization.pk).order_by("sequence")
        return list(rows.values_list("action", "data"))


@pytest.fixture
def both():
    """Somebody who works in two organisations."""
    here, there = make_organization(), make_organization("Other")
    user = make_member(here, "therapist").user
    make_member(there, "nurse", user=user)
    return user, here, there


def test_a_new_factor_is_told_to_both_organisations_from_inside_one(both):
    user, here, there = both
    with tenant(here.pk):
        note_factors(user=user, before={}, after={1: "totp", 2: "recovery_codes"}, at=AT)
    told = [("factor.added", {"kind": "totp"}), ("factor.codes_made", {"kind": "recovery_codes"})]
    assert trail(here) == trail(there) == told


def test_a_refusal_is_told_to_both_organisations(both):
    user, here, there = both
    note_refusal(user=user, actions=["session.refused"], at=AT)
    assert trail(here) == trail(there) == [("session.refused", {"person": user.shown_name})]
