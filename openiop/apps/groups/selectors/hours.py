"""Hours of care, week by week: for everyone at a site or for one person, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from openiop import catalog
from openiop.apps.accounts.models import Site
from openiop.apps.admissions.models import Episode, Order, Phase
from openiop.apps.audit.services import note_read
from openiop.apps.core.actor import Actor
from openiop.apps.groups.models import Attendance
from openiop.apps.groups.selectors.entries import Item, items_of
from openiop.apps.schedule.lists import attendance_lists
from openiop.domain.attendance import HERE
from openiop.domain.dosage import Dosage, Entry, Need, Week, week_of, weekly_dosage
from openiop.domain.outlook import AT_RISK, Outlook, Shows, concern, outlook_of
from openiop.domain.programs import Program

IOP = "iop"
NOTHING = Need(0, 0)


@dataclass(frozen=True, slots=True)
class HoursRow:
    """One person's week. `order` and `floor` None: no dose is ordered, or no floor holds in this phase."""

    episode: Episode
    program: Program
    order_row: Order | None
    order: Need | None
    floor: Need | None
    dosage: Dosage
    outlook: Outlook
    shows: Shows
    items: tuple[Item, ...]

    @property
    def is_at_risk(self) -> bool:
        """Tell whether what is booked cannot reach the order or the floor."""
        return self.outlook in AT_RISK

    @property
    def missing(self) -> tuple[int, int]:
        """Return the minutes and days that lack to the order, or to the floor where that is more."""
        both = (self.dosage.below_order, self.dosage.below_floor)
        return max(one.minutes for one in both), max(one.days for one in both)

    @property
    def unmarked(self) -> int:
        """How many sessions are over and nobody has marked the person."""
        return len(self.dosage.unmarked)


def week_at(site: Site, day: date) -> Week:
    """Return the site's week that a day lies in."""
    noon = datetime.combine(day, time(12), ZoneInfo(site.time_zone))
    return week_of(noon, site.time_zone, site.week_starts_on)


def read_site_hours(by: Actor, site: Site, week: Week, *, at: datetime) -> list[HoursRow]:
    """Return everyone's week at the site and note in the trail that it was opened."""
    note_read(by=by, action="hours.read", subject=site)
    return site_hours(site, week, at=at)


def site_hours(site: Site, week: Week, *, at: datetime) -> list[HoursRow]:
    """Return the week of everyone in care at the site, the greatest concern first. Ten queries."""
    rows = Episode.objects.filter(
        Q(discharged_at__isnull=True) | Q(discharged_at__gte=week.starts_at),
        site=site,
        admitted_at__lt=week.ends_at,
    ).select_related("client", "primary_clinician")
    episodes = list(rows)
    for episode in episodes:
        episode.site = site
    found = [weeks[0] for weeks in hours_of(episodes, [week], at=at).values()]
    found.sort(key=lambda row: (*concern(row.dosage, row.outlook), row.episode.client.search_key))
    return found


def hours_of(
    episodes: Sequence[Episode], weeks: Sequence[Week], *, at: datetime
) -> dict[int, list[HoursRow]]:
    """Return each episode's weeks, in the order given, in a fixed number of queries."""
    first, last = min(week.first for week in weeks), max(week.last for week in weeks)
    items = items_of(episodes, first, last)
    orders, phases = _orders(episodes), _phases(episodes)
    shows = shows_of(episodes, before=weeks[-1].first)
    return {
        episode.pk: [
            _row(
                episode,
                week,
                at=at,
                items=items.get(episode.pk, ()),
                orders=orders.get(episode.pk, ()),
                phases=phases.get(episode.pk, ()),
                shows=shows.get(episode.pk, Shows()),
            )
            for week in weeks
        ]
        for episode in episodes
    }


def shows_of(episodes: Iterable[Episode], *, before: date) -> dict[int, Shows]:
    """Return how often each person came over the whole weeks before a day."""
    weeks = attendance_lists().show_rate.over_weeks
    rows = (
        Attendance.objects.filter(
            episode__in=list(episodes), day__lt=before, day__gte=before - timedelta(weeks=weeks)
        )
        .values_list("episode_id")
        .annotate(of=Count("id"), came=Count("id", filter=Q(state__in=HERE)))
    )
    return {episode: Shows(came, of) for episode, of, came in rows.values_list("episode_id", "of", "came")}


def order_in(orders: Iterable[Order], week: Week) -> Order | None:
    """Return the newest signed order in force on any day of the week. `orders` come oldest first."""
    found = None
    for order in orders:
        if order.starts_on <= week.last and (order.ends_on is None or order.ends_on >= week.first):
            found = order
    return found


def floor_in(program: Program, phases: Iterable[Phase], week: Week) -> Need | None:
    """Return the program's weekly floor, or None where the phase of the week is below this level of care."""
    phase = next((row for row in phases if row.ends_on is None or row.ends_on >= week.first), None)
    level = program.phase(phase.key).level if phase and _knows(program, phase.key) else IOP
    if level != IOP:
        return None
    floor = program.floor_on(week.first)
    return Need(floor.minutes_per_week, floor.days_per_week)


def _knows(program: Program, key: str) -> bool:
    return any(phase.key == key for phase in program.phases)


def _row(
    episode: Episode,
    week: Week,
    *,
    at: datetime,
    items: Sequence[Item],
    orders: Sequence[Order],
    phases: Sequence[Phase],
    shows: Shows,
) -> HoursRow:
    program = catalog.program(episode.program_id, episode.program_version)
    own = tuple(item for item in items if week.has(item.entry.session))
    order_row = order_in(orders, week)
    order = Need(order_row.weekly_minutes, order_row.weekly_days) if order_row else None
    floor = floor_in(program, phases, week) if order_row else None
    entries: list[Entry] = [item.entry for item in own if item.counts]
    dosage = weekly_dosage(entries, week, now=at, order=order or NOTHING, floor=floor or NOTHING)
    rate = attendance_lists().show_rate
    outlook = outlook_of(
        dosage,
        order,
        is_partial=_is_partial(episode, orders, week),
        is_often_away=shows.is_below(rate.alarm_percent, rate.least_sessions),
    )
    return HoursRow(episode, program, order_row, order, floor, dosage, outlook, shows, own)


def _is_partial(episode: Episode, orders: Iterable[Order], week: Week) -> bool:
    """Tell whether care began or ended within the week. A corrected first order begins as the first one did."""
    begins = week.first < min((order.starts_on for order in orders), default=week.first) <= week.last
    ends = episode.discharged_at is not None and episode.discharged_at < week.ends_at
    return begins or ends


def _orders(episodes: Sequence[Episode]) -> Mapping[int, Sequence[Order]]:
    rows = Order.objects.filter(episode__in=episodes, signed_at__isnull=False).order_by("number")
    found: dict[int, list[Order]] = {}
    for row in rows:
        found.setdefault(row.episode_id, []).append(row)
    return found


def _phases(episodes: Sequence[Episode]) -> Mapping[int, Sequence[Phase]]:
    found: dict[int, list[Phase]] = {}
    for row in Phase.objects.filter(episode__in=episodes).order_by("starts_on"):
        found.setdefault(row.episode_id, []).append(row)
    return found
