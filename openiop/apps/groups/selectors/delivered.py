"""Hours delivered against hours ordered, week by week, for a site or one of its tracks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, Sum

from openiop.apps.accounts.models import Site
from openiop.apps.admissions.models import Episode, Order
from openiop.apps.groups.models import Attendance
from openiop.apps.groups.selectors.hours import order_in
from openiop.apps.schedule.models import Appointment
from openiop.domain.dosage import Week

WEEKS = 8
"""How far back a chart looks."""


@dataclass(frozen=True, slots=True)
class WeekTotal:
    """One week of a site: minutes ordered and minutes that counted."""

    first: date
    ordered: int
    delivered: int


def delivered_by_week(site: Site, last: Week, *, track: str = "", weeks: int = WEEKS) -> list[WeekTotal]:
    """Return the weeks up to and with `last`, the oldest first. Four queries, however many people.

    Ordered: the signed order of each person in care on any day of the week, whole even where care began
    or ended within it. Delivered: what counted of groups and appointments, as saved.
    """
    span = [Week(last.first - timedelta(weeks=back), last.zone) for back in reversed(range(weeks))]
    episodes = list(_episodes(site, span[0], span[-1], track))
    orders: dict[int, list[Order]] = {}
    for row in Order.objects.filter(episode__in=episodes, signed_at__isnull=False).order_by("number"):
        orders.setdefault(row.episode_id, []).append(row)
    by_day = _delivered(episodes, span[0].first, span[-1].last)
    return [
        WeekTotal(
            week.first,
            sum(_ordered(episode, orders.get(episode.pk, ()), week) for episode in episodes),
            sum(minutes for day, minutes in by_day.items() if week.first <= day <= week.last),
        )
        for week in span
    ]


def _episodes(site: Site, first: Week, last: Week, track: str) -> Any:
    rows = Episode.objects.filter(
        Q(discharged_at__isnull=True) | Q(discharged_at__gte=first.starts_at),
        site=site,
        admitted_at__lt=last.ends_at,
    )
    return rows.filter(program_id=track) if track else rows


def _ordered(episode: Episode, orders: Iterable[Order], week: Week) -> int:
    in_care = episode.admitted_at < week.ends_at and (
        episode.discharged_at is None or episode.discharged_at >= week.starts_at
    )
    order = order_in(orders, week) if in_care else None
    return order.weekly_minutes if order else 0


def _delivered(episodes: Iterable[Episode], first: date, last: date) -> dict[date, int]:
    """Return the minutes that counted, by day."""
    ids = [episode.pk for episode in episodes]
    groups = Attendance.objects.filter(episode_id__in=ids, day__range=(first, last))
    visits = Appointment.objects.filter(
        episode_id__in=ids, day__range=(first, last), state="held", countable=True
    )
    found: dict[date, int] = {}
    for day, minutes in groups.values_list("day").annotate(sum=Sum("countable_minutes")):
        found[day] = found.get(day, 0) + (minutes or 0)
    for day, minutes in visits.values_list("day").annotate(sum=Sum("attended_minutes")):
        found[day] = found.get(day, 0) + (minutes or 0)
    return found
