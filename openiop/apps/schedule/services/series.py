"""Group series: made and changed with every clash refused by name; their dated sessions; closures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q
from django.utils.translation import gettext as _

from openiop.apps.accounts.models import Site, User
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.schedule.bookings import coming_visits, met_span, span_of, weekly_of, weekly_others
from openiop.apps.schedule.models import (
    Closure,
    Enrollment,
    GroupSeries,
    Room,
    SeriesSlot,
    Session,
    StaffProfile,
)
from openiop.apps.schedule.parts import in_room, room_limit
from openiop.apps.schedule.services.words import refuse_clash
from openiop.domain.errors import Conflict, InvalidInput
from openiop.domain.joinlinks import checked_link
from openiop.domain.parts import HYBRID, REMOTE, ROOM
from openiop.domain.schedule.clash import outside_hours, weekly_clash
from openiop.domain.schedule.problem import Span
from openiop.domain.schedule.series import ClosedTime, occurrences


@dataclass(frozen=True, slots=True)
class SeriesPlan:
    """What a series is; `spans` are its weekly meetings at the site's wall clock."""

    name: str
    service: str
    programs: tuple[str, ...]
    modality: str
    lead: User
    seats: int
    minimum: int
    starts_on: date
    spans: tuple[Span, ...]
    name_es: str = ""
    co_lead: User | None = None
    room: Room | None = None
    solo_seats: int = 12
    cohort: str = "open"
    countable: bool = True
    language: str = "en"
    ends_on: date | None = None
    break_minutes: int = 0
    room_seats: int | None = None
    join_link: str = ""


def create_series(*, by: Actor, site: Site, plan: SeriesPlan, at: datetime) -> GroupSeries:
    """Add a series with its slots. Raises InvalidInput (field) or Conflict (the clash, named)."""
    with recording(by=by, at=at) as record:
        series = GroupSeries(organization_id=by.organization_id, site=site, created_at=at, **_columns(plan))
        refuse_series(series, plan, at)
        series.save(force_insert=True)
        for span in plan.spans:
            _add_slot(record, series, plan, span)
        record("series.created", subject=series, data={"name": series.name})
    return series


def change_series(
    *, by: Actor, series: GroupSeries, plan: SeriesPlan, version: int, at: datetime
) -> GroupSeries:
    """Change a series. Slots in which people sit can be moved neither away nor below their number.

    `version` is the one the form was opened with; a series that changed since refuses with Conflict.
    """
    with recording(by=by, at=at) as record:
        fresh = GroupSeries.objects.select_related("site").get(pk=series.pk)
        if fresh.version != version:
            raise Conflict(
                _("Someone else changed this group meanwhile. Reload to see it, then change it again."),
                code="stale",
            )
        for name, value in _columns(plan).items():
            setattr(fresh, name, value)
        refuse_series(fresh, plan, at)
        fresh.version += 1
        fresh.save()
        _change_slots(record, fresh, plan)
        record("series.changed", subject=fresh, data={"name": fresh.name})
    return fresh


def plan_of(series: GroupSeries, lead: User, co_lead: User | None, room: Room | None) -> SeriesPlan:
    """Return a series as it stands with other people or another room."""
    slots = list(SeriesSlot.objects.filter(series=series).order_by("weekday", "start_minute"))
    return SeriesPlan(
        name=series.name, name_es=series.name_es, service=series.service, programs=tuple(series.programs),
        modality=series.modality, lead=lead, co_lead=co_lead, room=room, seats=series.seats,
        solo_seats=series.solo_seats, minimum=series.minimum, cohort=series.cohort,
        countable=series.countable, language=series.language, starts_on=series.starts_on,
        ends_on=series.ends_on, spans=tuple(span_of(slot) for slot in slots),
        room_seats=series.room_seats, join_link=series.join_link,
        break_minutes=max((slot.break_minutes for slot in slots), default=0),
    )  # fmt: skip


def roll_sessions(*, by: Actor, site: Site, weeks: int, at: datetime) -> int:
    """Make the sessions from today to `weeks` weeks ahead; what exists stays. Return how many are new."""
    first = local(at, site.time_zone).date()
    with recording(by=by, at=at) as record:
        made = sum(
            make_sessions(record, slot, first, first + timedelta(weeks=weeks))
            for slot in SeriesSlot.objects.filter(series__site=site).select_related("series__site")
        )
        if made:
            record("sessions.made", subject=site, data={"count": made, "site": site.name, "weeks": weeks})
    return made


def close_day(
    *, by: Actor, site: Site, day: date, name: str, at: datetime, start: int = 0, end: int = 1440
) -> Closure:
    """Close a site for a day or a part of it; planned sessions in it are cancelled with that reason."""
    if not name.strip():
        raise InvalidInput(_("Say why the site is closed; people will read it."), field="name")
    if start >= end:
        raise InvalidInput(_("The closure ends before it begins."), field="end")
    with recording(by=by, at=at) as record:
        closure = Closure.objects.create(
            organization_id=by.organization_id, site=site, day=day, name=name.strip(),
            start_minute=start, end_minute=end, created_at=at,
        )  # fmt: skip
        shut = ClosedTime(day, start, end)
        planned = Session.objects.filter(site=site, day=day, state="planned")
        for session in planned.select_related("slot", "site", "series"):
            if shut.closes(day, met_span(session)):
                call_off(record, session, name.strip())
        record("site.closed", subject=closure, data={"site": site.name, "day": day, "name": name.strip()})
    return closure


