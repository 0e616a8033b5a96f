"""One-to-one, family and psychiatry appointments; the client's windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.accounts.models import Site, User
from openiop.apps.admissions.models import Episode
from openiop.apps.audit.services import recording
from openiop.apps.clients.models import Client
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.schedule.bookings import dated_others, holder_of_staff, holders
from openiop.apps.schedule.fitting import fitting_of, visit_at
from openiop.apps.schedule.models import Appointment, Closure, Room, Session, StaffAbsence, Travel, Window
from openiop.apps.schedule.services.seats import refuse_after_end, refuse_closed_episode
from openiop.apps.schedule.services.words import day_words, kept_apart, kinds, refuse_away, refuse_clash
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from openiop.domain.schedule.clash import Dated, Holder, Whose, dated_clash
from openiop.domain.schedule.problem import Span

LONGEST = 240
"""Minutes: what is longer than four hours is a typing slip."""


def book_appointment(
    *,
    by: Actor,
    client: Client,
    site: Site,
    kind: str,
    staff: User,
    starts_at: datetime,
    minutes: int,
    modality: str,
    at: datetime,
    room: Room | None = None,
    episode: Episode | None = None,
) -> Appointment:
    """Book an appointment. A clash of client, staff or room is refused with the clash named."""
    if not 0 < minutes <= LONGEST:
        raise InvalidInput(
            _("An appointment lasts 1 to %(most)s minutes.") % {"most": LONGEST}, field="minutes"
        )
    if starts_at <= at:
        raise InvalidInput(_("That time is past. Choose a later one."), field="starts_at")
    day, ends_at = local(starts_at, site.time_zone).date(), starts_at + timedelta(minutes=minutes)
    with recording(by=by, at=at) as record:
        if episode is not None:
            refuse_closed_episode(episode)
        needs = holders(staff=(staff,), room=room) | {Holder(Whose.CLIENT, client.pk, "")}
        _refuse_time(site, staff, Dated(kind, starts_at, ends_at, needs), client, room)
        here = site.pk if modality == "on_site" else None
        wanted = visit_at(kind, starts_at, ends_at, zone=site.time_zone, site_id=here)
        met = fitting_of(client, site, day).contact(wanted)
        if met is not None:
            raise kept_apart(by, kind, day_words(met))
        made = Appointment.objects.create(
            organization_id=by.organization_id, client=client, episode=episode, site=site, kind=kind, staff=staff,
            room=room, day=day, starts_at=starts_at, ends_at=ends_at, modality=modality,
            countable=counts_as_treatment(episode, kind), created_at=at,
        )  # fmt: skip
        words = {"kind": kind, "day": day, "time": f"{local(starts_at, site.time_zone):%H:%M}"}
        record("appointment.booked", subject=made, client=client, data=words)
    return made


def counts_as_treatment(episode: Episode | None, kind: str) -> bool:
    """Tell whether the program counts such a session among the hours of treatment; what it does not name counts not."""
    if episode is None:
        return False
    program = catalog.program(episode.program_id, episode.program_version)
    return any(row.kind == kind and row.countable for row in program.appointments)


def _refuse_time(site: Site, staff: User, wanted: Dated, client: Client, room: Room | None) -> None:
    """Raise where the site is closed, or someone or the room is taken at that time."""
    day = local(wanted.starts_at, site.time_zone).date()
    _refuse_closed(site, staff, day)
    refuse_away(client.pk, wanted.starts_at, wanted.ends_at, zone=site.time_zone, field="starts_at")
    others = dated_others(day, client_id=client.pk, staff_ids={staff.pk}, room_id=room.pk if room else None)
    refuse_clash(dated_clash(wanted, others), zone=site.time_zone, field="starts_at")


def cancel_appointment(*, by: Actor, appointment: Appointment, reason: str, at: datetime) -> Appointment:
    """Cancel a planned appointment with a reason."""
    if not reason.strip():
        raise InvalidInput(_("Say why it is cancelled."), field="reason")
    with recording(by=by, at=at) as record:
        planned = Appointment.objects.filter(pk=appointment.pk, state="planned")
        if planned.update(state="cancelled", cancelled_reason=reason.strip()[:200]) != 1:
            raise Conflict(_("This appointment was already held or cancelled."), code="stale")
        words = {"day": appointment.day, "reason": reason.strip()}
        record("appointment.cancelled", subject=appointment, client=appointment.client, data=words)
    appointment.refresh_from_db()
    return appointment


def record_appointment(*, by: Actor, appointment: Appointment, minutes: int, at: datetime) -> Appointment:
    """Record that it took place (`minutes` attended) or that the client did not come (0), once it has begun."""
    if at < appointment.starts_at:
        raise NotAllowed(
            _("This appointment has not begun. Record it once it has, or cancel it."), code="not-begun"
        )
    longest = int((appointment.ends_at - appointment.starts_at).total_seconds() // 60)
    if not 0 <= minutes <= longest:
        raise InvalidInput(_("Attended minutes are 0 to %(most)s.") % {"most": longest}, field="minutes")
    with recording(by=by, at=at) as record:
        if appointment.state == "cancelled":
            raise Conflict(_("This appointment was cancelled."), code="stale")
        if minutes and appointment.episode_id is not None:
            episode = Episode.objects.select_related("site", "client").get(pk=appointment.episode_id)
            refuse_after_end(episode, appointment.day)
        former = appointment.attended_minutes
        appointment.state = "held" if minutes else "no_show"
        appointment.attended_minutes = minutes
        appointment.save(update_fields=["state", "attended_minutes"])
        words = {"day": appointment.day, "minutes": minutes, "former": former}
        record("appointment.attended", subject=appointment, client=appointment.client, data=words)
    return appointment


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """One line of a client's week: when they can come, or what keeps them away."""

    kind: str
    span: Span
    note: str = ""


