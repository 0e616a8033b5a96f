"""On which days nobody is there at all: for clocks that count opening time."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from openiop.apps.core.actor import Actor
from openiop.apps.schedule.models import Closure

WHOLE_DAY = (0, 1440)


def closed_days(by: Actor) -> dict[int, frozenset[date]]:
    """Return each site's whole days of closure by the site's key; a closed morning is no closed day."""
    start, end = WHOLE_DAY
    rows = Closure.objects.filter(
        organization_id=by.organization_id, room__isnull=True, start_minute__lte=start, end_minute__gte=end
    )
    found: dict[int, set[date]] = defaultdict(set)
    for site_id, day in rows.values_list("site_id", "day"):
        found[site_id].add(day)
    return {site_id: frozenset(days) for site_id, days in found.items()}
