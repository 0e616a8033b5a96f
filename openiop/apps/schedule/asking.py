"""One client as the placement search sees them: order, windows, seats, appointments, whom they must not meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from openiop import catalog
from openiop.apps.admissions.models import Episode, Order
from openiop.apps.clients.models import NoContact
from openiop.apps.schedule.bookings import span_of
from openiop.apps.schedule.fitting import WIDER, meetings_of, visited
from openiop.apps.schedule.models import Appointment, Enrollment, GroupSeries, SeriesSlot, Travel, Window
from openiop.domain.parts import HYBRID, able_parts
from openiop.domain.programs import Service
from openiop.domain.schedule.problem import (
    Client,
    Cohort,
    Dose,
    Group,
    Meeting,
    Mode,
    Neighbour,
    OneToOne,
    Range,
    Rules,
    Running,
    Scope,
    Span,
)
from openiop.domain.seats import Meeting as Dated
from openiop.domain.seats import stay_on

MODES = {"on_site": Mode.ONSITE, "telehealth": Mode.TELEHEALTH}
GROUP_MODES = MODES | {HYBRID: Mode.ONSITE}
"""How a group meets, for whoever plans a whole site: a hybrid one needs its room."""
OPEN_MIX = {str(service): Range(0, 14) for service in Service}
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class ClientRows:
    """What a client's week is read from: their windows, travel, seats held, and planned visits."""

    windows: Sequence[Window]
    travel: Travel | None
    seats: Sequence[Enrollment]
    visits: Sequence[Appointment]


def client_of(
    episode: Episode, order: Order, windows: Sequence[Window], first: date, *, one: tuple[OneToOne, ...] = ()
) -> Client:
    """Return what the client needs and can do from a day on. `one`: one-to-one sessions due in that week."""
    rows = ClientRows(
        windows,
        Travel.objects.filter(client=episode.client, site=episode.site).first(),
        list(Enrollment.objects.filter(client=episode.client, state="held").select_related("slot__series")),
        list(Appointment.objects.filter(client=episode.client, state="planned", day__gte=first)),
    )
    return client_from(episode, order, rows, one=one)


def client_from(
    episode: Episode, order: Order, rows: ClientRows, *, one: tuple[OneToOne, ...] = ()
) -> Client:
    """Return the same from rows at hand, for whoever reads a whole site at once."""
    numbers = catalog.load("weeks", "standard").body["rules"]
    program = catalog.program(episode.program_id, episode.program_version)
    floor = min(program.floor_on(order.starts_on).minutes_per_week, order.weekly_minutes)
    travel = rows.travel
    ceiling = min(order.max_weekly_minutes or 10_080, numbers["week_total_max"]["value"])
    able = travel.modes if travel and travel.modes else list(MODES)
    modes = able_parts(order.modality, able)
    return Client(
        id=episode.client.public_id,
        site=str(episode.site_id),
        track=episode.program_id,
        dose=Dose(floor, order.weekly_minutes, max(ceiling, order.weekly_minutes)),
        days=Range(order.weekly_days, max(order.weekly_days, 5)),
        day_minutes=Range(numbers["day_minutes_least"]["value"], numbers["day_minutes_most"]["value"]),
        windows=free_windows(episode, rows.windows),
        travel=travel.minutes if travel else 0,
        modes=frozenset(MODES[mode] for mode in modes),
        mix={name: Range(*span) for name, span in order.service_mix.items()} or OPEN_MIX,
        held=frozenset(row.slot.public_id for row in rows.seats if row.slot.series.countable),
        busy=(
            *kept_busy(rows.windows),
            *(visit_span(row, episode.site.time_zone) for row in rows.visits),
            *(span_of(row.slot) for row in rows.seats if not row.slot.series.countable),
        ),
        one=one,
        one_modes=frozenset(MODES[mode] for mode in able),
    )


def free_windows(episode: Episode, windows: Iterable[Window]) -> tuple[Span, ...]:
    """Return when the client can come; where nobody wrote it down, whenever the site is open."""
    free = tuple(window_span(row) for row in windows if row.kind == "available")
    return free or tuple(Span(*window) for window in episode.site.opening_hours)


