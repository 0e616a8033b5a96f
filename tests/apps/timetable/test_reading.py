"""The demo's week read out of the rows is a legal week of the model, and reads the same twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from openiop.apps.accounts.models import Site
from openiop.apps.core.tenancy import tenant
from openiop.apps.demo.services import build_demo
from openiop.apps.schedule.selectors.week import monday_of
from openiop.apps.timetable.reading import read_week
from openiop.domain.schedule.check import broken_rules
from tests.factories import AT

pytestmark = pytest.mark.django_db
MONDAY = monday_of(AT.date())


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demo organisation inside its tenant, built once: each test undoes what it changes."""
    with django_db_blocker.unblock(), transaction.atomic():
        organization = build_demo(at=AT)
        with tenant(organization.pk):
            yield organization
        transaction.set_rollback(True)


def test_the_demos_standing_week_breaks_no_rule_at_either_site(demo):
    for site in Site.objects.order_by("id"):
        problem = read_week(site, MONDAY + timedelta(weeks=1), at=AT)
        assert broken_rules(problem.instance, problem.standing) == ()
        print(problem.eased, len(problem.instance.clients), len(problem.standing.clients))
