"""Reports that a listing is wrong, and closing them."""

from __future__ import annotations

from datetime import datetime, timedelta

from openiop.apps.accounts.selectors import operator
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import NOBODY, Actor
from openiop.apps.core.tenancy import tenant
from openiop.apps.directory.models import Facility, Report
from openiop.domain.errors import NotAllowed

MOST_OPEN = 20
"""More open reports of one place in a day say nothing new."""


def report_listing(*, facility: Facility, what: str, words: str, at: datetime) -> Report:
    """Keep that somebody says a listing is wrong; nothing about who says it. Raises NotAllowed where many wait."""
    since = at - timedelta(days=1)
    if Report.objects.filter(facility=facility, closed_at__isnull=True, at__gte=since).count() >= MOST_OPEN:
        raise NotAllowed("Several people reported this place today already.", code="reported")
    with tenant(NOBODY), recording(by=operator("Web form"), at=at) as record:
        row = Report.objects.create(facility=facility, what=what, words=words[:500], at=at)
        record("listing.reported", subject=row, data={"facility": facility.public_id})
    return row


def close_report(*, by: Actor, report: Report, outcome: str, at: datetime) -> Report:
    """Close a report with what came of it."""
    with tenant(by.organization_id), recording(by=by, at=at) as record:
        report.closed_at, report.closed_by_id, report.outcome = at, by.user_id, outcome[:300]
        report.save(update_fields=["closed_at", "closed_by", "outcome"])
        record("report.closed", subject=report, data={"facility": report.facility.public_id})
    return report
