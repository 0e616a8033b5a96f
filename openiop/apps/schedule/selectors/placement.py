"""The best weeks for a client in the free seats of their site, with times for the one-to-one sessions due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q

from openiop.apps.accounts.models import User
from openiop.apps.admissions.models import Episode, Order
from openiop.apps.core.clock import local
from openiop.apps.schedule.asking import client_of, neighbours_of, running_of, week_rules
from openiop.apps.schedule.fitting import first_full_day
from openiop.apps.schedule.models import Enrollment, SeriesSlot, SessionGuest, Window
from openiop.apps.schedule.parts import in_room, room_limit
from openiop.apps.schedule.selectors.openings import Opening, circle_of, opening_of, staff_openings
from openiop.domain.parts import HYBRID
from openiop.domain.schedule.placement import STEPS, Answer, Placement, find_weeks
from openiop.domain.schedule.problem import Client, Mode, Question
from openiop.domain.seats import SeatState


@dataclass(frozen=True, slots=True)
class Found:
    """The answer, with the rows its ids mean, and whether the client's windows are known at all.

    `first` is the day from which the week is looked for.
    """

    answer: Answer
    question: Question
    slots: dict[str, SeriesSlot]
    order: Order
    windows_known: bool
    first: date
    people: dict[str, User] = field(default_factory=dict)

    def openings(self, week: Placement, episode: Episode) -> list[Opening]:
        """Return the one-to-one sessions of a week with their dates."""
        return [opening_of(one, self.people, self.first, episode.site) for one in week.one]


def find_weeks_for(
    episode: Episode,
    *,
    at: datetime,
    starts_on: date | None = None,
    modality: str = "",
    limit: int = 5,
    steps: int = STEPS,
) -> Found | None:
    """Return the best weeks for the client from a day on, or None where no dose is ordered.

    Without a day: from today, or from the order's first day if that is later. `modality`: as if the order
    said so.
    """
    order = episode.orders.filter(signed_at__isnull=False).order_by("-number").first()
    if order is None:
        return None
    order.modality = modality or order.modality
    today = local(at, episode.site.time_zone).date()
    first = max(today, starts_on or order.starts_on)
    slots = _slots(episode, first)
    windows = list(Window.objects.filter(client=episode.client))
    circle = circle_of(episode)
    one = circle.due(first)
    client = client_of(episode, order, windows, first, one=one)
    names = {slot.pk: slot.public_id for slot in slots}
    taken = _taken(slots, episode, first)
    running = running_of(slots, taken, _hybrid_parts(slots, taken, client, episode, first))
    question = Question(client, running, week_rules(), neighbours_of(episode, names, first))
    people = {user.public_id: user for session in one for user in circle.givers(session.kind)}
    openings = staff_openings(episode.site, people.values(), first, at=at, client_id=episode.client_id)
    return Found(
        find_weeks(question, limit=limit, openings=openings, steps=steps),
        question,
        {slot.public_id: slot for slot in slots},
        order,
        any(row.kind == "available" for row in windows),
        first,
        people,
    )


def _hybrid_parts(
    slots: Iterable[SeriesSlot], taken: dict[int, int], client: Client, episode: Episode, first: date
) -> dict[int, Mode]:
    """Return how the client would take part in each hybrid group: in the room while it has a place.

    Who cannot join by video finds a meeting whose room is full taken: `taken` is changed to say so.
    """
    parts: dict[int, Mode] = {}
    for slot in slots:
        series = slot.series
        if series.modality != HYBRID:
            continue
        is_full = in_room(slot, first, besides=episode.client_id) >= room_limit(series)
        part = Mode.ONSITE if Mode.ONSITE in client.modes and not is_full else Mode.TELEHEALTH
        if Mode.TELEHEALTH not in client.modes:
            taken[slot.pk] = slot.seats if is_full else taken[slot.pk]
            part = Mode.ONSITE
        parts[series.pk] = Mode.TELEHEALTH if Mode.TELEHEALTH in {part, parts.get(series.pk)} else part
    return parts


def _slots(episode: Episode, first: date) -> list[SeriesSlot]:
    rows = SeriesSlot.objects.filter(series__site=episode.site, series__countable=True).filter(
        Q(series__ends_on__isnull=True) | Q(series__ends_on__gt=first)
    )
    return list(rows.select_related("series__room", "series__lead", "series__co_lead").order_by("id"))


def _taken(slots: Iterable[SeriesSlot], episode: Episode, first: date) -> dict[int, int]:
    """Return the seats of others in each slot. One with a date on which nothing is left counts as full."""
    own = Enrollment.objects.filter(client=episode.client, state=SeatState.HELD)
    held = set(own.values_list("slot_id", flat=True))
    guests = SessionGuest.objects.filter(session__day__gte=first, ended_at__isnull=True)
    leaving = Enrollment.objects.filter(state=SeatState.ENDED, ends_on__gte=first)
    dated = {*guests.values_list("session__slot_id", flat=True), *leaving.values_list("slot_id", flat=True)}
    return {
        slot.pk: slot.seats
        if slot.pk in dated - held and first_full_day(slot, first) is not None
        else slot.seats_taken - (slot.pk in held)
        for slot in slots
    }
