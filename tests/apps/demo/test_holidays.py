"""A demo that is made before a holiday: both sites are closed on it, and everything else is there.

In a file of its own: where a demo is there already, none is made.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from openiop.apps.accounts.models import Site
from openiop.apps.accounts.selectors import system_actor
from openiop.apps.core.tenancy import tenant
from openiop.apps.demo.services import build_demo
from openiop.apps.schedule.models import Closure, Session
from openiop.apps.schedule.selectors.consults import consult_offers

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("made", "holiday"),
    [
        (datetime(2026, 11, 18, 18, tzinfo=UTC), "2026-11-26"),
        (datetime(2026, 12, 16, 18, tzinfo=UTC), "2026-12-25"),
    ],
)
def test_both_sites_are_closed_on_a_holiday(made: datetime, holiday: str) -> None:
    """A day of training that falls on it gives way."""
    organization = build_demo(at=made)
    with tenant(organization.pk):
        assert not Session.objects.filter(day=holiday).exists()
        assert Session.objects.filter(day__gt=holiday).exists()
        for site in Site.objects.filter(organization=organization):
            assert Closure.objects.filter(site=site, day=holiday).count() == 1
            offered = consult_offers(system_actor(organization, "Test"), site=site, at=made)
            assert offered
            assert holiday not in {day.isoformat() for day in offered}


@pytest.mark.parametrize("day", [25, 26])
def test_in_the_running_week_groups_meet_and_no_talk_is_offered(day: int) -> None:
    """Else most people would stand below their hours on the first page."""
    made = datetime(2026, 11, day, 18, tzinfo=UTC)
    organization = build_demo(at=made)
    with tenant(organization.pk):
        assert Session.objects.filter(day="2026-11-26").exists()
        assert not Closure.objects.filter(day="2026-11-26").exists()
        for site in Site.objects.filter(organization=organization):
            offered = consult_offers(system_actor(organization, "Test"), site=site, at=made)
            assert offered
            assert "2026-11-26" not in {one.isoformat() for one in offered}
