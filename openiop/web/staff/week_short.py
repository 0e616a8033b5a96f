"""Beside the week: how many of the site will fall short in it, and how many seats are waited for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.http import urlencode

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core.actor import Actor
from openiop.apps.groups.selectors.hours import site_hours, week_at
from openiop.apps.schedule.selectors.week import SiteWeek

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Site


@dataclass(frozen=True, slots=True)
class WeekShort:
    """Figures of a week, and no name: how many will fall short, of how many in care, by how many minutes."""

    short: int
    in_care: int
    minutes: int
    waiting: int
    address: str


def week_short(by: Actor, site: Site, plan: SiteWeek, track: str, *, at: datetime) -> WeekShort | None:
    """Return the figures of the week shown, as the hours board counts them; None for who may not see hours.

    The board names nobody, since it hangs on walls: who falls short is one click away, and noted there.
    """
    if not by.may_at(Permission.HOURS_VIEW, site.pk):
        return None
    week = week_at(site, plan.monday)
    rows = [row for row in site_hours(site, week, at=at) if track in ("", row.program.id)]
    short = [row for row in rows if row.is_at_risk]
    query = {"site": site.public_id, "week": week.first.isoformat(), "track": track, "show": "short"}
    return WeekShort(
        short=len(short),
        in_care=len(rows),
        minutes=sum(row.missing[0] for row in short),
        waiting=sum(one.waiting for one in plan.sessions),
        address=f"{reverse('hours')}?{urlencode({key: said for key, said in query.items() if said})}",
    )
