"""The line for free seats: who asked first and fits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from openiop.apps.schedule.fitting import fitting_of, wanted_seat
from openiop.apps.schedule.models import Enrollment, GroupSeries, SeriesSlot
from openiop.apps.schedule.services.seats import is_full
from openiop.domain.seats import SeatState


@dataclass(frozen=True, slots=True)
class Next:
    """Someone who waits and may have free seats of a group now: their oldest row, and the meetings that fit."""

    row: Enrollment
    slots: tuple[SeriesSlot, ...]


def next_in_line(series: GroupSeries, first: date) -> list[Next]:
    """Return who may have a free seat of the group from a day on, in the order they asked.

    Whoever stands before takes a seat before: nobody is named for a seat that someone ahead would get. Of a
    closed group only who fits every meeting is named.
    """
    rows = Enrollment.objects.filter(
        slot__series=series, state=SeatState.WAITING, episode__discharged_at__isnull=True
    ).select_related("client", "episode", "slot__series__site")
    ordered = list(rows.order_by("asked_at", "id"))
    free = {
        row.slot_id: 0 if is_full(row.slot, first) else row.slot.seats - row.slot.seats_taken
        for row in ordered
    }
    if not any(free.values()):
        return []
    whole = {row.client_id: [one for one in ordered if one.client_id == row.client_id] for row in ordered}
    found = []
    for own in whole.values():
        fits = [row for row in own if free[row.slot_id] > 0 and _may_sit(row, first)]
        if not fits or (series.cohort == "closed" and len(fits) < len(own)):
            continue
        for row in fits:
            free[row.slot_id] -= 1
        found.append(Next(own[0], tuple(row.slot for row in fits)))
    return found


def _may_sit(row: Enrollment, first: date) -> bool:
    fit = fitting_of(row.client, row.slot.series.site, first)
    return fit.answer(row.episode, row.slot, wanted_seat(row.slot, first)).refusal is None
