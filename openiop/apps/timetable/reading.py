"""A site's rows as one week to plan, and the week that stands as its roster.

What stands, stands: where a client's seats give fewer days or minutes than the order, or a group runs below
its least, the problem is read so that this is no reason to take a seat away; the ordered dose still pulls.
Times at which a client cannot come are never read away: who changed their hours is moved.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.db.models import Q

from openiop.apps.accounts.models import Site, User
from openiop.apps.admissions.models import Episode
from openiop.apps.clients.models import NoContact as Pair
from openiop.apps.schedule.asking import GROUP_MODES, WEEK_DAYS, group_of, week_rules
from openiop.apps.schedule.fitting import WIDER
from openiop.apps.schedule.models import Appointment, Enrollment, GroupSeries, SeriesSlot
from openiop.apps.timetable.reading_clients import Seated, read_clients
from openiop.apps.timetable.reading_house import ALWAYS, read_rooms, read_staff
from openiop.domain.schedule.problem import (
    Client,
    ClientWeek,
    Group,
    Instance,
    Mode,
    NoContact,
    PlacedOne,
    Range,
    Roster,
    Scope,
    Span,
    Staffing,
)
from openiop.domain.schedule.problem import Site as House


@dataclass(frozen=True, slots=True)
class Problem:
    """One week of a site to plan, with the rows its ids mean.

    `standing` is the week as it is held now; `base` its fingerprint. `eased` names the clients for whom a
    rule of their order was read as it stands, with the code of the rule.
    """

    site: Site
    first: date
    instance: Instance
    standing: Roster
    base: str
    eased: tuple[tuple[str, str], ...] = ()
    episodes: dict[str, Episode] = field(default_factory=dict)
    slots: dict[str, SeriesSlot] = field(default_factory=dict)
    series: dict[str, GroupSeries] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    visits: dict[tuple[str, PlacedOne], Appointment] = field(default_factory=dict)
    order_missing: tuple[Episode, ...] = ()
    waiting: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def day(self, weekday: int) -> date:
        """Return the date of a weekday in the seven days from the first."""
        return self.first + timedelta(days=(weekday - self.first.weekday()) % WEEK_DAYS)


def read_week(site: Site, first: date, *, at: datetime, movable: Collection[str] = frozenset()) -> Problem:
    """Return the site's week from a day on. `movable`: ids of staff whose one-to-one sessions may move."""
    slots = _slots(site, first)
    series: dict[int, GroupSeries] = {}
    for slot in slots:
        slot.series = series.setdefault(slot.series_id, slot.series)
    read = read_clients(site, slots, first, at=at, movable=movable)
    rooms = read_rooms(site, first)
    staff, people = read_staff(site, series.values(), slots, first, movable=movable)
    eased = [_eased(one, slots) for one in read.seated]
    instance = Instance(
        name=f"{site.public_id} {first.isoformat()}",
        rules=week_rules(),
        sites=(House(str(site.pk), tuple(Span(*window) for window in site.opening_hours) or ALWAYS),),
        rooms=rooms,
        staff=staff,
        groups=tuple(_group(one, slots, read.seated) for one in series.values()),
        clients=tuple(client for client, _codes in eased),
        conflicts=_pairs({one.client.id for one in read.seated}),
    )
    standing = _standing(series.values(), read.seated)
    return Problem(
        site, first, instance, standing, fingerprint(instance, standing),
        tuple((client.id, code) for client, codes in eased for code in codes),
        {one.client.id: one.episode for one in read.seated},
        {slot.public_id: slot for slot in slots},
        {one.public_id: one for one in series.values()},
        people, read.visits, read.order_missing, _lines(site),
    )  # fmt: skip


