"""Seats of a hybrid group: how many sit in its room, and what kind of seat a client gets.

Counted inside the transaction that gives the seat: writers of one organisation queue up, so that the room
is never oversold (ADR 0018).
"""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q

from openiop.apps.admissions.models import Episode
from openiop.apps.schedule.models import Enrollment, GroupSeries, SeriesSlot, Session, SessionGuest, Travel
from openiop.domain.parts import HYBRID, REMOTE, able_parts, seat_in_hybrid
from openiop.domain.seats import SeatState


def room_limit(series: GroupSeries) -> int:
    """Return how many may sit in the room; all of them where nothing else was said."""
    return series.seats if series.room_seats is None else series.room_seats


def able_of(episode: Episode) -> frozenset[str]:
    """Return how the client may take part, by the order in force and what is known of them. Two queries."""
    order = episode.orders.filter(signed_at__isnull=False).order_by("-number").first()
    travel = Travel.objects.filter(client=episode.client, site=episode.site).first()
    return able_parts(order.modality if order else HYBRID, travel.modes if travel else ())


def weekly_part(episode: Episode, slot: SeriesSlot, first: date) -> str | None:
    """Return the kind of a weekly seat from a day on: empty in a group of one kind; None: the room is full."""
    if slot.series.modality != HYBRID:
        return ""
    free = in_room(slot, first, besides=episode.client_id) < room_limit(slot.series)
    return seat_in_hybrid(able_of(episode), room_free=free)


def dated_part(episode: Episode, session: Session, *, away: int = 0) -> str | None:
    """Return the same for a guest of one date. `away`: places of the room left free by those who stay away."""
    if session.modality != HYBRID:
        return ""
    free = in_room_on(session) - away < room_limit(session.series)
    return seat_in_hybrid(able_of(episode), room_free=free)


def in_room(slot: SeriesSlot, first: date, *, besides: int | None = None) -> int:
    """Return the most who sit in the room on one date from `first` on, one client left out.

    Seats that end later and the fullest day of guests are counted as if they fell on one day.
    """
    held = Enrollment.objects.filter(
        Q(state=SeatState.HELD) | Q(state=SeatState.ENDED, ends_on__gte=first), slot=slot
    )
    guests = (
        SessionGuest.objects.filter(session__slot=slot, session__day__gte=first, ended_at__isnull=True)
        .exclude(session__state="cancelled")
        .exclude(modality=REMOTE)
    )
    days = guests.values("session__day").annotate(count=Count("id")).values_list("count", flat=True)
    return held.exclude(modality=REMOTE).exclude(client_id=besides).count() + max(days, default=0)


def in_room_on(session: Session) -> int:
    """Return how many sit in the room on one date."""
    seats = Enrollment.objects.filter(
        Q(state=SeatState.HELD) | Q(state=SeatState.ENDED, ends_on__gte=session.day),
        slot_id=session.slot_id,
        starts_on__lte=session.day,
    ).exclude(modality=REMOTE)
    guests = SessionGuest.objects.filter(session=session, ended_at__isnull=True).exclude(modality=REMOTE)
    return seats.count() + guests.count()


def parts_on(session: Session) -> dict[int, str]:
    """Return how each client of a hybrid session takes part; nothing for one of a single kind. Two queries."""
    if session.modality != HYBRID:
        return {}
    guests = SessionGuest.objects.filter(session=session, ended_at__isnull=True)
    seats = Enrollment.objects.filter(slot_id=session.slot_id, starts_on__lte=session.day).filter(
        Q(state=SeatState.HELD) | Q(state=SeatState.ENDED, ends_on__gte=session.day)
    )
    return dict(guests.values_list("client_id", "modality")) | dict(
        seats.values_list("client_id", "modality")
    )