def cancel_session(*, by: Actor, session: Session, reason: str, at: datetime) -> Session:
    """Cancel one planned session with a reason."""
    if not reason.strip():
        raise InvalidInput(_("Say why the session is cancelled; people will read it."), field="reason")
    with recording(by=by, at=at) as record:
        fresh = Session.objects.select_related("series").get(pk=session.pk)
        if fresh.state != "planned":
            raise Conflict(_("This session was already held or cancelled."), code="stale")
        return call_off(record, fresh, reason.strip())


def _columns(plan: SeriesPlan) -> dict[str, object]:
    names = (
        "name",
        "name_es",
        "service",
        "modality",
        "lead",
        "co_lead",
        "room",
        "seats",
        "solo_seats",
        "minimum",
    )
    more = ("cohort", "countable", "language", "starts_on", "ends_on")
    columns = {name: getattr(plan, name) for name in (*names, *more)}
    room_seats = plan.room_seats if plan.modality == HYBRID else None
    return columns | {"programs": list(plan.programs), "join_link": _link(plan), "room_seats": room_seats}


def _link(plan: SeriesPlan) -> str:
    """Return the link to join; a group that only meets in its room has none."""
    if plan.modality == ROOM:
        return ""
    try:
        return checked_link(plan.join_link)
    except InvalidInput as error:
        raise InvalidInput(_(error.message), code=error.code, field=error.field) from None


def refuse_series(series: GroupSeries, plan: SeriesPlan, at: datetime) -> None:
    """Refuse what cannot be: no time, no room, outside hours, or a clash."""
    if not plan.spans:
        raise InvalidInput(_("Give the group at least one weekly time."), field="slots")
    if any(span.start >= span.end for span in plan.spans):
        raise InvalidInput(_("A meeting ends before it begins."), field="slots")
    if any(plan.break_minutes >= span.minutes for span in plan.spans):
        raise InvalidInput(_("The breaks are longer than a meeting."), field="break_minutes")
    if any(a is not b and a.overlaps(b) for a in plan.spans for b in plan.spans):
        raise InvalidInput(_("Two meetings of this group overlap."), field="slots")
    if plan.minimum > plan.seats:
        raise InvalidInput(_("The least to run cannot be more than the seats."), field="minimum")
    if plan.modality != REMOTE:
        refuse_room(plan)
    if plan.seats > plan.solo_seats and plan.co_lead is None:
        raise InvalidInput(
            _("One facilitator may lead %(solo)s people alone. Name a co-facilitator or offer fewer seats.")
            % {"solo": plan.solo_seats},
            field="co_lead",
        )
    refuse_hours(series, plan)
    others = weekly_others(series)
    visits = coming_visits(series, at=at)
    for span in plan.spans:
        wanted = weekly_of(series, span)
        refuse_clash(weekly_clash(wanted, others), zone=series.site.time_zone, field="slots")
        refuse_clash(weekly_clash(wanted, visits), zone=series.site.time_zone, field="slots")


def refuse_room(plan: SeriesPlan) -> None:
    """Raise where a group that meets in a room has none, or too small a one."""
    if plan.room is None:
        raise InvalidInput(_("Choose a room, or let the group meet by telehealth."), field="room")
    if Room.objects.filter(pk=plan.room.pk, closed_from__isnull=False).exists():
        raise InvalidInput(
            _("%(room)s is not in use any more. Choose another room.") % {"room": plan.room.name},
            field="room",
        )
    in_room, field = plan.seats, "seats"
    if plan.modality == HYBRID and plan.room_seats is not None:
        in_room, field = plan.room_seats, "room_seats"
    if in_room > plan.seats:
        raise InvalidInput(_("The seats in the room are a part of all seats."), field=field)
    if plan.room.seats < in_room:
        raise InvalidInput(
            _("%(room)s seats %(seats)s. Offer fewer seats or choose another room.")
            % {"room": plan.room.name, "seats": plan.room.seats},
            field=field,
        )


def refuse_hours(series: GroupSeries, plan: SeriesPlan) -> None:
    """Raise where the site is closed or a facilitator does not work at one of the times."""
    opening = [Span(*window) for window in series.site.opening_hours]
    for span in plan.spans:
        if opening and plan.modality != REMOTE and outside_hours(span, opening):
            raise InvalidInput(_("The site is closed at one of these times."), field="slots")
        for user, field in ((plan.lead, "lead"), (plan.co_lead, "co_lead")):
            profile = StaffProfile.objects.filter(user=user, site=series.site).first() if user else None
            hours = [Span(*window) for window in profile.working_hours] if profile else []
            if hours and outside_hours(span, hours):
                raise InvalidInput(
                    _("%(name)s does not work at one of these times.") % {"name": user and user.shown_name},
                    field=field,
                )