def kept_busy(windows: Iterable[Window]) -> Iterator[Span]:
    """Yield what keeps the client elsewhere each week: work, school, child care."""
    yield from (window_span(row) for row in windows if row.kind != "available")


def visit_span(row: Appointment, zone: str) -> Span:
    """Return a visit's weekly time: a weekly seat there would meet it."""
    met = visited(row, zone)
    return Span(met.weekday, met.start, met.end)


def running_of(
    slots: Iterable[SeriesSlot], taken: dict[int, int], modes: Mapping[int, Mode] | None = None
) -> tuple[Running, ...]:
    """Return the groups of these slots as one client sees them.

    `taken`: seats of others, by slot. `modes`: how the client takes part in a hybrid group, by series.
    """
    parts = modes or {}
    by_series: dict[GroupSeries, list[SeriesSlot]] = {}
    for slot in slots:
        by_series.setdefault(slot.series, []).append(slot)
    return tuple(
        Running(
            group=group_of(series, own, parts.get(series.pk)),
            taken={slot.public_id: taken[slot.pk] for slot in own},
            pauses={slot.public_id: slot.break_minutes for slot in own},
            room_capacity=series.room.seats if series.room else None,
            cofacilitated=series.co_lead_id is not None,
        )
        for series, own in by_series.items()
    )


def group_of(series: GroupSeries, slots: Sequence[SeriesSlot], mode: Mode | None = None) -> Group:
    """Return a series as a group of the weekly model. `mode`: how one client takes part in a hybrid one."""
    return Group(
        id=series.public_id,
        site=str(series.site_id),
        track=series.programs[0] if series.programs else "",
        service=series.service,
        mode=mode or GROUP_MODES[series.modality],
        admits=frozenset(series.programs),
        cohort=Cohort(series.cohort),
        capacity=series.seats,
        solo_capacity=series.solo_seats,
        run_minimum=series.minimum,
        meetings=tuple(Meeting(slot.public_id, series.public_id, span_of(slot)) for slot in slots),
    )


def neighbours_of(episode: Episode, slots: dict[int, str], first: date) -> tuple[Neighbour, ...]:
    """Return whom the client must not meet from a day on: their meetings, and their stays at the site.

    `slots` names the site's slots. What someone has on one date counts like a weekly thing: a weekly seat
    beside it would meet them on that date.
    """
    client = episode.client
    pairs = NoContact.objects.filter(Q(client=client) | Q(other=client), ended_at__isnull=True)
    scopes: dict[int, bool] = {}
    for one, other, scope in pairs.values_list("client_id", "other_id", "scope"):
        them = other if one == client.pk else one
        scopes[them] = scopes.get(them, False) or scope == WIDER
    weeks = meetings_of(set(scopes), episode.site.time_zone, first) if scopes else {}
    return tuple(
        Neighbour(
            str(them),
            Scope.SITE if on_site else Scope.GROUP,
            frozenset(slots[m.slot] for m in weeks[them] if m.slot in slots),
            _stays([m for m in weeks[them] if m.site == episode.site_id], first),
        )
        for them, on_site in scopes.items()
    )


def _stays(meetings: Sequence[Dated], first: date) -> tuple[Span, ...]:
    """Return someone's time at the site: each day of one week, and each single date on which it is another."""
    days = {first + timedelta(days=n) for n in range(WEEK_DAYS)}
    days |= {meeting.first for meeting in meetings}
    spans = {Span(day.weekday(), *stay) for day in days if (stay := stay_on(meetings, day)) is not None}
    return tuple(sorted(spans))


def week_rules() -> Rules:
    """Return the numbers of a client's week from the catalogue."""
    numbers = catalog.load("weeks", "standard").body["rules"]
    return Rules(*(numbers[name]["value"] for name in ("gap_max", "one_gap_max", "week_total_max")))


def window_span(row: Window) -> Span:
    """Return a window's weekly time."""
    return Span(row.weekday, row.start_minute, row.end_minute)
