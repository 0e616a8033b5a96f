"""The demo's plans: most in order, each of them whole, and the awkward ones a house really has."""

from __future__ import annotations

import pytest
from django.db import transaction

from openiop.apps.admissions.models import Episode
from openiop.apps.core.tenancy import tenant
from openiop.apps.demo.services import build_demo
from openiop.apps.treatment.models import PlanAnswer, PlanReview, TreatmentPlan
from openiop.apps.treatment.reading import fingerprint, plan_of
from openiop.apps.treatment.selectors.dues import dues_of
from openiop.domain.treatment.gaps import gaps_of, may_be_signed
from openiop.domain.treatment.signing import Standing
from tests.factories import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def dues(django_db_setup, django_db_blocker):
    """What is due on each course of care of the demo, built once."""
    with django_db_blocker.unblock(), transaction.atomic():
        organization = build_demo(at=AT)
        with tenant(organization.pk):
            open_ones = Episode.objects.filter(discharged_at__isnull=True)
            rows = open_ones.select_related("client", "site", "primary_clinician")
            yield list(dues_of(list(rows), at=AT).values())
        transaction.set_rollback(True)


def test_every_signed_plan_is_whole_and_bears_its_fingerprint(dues):
    for row in TreatmentPlan.objects.filter(signed_at__isnull=False):
        plan = plan_of(row)
        assert may_be_signed(gaps_of(plan, today=row.signed_at.date()))
        assert row.content_sha256 == fingerprint(plan)


def test_nothing_is_signed_answered_or_reviewed_in_the_future(dues):
    assert not TreatmentPlan.objects.filter(signed_at__gt=AT).exists()
    assert not PlanAnswer.objects.filter(given_at__gt=AT).exists()
    assert not PlanReview.objects.filter(signed_at__gt=AT).exists()


def test_most_are_in_order_and_a_few_are_overdue(dues):
    late = [one for one in dues if one.days_left < 0]
    assert 1 <= len(late) <= len(dues) // 3


def test_the_awkward_ones_are_there(dues):
    assert [one.standing for one in dues].count(Standing.AWAITS_COSIGN) == 1
    assert sum(one.draft is not None for one in dues) == 1
    assert sum(one.plan is not None and one.plan.number == 2 for one in dues) == 1
    assert PlanAnswer.objects.filter(answer="disagrees").exclude(words="").count() == 1
