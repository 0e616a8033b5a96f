"""The line for a full group: who asked first and fits gets the seat that becomes free."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from openiop.apps.audit.services import Recorder, recording
from openiop.apps.core.actor import Actor
from openiop.apps.schedule.fitting import Fitting, first_full_day, fitting_of, wanted_seat
from openiop.apps.schedule.models import Enrollment, SeriesSlot
from openiop.apps.schedule.parts import weekly_part
from openiop.apps.schedule.services.seats import first_day, hold, is_full, promote, refuse_closed_episode
from openiop.apps.schedule.services.words import full, refuse_seat, room_full
from openiop.domain.errors import DomainError
from openiop.domain.seats import SeatState


def promote_waiting(*, by: Actor, slot: SeriesSlot, starts_on: date, at: datetime) -> Enrollment | None:
    """Give a free seat to the first in line who may sit there, or return None where nobody waits.

    Of a closed group the first in line gets every meeting.
    """
    with recording(by=by, at=at) as record:
        rows = Enrollment.objects.filter(
            slot=slot, state=SeatState.WAITING, episode__discharged_at__isnull=True
        )
        for row in rows.select_related(*_NEEDED).order_by("asked_at", "id"):
            fit = fitting_of(row.client, row.slot.series.site, starts_on)
            part = weekly_part(row.episode, row.slot, starts_on)
            wanted = wanted_seat(row.slot, starts_on, part or "")
            if part is None or fit.answer(row.episode, row.slot, wanted).refusal is not None:
                continue
            return _give_whole(record, fit, row, starts_on)
    return None


def promote_client(*, by: Actor, enrollment: Enrollment, starts_on: date, at: datetime) -> list[Enrollment]:
    """Give the client every seat they wait for at that site which is free and fits; the rest stays in line.

    Raises what stands in the way of `enrollment` itself when nothing can be given.
    """
    given: list[Enrollment] = []
    first_error: DomainError | None = None
    with recording(by=by, at=at) as record:
        refuse_closed_episode(enrollment.episode)
        site = enrollment.slot.series.site
        fit = fitting_of(enrollment.client, site, starts_on)
        for group in _waiting_groups(enrollment):
            try:
                given += [
                    _give(record, fit, row, starts_on) for row in _checked(record, fit, group, starts_on)
                ]
            except DomainError as error:
                first_error = first_error or error
        if not given and first_error is not None:
            raise first_error
    return given


_NEEDED = ("slot__series__site", "client", "episode__site")


def _waiting_groups(enrollment: Enrollment) -> list[list[Enrollment]]:
    """Return what the client waits for, the named row first: closed groups whole, other meetings one by one."""
    rows = Enrollment.objects.filter(
        client=enrollment.client,
        slot__series__site=enrollment.slot.series.site,
        state=SeatState.WAITING,
    ).select_related(*_NEEDED)
    ordered = sorted(rows, key=lambda row: (row.pk != enrollment.pk, row.asked_at, row.pk))
    whole: dict[object, list[Enrollment]] = {}
    for row in ordered:
        key = row.slot.series_id if row.slot.series.cohort == "closed" else f"slot {row.slot_id}"
        whole.setdefault(key, []).append(row)
    return list(whole.values())


def _checked(
    record: Recorder, fit: Fitting, rows: Sequence[Enrollment], starts_on: date
) -> Sequence[Enrollment]:
    """Return the rows when every one of them may be given, else raise what stands in the way."""
    for row in rows:
        first = first_day(row.slot, starts_on, record.at)
        name = row.slot.series.name
        part = weekly_part(row.episode, row.slot, first)
        if part is None:
            raise room_full(name)
        refuse_seat(record.by, fit.answer(row.episode, row.slot, wanted_seat(row.slot, first, part)), name)
        if is_full(row.slot, first):
            raise full(name, first_full_day(row.slot, first))
    return rows


def _give(record: Recorder, fit: Fitting, row: Enrollment, starts_on: date) -> Enrollment:
    first = first_day(row.slot, starts_on, record.at)
    part = weekly_part(row.episode, row.slot, first)
    if part is None:
        raise room_full(row.slot.series.name)
    if not hold(row.slot):
        raise full(row.slot.series.name)
    fit.add(wanted_seat(row.slot, first, part))
    return promote(record, row, first, part)


def _give_whole(record: Recorder, fit: Fitting, row: Enrollment, starts_on: date) -> Enrollment:
    """Give the seat, or all seats of a closed group."""
    rows = [row]
    if row.slot.series.cohort == "closed":
        mates = Enrollment.objects.filter(
            client=row.client, slot__series=row.slot.series, state=SeatState.WAITING
        ).exclude(pk=row.pk)
        rows += list(mates.select_related(*_NEEDED))
    given = [_give(record, fit, one, starts_on) for one in _checked(record, fit, rows, starts_on)]
    return given[0]
