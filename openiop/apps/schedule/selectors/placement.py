"""What the placement search needs to know about a client and a site, read from the rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from openiop import catalog
from openiop.apps.admissions.models import Episode, Order
from openiop.apps.clients.models import NoContact as NoContactRow
from openiop.apps.core.clock import local
from openiop.apps.schedule.bookings import span_of
from openiop.apps.schedule.models import Appointment, Enrollment, GroupSeries, SeriesSlot, Travel, Window
from openiop.domain.programs import Service
from openiop.domain.schedule.placement import Answer, find_weeks
from openiop.domain.schedule.problem import (
    Client,
    Cohort,
    Dose,
    Group,
    Meeting,
    Mode,
    Neighbour,
    Question,
    Range,
    Rules,
    Running,
    Scope,
    Span,
)

MODES = {"on_site": Mode.ONSITE, "telehealth": Mode.TELEHEALTH}
OPEN_MIX = {str(service): Range(0, 14) for service in Service}


@dataclass(frozen=True, slots=True)
class Found:
    """The answer, with the rows its ids mean, and whether the client's windows are known at all."""

    answer: Answer
    question: Question
    slots: dict[str, SeriesSlot]
    order: Order
    windows_known: bool


def find_weeks_for(episode: Episode, *, at: datetime) -> Found | None:
    """Return the best weeks for the client in the free seats of their site, or None where no dose is ordered."""
    order = episode.orders.filter(signed_at__isnull=False).order_by("-number").first()
    if order is None:
        return None
    today = local(at, episode.site.time_zone).date()
    slots = {slot.public_id: slot for slot in _slots(episode, today)}
    running = _running(list(slots.values()), episode)
    windows = list(Window.objects.filter(client=episode.client))
    client = _client(episode, order, windows, at)
    question = Question(client, running, _rules(), tuple(_neighbours(episode)))
    return Found(
        find_weeks(question), question, slots, order, any(row.kind == "available" for row in windows)
    )


def _slots(episode: Episode, today: object) -> list[SeriesSlot]:
    rows = SeriesSlot.objects.filter(series__site=episode.site, series__countable=True).filter(
        Q(series__ends_on__isnull=True) | Q(series__ends_on__gt=today)
    )
    return list(rows.select_related("series__room", "series__lead", "series__co_lead").order_by("id"))


def _running(slots: list[SeriesSlot], episode: Episode) -> tuple[Running, ...]:
    held = set(
        Enrollment.objects.filter(client=episode.client, state="held").values_list("slot_id", flat=True)
    )
    by_series: dict[GroupSeries, list[SeriesSlot]] = {}
    for slot in slots:
        by_series.setdefault(slot.series, []).append(slot)
    return tuple(
        Running(
            group=_group(series, own),
            taken={slot.public_id: slot.seats_taken - (slot.pk in held) for slot in own},
            pauses={slot.public_id: slot.break_minutes for slot in own},
            room_capacity=series.room.seats if series.room else None,
            cofacilitated=series.co_lead_id is not None,
        )
        for series, own in by_series.items()
    )


def _group(series: GroupSeries, slots: list[SeriesSlot]) -> Group:
    return Group(
        id=series.public_id,
        site=str(series.site_id),
        track=series.programs[0] if series.programs else "",
        service=series.service,
        mode=MODES[series.modality],
        admits=frozenset(series.programs),
        cohort=Cohort(series.cohort),
        capacity=series.seats,
        solo_capacity=series.solo_seats,
        run_minimum=series.minimum,
        meetings=tuple(Meeting(slot.public_id, series.public_id, span_of(slot)) for slot in slots),
    )


def _client(episode: Episode, order: Order, windows: list[Window], at: datetime) -> Client:
    numbers = catalog.load("weeks", "standard").body["rules"]
    program = catalog.program(episode.program_id, episode.program_version)
    floor = min(program.floor_on(order.starts_on).minutes_per_week, order.weekly_minutes)
    travel = Travel.objects.filter(client=episode.client, site=episode.site).first()
    free = tuple(_span(row) for row in windows if row.kind == "available")
    ceiling = min(order.max_weekly_minutes or 10_080, numbers["week_total_max"]["value"])
    modes = travel.modes if travel and travel.modes else ["on_site", "telehealth"]
    if order.modality != "hybrid":
        modes = [mode for mode in modes if mode == order.modality] or [order.modality]
    seats = Enrollment.objects.filter(client=episode.client, state="held").select_related("slot__series")
    held = [row.slot.public_id for row in seats if row.slot.series.countable]
    others = [span_of(row.slot) for row in seats if not row.slot.series.countable]
    return Client(
        id=episode.client.public_id,
        site=str(episode.site_id),
        track=episode.program_id,
        dose=Dose(floor, order.weekly_minutes, max(ceiling, order.weekly_minutes)),
        days=Range(order.weekly_days, max(order.weekly_days, 5)),
        day_minutes=Range(numbers["day_minutes_least"]["value"], numbers["day_minutes_most"]["value"]),
        windows=free or tuple(Span(*window) for window in episode.site.opening_hours),
        travel=travel.minutes if travel else 0,
        modes=frozenset(MODES[mode] for mode in modes),
        mix={name: Range(*span) for name, span in order.service_mix.items()} or OPEN_MIX,
        held=frozenset(held),
        busy=(*_busy(episode, windows, at), *others),
    )


def _busy(episode: Episode, windows: list[Window], at: datetime) -> list[Span]:
    zone = episode.site.time_zone
    spans = [_span(row) for row in windows if row.kind != "available"]
    coming = Appointment.objects.filter(
        client=episode.client, state="planned", starts_at__gte=at, starts_at__lt=at + timedelta(days=14)
    )
    for row in coming:
        starts, ends = local(row.starts_at, zone), local(row.ends_at, zone)
        spans.append(Span(row.day.weekday(), starts.hour * 60 + starts.minute, ends.hour * 60 + ends.minute))
    return spans


def _neighbours(episode: Episode) -> list[Neighbour]:
    pairs = NoContactRow.objects.filter(
        Q(client=episode.client) | Q(other=episode.client), ended_at__isnull=True
    ).select_related("client", "other")
    found = []
    for pair in pairs:
        other = pair.other if pair.client_id == episode.client_id else pair.client
        slots = list(
            Enrollment.objects.filter(client=other, state="held")
            .select_related("slot__series")
            .order_by("slot__weekday", "slot__start_minute")
        )
        found.append(
            Neighbour(
                other.public_id,
                Scope(pair.scope),
                frozenset(row.slot.public_id for row in slots),
                _presence(slots, episode.site_id),
            )
        )
    return found


def _presence(seats: list[Enrollment], site_id: int) -> tuple[Span, ...]:
    """Return someone's time at the site, each day from the first to the last minute of their groups."""
    spans = [
        span_of(row.slot)
        for row in seats
        if row.slot.series.site_id == site_id and row.slot.series.modality == "on_site"
    ]
    by_day: dict[int, list[Span]] = {}
    for span in spans:
        by_day.setdefault(span.day, []).append(span)
    return tuple(
        Span(day, min(span.start for span in own), max(span.end for span in own))
        for day, own in by_day.items()
    )


def _rules() -> Rules:
    numbers = catalog.load("weeks", "standard").body["rules"]
    return Rules(*(numbers[name]["value"] for name in ("gap_max", "one_gap_max", "week_total_max")))


def _span(row: Window) -> Span:
    return Span(row.weekday, row.start_minute, row.end_minute)
