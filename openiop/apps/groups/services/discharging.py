"""The end of a course of care, and taking it back: the episode with all that hangs on it, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.admissions.models import Episode, Order, Phase
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.groups.models import Attendance
from openiop.apps.schedule.models import Appointment, SessionGuest
from openiop.apps.schedule.services.appointments import cancel_appointment
from openiop.apps.schedule.services.guests import cancel_guest
from openiop.apps.schedule.services.seats import leave_groups
from openiop.domain.attendance import HERE
from openiop.domain.discharge import (
    LEAST_WORDS,
    Discharge,
    DischargeList,
    Fault,
    Finding,
    faults_of,
    read_discharges,
)
from openiop.domain.errors import Conflict, InvalidInput


def discharge_reasons() -> DischargeList:
    """Return the reasons there are to choose from."""
    return read_discharges(catalog.load("discharges", "discharge").body)


def discharge_client(*, by: Actor, episode: Episode, said: Discharge, at: datetime) -> Episode:
    """Close an episode: order, phase, seats, places in lines, make-ups and appointments to come end with it.

    Sessions that have begun keep their line. Raises InvalidInput at the field that is wrong, and Conflict
    where the episode is closed already.
    """
    with recording(by=by, at=at) as record:
        fresh = Episode.objects.select_related("site", "client").get(pk=episode.pk)
        if fresh.discharged_at is not None:
            raise Conflict(_("This episode is closed already. Reload the page."), code="episode-closed")
        zone = fresh.site.time_zone
        found = faults_of(
            said,
            discharge_reasons(),
            admitted_on=local(fresh.admitted_at, zone).date(),
            today=local(at, zone).date(),
            attended_on=_last_attended(fresh),
        )
        if found:
            raise InvalidInput(words_of(found[0]), field=found[0].field, code=found[0].fault)
        _close(fresh, said, at=at)
        record("episode.closed", subject=fresh, client=fresh.client, data={"reason": _title(said.reason)})
        leave_groups(record, fresh.client, said.on, reason=_title(said.reason))
        _cancel_what_comes(by, fresh, at=at)
    return fresh


def _close(episode: Episode, said: Discharge, *, at: datetime) -> None:
    """Write the end into the episode and into the order and phase of that day; what had not begun stays planned."""
    night = datetime.combine(said.on + timedelta(days=1), time(), tzinfo=ZoneInfo(episode.site.time_zone))
    episode.discharged_at = min(at, night - timedelta(seconds=1))
    episode.discharge_reason = said.reason
    episode.discharge_destination = said.destination.strip()
    episode.discharge_words = said.words.strip()
    episode.save()
    for row, own_end in _running_on(episode, said.on):
        if own_end is None or own_end > said.on:
            row.ends_on = said.on
            row.save(update_fields=["ends_on"])


def _running_on(episode: Episode, day: date) -> Iterator[tuple[Order | Phase, date | None]]:
    """Yield the order and the phase of a day, each with the end it has by itself: the day before the next begins."""
    for rows in (
        list(episode.orders.order_by("starts_on", "number")),
        list(episode.phases.order_by("starts_on")),
    ):
        begun = [row for row in rows if row.starts_on <= day]
        if begun:
            coming = rows[len(begun) :]
            yield begun[-1], coming[0].starts_on - timedelta(days=1) if coming else None


def _cancel_what_comes(by: Actor, episode: Episode, *, at: datetime) -> None:
    for guest in SessionGuest.objects.filter(
        episode=episode, ended_at__isnull=True, session__starts_at__gt=at
    ).select_related("session", "client"):
        cancel_guest(by=by, guest=guest, at=at)
    for visit in Appointment.objects.filter(
        client_id=episode.client_id, state="planned", starts_at__gt=at
    ).select_related("client"):
        cancel_appointment(by=by, appointment=visit, reason=_("Discharged"), at=at)


def reopen_episode(*, by: Actor, episode: Episode, reason: str, at: datetime) -> Episode:
    """Take a discharge back that was a mistake. Seats and appointments that it ended are not given again.

    Raises InvalidInput without words, and Conflict where it is open or another episode is.
    """
    if len(reason.strip()) < LEAST_WORDS:
        raise InvalidInput(_("Say why the discharge is taken back."), field="reason")
    with recording(by=by, at=at) as record:
        fresh = Episode.objects.select_related("site", "client").get(pk=episode.pk)
        if fresh.discharged_at is None:
            raise Conflict(_("This episode is open already. Reload the page."), code="episode-open")
        if Episode.objects.filter(client=fresh.client, discharged_at__isnull=True).exists():
            raise Conflict(_("This client has another open episode."), code="episode-open")
        ended = local(fresh.discharged_at, fresh.site.time_zone).date()
        _open_again(fresh, ended)
        data = {"reason": reason.strip(), "former": _title(fresh.discharge_reason)}
        fresh.discharged_at = None
        fresh.discharge_reason = fresh.discharge_destination = fresh.discharge_words = ""
        fresh.save()
        record("episode.reopened", subject=fresh, client=fresh.client, data=data)
    return fresh


def _open_again(episode: Episode, ended: date) -> None:
    """Let the order and the phase that the discharge ended run to the end they had."""
    for row, own_end in _running_on(episode, ended):
        row.ends_on = own_end
        row.save(update_fields=["ends_on"])


def _last_attended(episode: Episode) -> date | None:
    """Return the last day on which the client took part in anything."""
    came = Attendance.objects.filter(episode=episode, state__in=HERE).aggregate(day=Max("day"))["day"]
    visits = Appointment.objects.filter(
        Q(episode=episode) | Q(episode__isnull=True, client_id=episode.client_id),
        state="held",
        starts_at__gte=episode.admitted_at,
    )
    seen = visits.aggregate(day=Max("day"))["day"]
    return max((day for day in (came, seen) if day is not None), default=None)


def _title(key: str) -> str:
    """Return a reason's English title: the trail speaks one language."""
    reason = discharge_reasons().reason(key)
    return reason.title.en if reason else key


def words_of(finding: Finding) -> str:
    """Return what is wrong with a discharge in the reader's language."""
    day = date_format(finding.day) if finding.day else ""
    words = {
        Fault.UNKNOWN_REASON: _("Choose why the care ends."),
        Fault.BEFORE_ADMISSION: _("The care began on %(day)s; it cannot end before."),
        Fault.AHEAD: _("A discharge is written on its day or after it. Choose %(day)s or earlier."),
        Fault.ATTENDED_AFTER: _("The client took part on %(day)s. Choose that day or a later one."),
        Fault.NO_DESTINATION: _("Say where the client goes on."),
        Fault.NO_WORDS: _("Say in a few words what happened."),
    }
    return words[finding.fault] % {"day": day}
