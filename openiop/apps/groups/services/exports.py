"""What leaves the pages as a file is in the trail."""

from __future__ import annotations

from datetime import date, datetime

from openiop.apps.accounts.models import Site
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor


def note_hours_export(*, by: Actor, site: Site, week: date, people: int, at: datetime) -> None:
    """Write down that the hours of a site's week were taken out as a table."""
    with recording(by=by, at=at) as record:
        data = {"site": site.name, "week": week.isoformat(), "people": people}
        record("hours.exported", subject=site, data=data)