def set_windows(
    *,
    by: Actor,
    client: Client,
    site: Site,
    windows: Sequence[WindowPlan],
    travel_minutes: int,
    modes: Sequence[str],
    at: datetime,
) -> None:
    """Replace the client's windows, travel time and modes. The former ones stand in the trail."""
    if any(not 0 <= line.span.start < line.span.end <= 1440 for line in windows):
        raise InvalidInput(_("A window ends before it begins."), field="windows")
    if not modes:
        raise InvalidInput(_("Choose at least one: on site or telehealth."), field="modes")
    with recording(by=by, at=at) as record:
        standing = Window.objects.filter(client=client)
        former = [
            [row.kind, row.weekday, row.start_minute, row.end_minute] for row in standing.order_by("id")
        ]
        standing.delete()
        Window.objects.bulk_create([
            Window(
                organization_id=by.organization_id, client=client, kind=line.kind, weekday=line.span.day,
                start_minute=line.span.start, end_minute=line.span.end, note=line.note[:200], created_at=at,
            )
            for line in windows
        ])  # fmt: skip
        Travel.objects.update_or_create(
            client=client,
            site=site,
            defaults={"minutes": travel_minutes, "modes": list(modes)},
            create_defaults={
                "organization_id": by.organization_id, "minutes": travel_minutes, "modes": list(modes), "created_at": at,
            },
        )  # fmt: skip
        record(
            "windows.changed", subject=client, client=client, data={"former": former, "lines": len(windows)}
        )


def refuse_staff_clash(
    staff: User, day: date, starts_at: datetime, ends_at: datetime, site: Site, *, except_session: Session
) -> None:
    """Raise where the member of staff is elsewhere at that time, or away that day."""
    _refuse_closed(site, staff, day)
    others = dated_others(day, client_id=None, staff_ids={staff.pk}, room_id=None)
    needs = frozenset({holder_of_staff(staff)})
    mine = (except_session.series.name, except_session.starts_at)
    rest = [other for other in others if (other.title, other.starts_at) != mine]
    clash = dated_clash(Dated("", starts_at, ends_at, needs), rest)
    refuse_clash(clash, zone=site.time_zone, field="lead")


def _refuse_closed(site: Site, staff: User, day: date) -> None:
    closure = Closure.objects.filter(site=site, day=day, room__isnull=True).first()
    if closure is not None and (closure.start_minute, closure.end_minute) == (0, 1440):
        raise Conflict(
            _("%(site)s is closed that day: %(why)s.") % {"site": site.name, "why": closure.name},
            code="closed", field="starts_at",
        )  # fmt: skip
    if StaffAbsence.objects.filter(user=staff, day=day, cancelled_at__isnull=True).exists():
        raise Conflict(
            _("%(name)s is away that day.") % {"name": staff.shown_name}, code="away", field="staff"
        )


__all__ = ["book_appointment", "cancel_appointment", "kinds", "record_appointment", "set_windows"]