def _change_slots(record: Recorder, series: GroupSeries, plan: SeriesPlan) -> None:
    standing = {span_of(slot): slot for slot in series.slots.all()}
    for span, slot in standing.items():
        seated = Enrollment.objects.filter(slot=slot, state__in=("held", "waiting")).exists()
        if span not in plan.spans:
            if seated:
                raise Conflict(
                    _("People hold seats in a time you removed. Move them first, or keep the time."),
                    code="seated", field="slots",
                )  # fmt: skip
            Session.objects.filter(slot=slot, starts_at__gt=record.at, attendance_at__isnull=True).delete()
            if not Session.objects.filter(slot=slot).exists() and not slot.enrollments.exists():
                slot.delete()
            continue
        if slot.seats_taken > plan.seats:
            raise Conflict(
                _("%(taken)s people hold seats already. Offer at least as many.") % {"taken": slot.seats_taken},
                code="seated", field="seats",
            )  # fmt: skip
        _check_in_room(series, slot, record.at)
        SeriesSlot.objects.filter(pk=slot.pk).update(seats=plan.seats, break_minutes=plan.break_minutes)
        _follow(series, slot, record.at)
    for span in plan.spans:
        if span not in standing:
            _add_slot(record, series, plan, span)


def _check_in_room(series: GroupSeries, slot: SeriesSlot, at: datetime) -> None:
    """Refuse fewer places in the room than people sit there: who came by video stays there, whatever the group."""
    if series.modality == REMOTE:
        return
    sit = in_room(slot, local(at, series.site.time_zone).date())
    if series.modality == HYBRID and sit > room_limit(series):
        raise Conflict(
            _("%(taken)s people sit in the room already. Offer at least as many seats there.") % {"taken": sit},
            code="seated", field="room_seats",
        )  # fmt: skip
    if (
        series.modality == ROOM
        and Enrollment.objects.filter(slot=slot, state="held", modality=REMOTE).exists()
    ):
        raise Conflict(
            _("Some take part by video. Let them come to the room first, or keep the group hybrid."),
            code="remote", field="modality",
        )  # fmt: skip


def _follow(series: GroupSeries, slot: SeriesSlot, at: datetime) -> None:
    """Let the coming sessions follow the series' room and facilitators; what was moved by hand stays."""
    rows = Session.objects.filter(slot=slot, starts_at__gt=at, state="planned", moved_from__isnull=True)
    rows.update(
        room=series.room, lead=series.lead, co_lead=series.co_lead, modality=series.modality,
        version=F("version") + 1,
    )  # fmt: skip


def _add_slot(record: Recorder, series: GroupSeries, plan: SeriesPlan, span: Span) -> SeriesSlot:
    slot = SeriesSlot.objects.create(
        organization_id=series.organization_id, series=series, weekday=span.day, start_minute=span.start,
        end_minute=span.end, seats=series.seats, break_minutes=plan.break_minutes, created_at=record.at,
    )  # fmt: skip
    first = local(record.at, series.site.time_zone).date()
    make_sessions(record, slot, first, first + timedelta(weeks=WEEKS_AHEAD))
    return slot


WEEKS_AHEAD = 4
"""How far ahead a new series gets its sessions; `openiop schedule roll` carries on from there."""


def make_sessions(record: Recorder, slot: SeriesSlot, first: date, last: date) -> int:
    """Make a slot's sessions of some days, as far as they do not stand yet; return how many."""
    series, site = slot.series, slot.series.site
    closures = Closure.objects.filter(site=site, room__isnull=True, day__range=(first, last))
    shut: Sequence[ClosedTime] = [ClosedTime(row.day, row.start_minute, row.end_minute) for row in closures]
    start = max(first, series.starts_on)
    end = min(last, series.ends_on) if series.ends_on else last
    known = Session.objects.filter(
        Q(day__range=(first, last)) | Q(moved_from__range=(first, last)), slot=slot
    )
    standing = {day for days in known.values_list("day", "moved_from") for day in days}
    fresh = [
        Session(
            organization_id=series.organization_id, slot=slot, series=series, site=site, day=met.day,
            starts_at=met.starts_at, ends_at=met.ends_at, room_id=series.room_id, lead_id=series.lead_id,
            co_lead_id=series.co_lead_id, modality=series.modality, created_at=record.at,
        )
        for met in occurrences(span_of(slot), first=start, last=end, zone=site.time_zone, closed=shut)
        if met.day not in standing and met.starts_at > record.at
    ]  # fmt: skip
    Session.objects.bulk_create(fresh)
    return len(fresh)


def call_off(record: Recorder, session: Session, reason: str) -> Session:
    """Write that a session does not take place, and why."""
    session.state, session.cancelled_reason = "cancelled", reason[:200]
    session.version += 1
    session.save(update_fields=["state", "cancelled_reason", "version"])
    words = {"name": session.series.name, "day": session.day, "reason": reason}
    record("session.cancelled", subject=session, data=words)
    return session