def fingerprint(instance: Instance, standing: Roster) -> str:
    """Return what is different as soon as somebody's seats, or who leads what where, are different."""
    told = {
        "groups": {
            key: [row.lead, row.cofacilitator, row.room] for key, row in sorted(standing.groups.items())
        },
        "times": {m.id: [m.span.day, m.span.start, m.span.end] for g in instance.groups for m in g.meetings},
        "seats": {key: sorted(week.meetings) for key, week in sorted(standing.clients.items())},
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _slots(site: Site, first: date) -> list[SeriesSlot]:
    """Return the weekly times of the groups that count as treatment and run in the week."""
    last = first + timedelta(days=WEEK_DAYS - 1)
    runs = Q(series__ends_on__isnull=True) | Q(series__ends_on__gt=last)
    rows = SeriesSlot.objects.filter(
        runs, series__site=site, series__countable=True, series__starts_on__lte=last
    )
    return list(rows.select_related("series__room", "series__lead", "series__co_lead").order_by("id"))


def _lines(site: Site) -> dict[str, tuple[str, ...]]:
    """Return the slots for which each client waits."""
    found: dict[str, tuple[str, ...]] = {}
    rows = Enrollment.objects.filter(slot__series__site=site, state="waiting").order_by("id")
    for client, slot in rows.values_list("client__public_id", "slot__public_id"):
        found[client] = (*found.get(client, ()), slot)
    return found


def _group(series: GroupSeries, slots: Iterable[SeriesSlot], seated: Iterable[Seated]) -> Group:
    """Return a series as a group. One below its least goes on with those it has."""
    own = [slot for slot in slots if slot.series_id == series.pk]
    group = group_of(series, own)
    fewest = min(sum(slot.public_id in one.meetings for one in seated) for slot in own)
    return replace(group, run_minimum=min(group.run_minimum, fewest), last_lead=series.lead.public_id)


def _standing(series: Iterable[GroupSeries], seated: Iterable[Seated]) -> Roster:
    """Return who sits where, and who leads what, as it is held now."""
    return Roster(
        groups={one.public_id: staffing_of(one) for one in series},
        clients={one.client.id: ClientWeek(one.meetings, one.one) for one in seated if one.meetings},
    )


def staffing_of(series: GroupSeries) -> Staffing:
    """Return who leads a series, and where."""
    return Staffing(
        series.lead.public_id,
        series.co_lead.public_id if series.co_lead else None,
        series.room.public_id if series.room and GROUP_MODES[series.modality] is Mode.ONSITE else None,
    )


def _eased(one: Seated, slots: Iterable[SeriesSlot]) -> tuple[Client, list[str]]:
    """Return the client with the rules of the order read as wide as what they hold, and which were."""
    made = one.client
    held = [slot for slot in slots if slot.public_id in one.meetings]
    if not held:
        return made, []
    by_day: dict[int, int] = {}
    mix: dict[str, int] = dict.fromkeys(made.mix, 0)
    for slot in held:
        minutes = slot.end_minute - slot.start_minute
        by_day[slot.weekday] = by_day.get(slot.weekday, 0) + minutes
        mix[slot.series.service] = mix.get(slot.series.service, 0) + 1
    total = sum(by_day.values())
    wide = replace(
        made,
        dose=replace(made.dose, floor=min(made.dose.floor, total), ceiling=max(made.dose.ceiling, total)),
        days=_wide(made.days, len(by_day), len(by_day)),
        day_minutes=_wide(made.day_minutes, min(by_day.values()), max(by_day.values())),
        mix={
            name: _wide(made.mix.get(name, Range(count, count)), count, count) for name, count in mix.items()
        },
    )
    names = ("dose", "days", "day_minutes", "mix")
    return wide, [name for name in names if getattr(wide, name) != getattr(made, name)]


def _wide(allowed: Range, least: int, most: int) -> Range:
    return Range(min(allowed.lo, least), max(allowed.hi, most))


def _pairs(clients: set[str]) -> tuple[NoContact, ...]:
    """Return the standing pairs of people to be kept apart; of two rows the wider holds."""
    rows = Pair.objects.filter(
        ended_at__isnull=True, client__public_id__in=clients, other__public_id__in=clients
    )
    found: dict[tuple[str, str], Scope] = {}
    for a, b, scope in rows.values_list("client__public_id", "other__public_id", "scope"):
        key = (min(a, b), max(a, b))
        if scope == WIDER or key not in found:
            found[key] = Scope.SITE if scope == WIDER else Scope.GROUP
    return tuple(NoContact(a, b, scope) for (a, b), scope in sorted(found.items()))
