"""A weekly meeting moved to another day, time, room or facilitator from a week on; its seats stay.

Sessions before that week stand where they stood: each keeps a mark of the day its slot would now give it, so
that nobody makes it twice. Later ones move with the slot and keep their guests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from openiop.apps.accounts.models import User
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.schedule.bookings import dated_others, holders, span_of
from openiop.apps.schedule.fitting import weekly
from openiop.apps.schedule.models import Closure, Enrollment, GroupSeries, Room, SeriesSlot, Session
from openiop.apps.schedule.services.moves import Alert, addresses_of
from openiop.apps.schedule.services.series import (
    WEEKS_AHEAD,
    SeriesPlan,
    call_off,
    make_sessions,
    plan_of,
    refuse_series,
)
from openiop.apps.schedule.services.weighing import (
    MIDNIGHT,
    Seated,
    Weighed,
    bad_times,
    heard,
    refuse_unfit,
    refused_people,
)
from openiop.apps.schedule.services.words import day_words, refuse_clash
from openiop.domain.errors import Conflict, InvalidInput
from openiop.domain.schedule.clash import Dated, dated_clash
from openiop.domain.schedule.problem import Span
from openiop.domain.schedule.series import ClosedTime, on_the_clock

MOST_WEEKS = 12
"""How far ahead a weekly meeting may be moved: sessions are made for every week before."""
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class WeeklyTarget:
    """Where a slot is to stand from the week of `monday` on; room None: by video."""

    monday: date
    weekday: int
    start: int
    room: Room | None
    lead: User


def weigh_slot(by: Actor, slot: SeriesSlot, target: WeeklyTarget, *, at: datetime) -> Weighed:
    """Return what moving a weekly meeting would do. Nothing is changed."""
    series, span = slot.series, weekly_span(slot, target)
    seats = Enrollment.objects.filter(slot=slot, state="held").select_related(
        "episode__site", "episode__client__user"
    )
    people = [Seated(row.episode, row.modality) for row in seats]
    refusals = heard(_checks(slot, target, span, at)) or heard(_date_checks(slot, target, span))
    warnings: list[str] = []
    if span.end <= MIDNIGHT:
        there = copy(slot)
        there.weekday, there.start_minute, there.end_minute = span.day, span.start, span.end
        wanted = [
            weekly(there, max(row.starts_on, target.monday), row.ends_on, part=row.modality) for row in seats
        ]
        refusals += refused_people(by, people, wanted)
        warnings = bad_times(by, people, wanted)
    others = SeriesSlot.objects.filter(series=series).exclude(pk=slot.pk).count()
    if others and (target.lead.pk, target.room and target.room.pk) != (series.lead_id, series.room_id):
        warnings.append(_("The room and who leads change for every weekly meeting of this group."))
    return Weighed(tuple(dict.fromkeys(refusals)), tuple(warnings), len(people))


def weekly_span(slot: SeriesSlot, target: WeeklyTarget) -> Span:
    """Return the time of a target; a meeting stays as long as it is."""
    return Span(target.weekday, target.start, target.start + span_of(slot).minutes)


def move_slot(
    *,
    by: Actor,
    slot: SeriesSlot,
    target: WeeklyTarget,
    version: int,
    at: datetime,
    alert: Alert = lambda _to: None,
) -> SeriesSlot:
    """Move a weekly meeting from a week on. `version` is the group's, as the form was opened with.

    Raises Conflict with everything that forbids it; then nothing changed.
    """
    with recording(by=by, at=at) as record:
        rows = SeriesSlot.objects.select_related(
            "series__site", "series__lead", "series__co_lead", "series__room"
        )
        fresh: SeriesSlot = rows.get(pk=slot.pk)
        series = fresh.series
        if series.version != version:
            raise Conflict(
                _("Someone else changed this group meanwhile. Reload to see it, then change it again."),
                code="stale",
            )
        weighed = weigh_slot(by, fresh, target, at=at)
        if not weighed.is_legal:
            raise Conflict(" ".join(weighed.refusals), code="refused")
        former = {"weekday": fresh.weekday, "from": fresh.start_minute, "lead": series.lead.shown_name}
        _stand(record, fresh, target)
        told = addresses_of(by, [*_seated_users(fresh), slot.series.lead, series.co_lead, target.lead])
        words = {"name": series.name, "day": target.monday, "people": weighed.people, "former": former}
        words |= {"weekday": fresh.weekday, "from": fresh.start_minute}
        record("slot.moved", subject=fresh, data=words)
        if told:
            transaction.on_commit(partial(alert, told))
    return fresh


def _seated_users(slot: SeriesSlot) -> Iterator[User | None]:
    rows = Enrollment.objects.filter(slot=slot, state="held").select_related("client__user")
    return (row.client.user for row in rows)


def _checks(
    slot: SeriesSlot, target: WeeklyTarget, span: Span, at: datetime
) -> Iterator[Callable[[], object]]:
    yield lambda: _refuse_week(slot, target, span, at)
    if span.end > MIDNIGHT:
        return
    series, zone = slot.series, slot.series.site.time_zone
    plan = _plan(slot, target, span)
    there = copy(series)
    there.lead, there.room = target.lead, target.room
    there.starts_on = max(series.starts_on, target.monday)
    begins = max(at, on_the_clock(target.monday, 0, zone))
    yield lambda: refuse_series(there, plan, begins)
    if target.lead.pk != series.lead_id:
        yield lambda: refuse_unfit(target.lead, series, span)


def _date_checks(slot: SeriesSlot, target: WeeklyTarget, span: Span) -> Iterator[Callable[[], object]]:
    """Yield what only single dates know; a weekly meeting in the way is named once, not for each of them."""
    for session in _movable(slot, target):
        yield partial(_refuse_date, session, target, span)


def _plan(slot: SeriesSlot, target: WeeklyTarget, span: Span) -> SeriesPlan:
    plan = plan_of(slot.series, target.lead, slot.series.co_lead, target.room)
    return replace(plan, spans=tuple(span if one == span_of(slot) else one for one in plan.spans))


def _refuse_week(slot: SeriesSlot, target: WeeklyTarget, span: Span, at: datetime) -> None:
    series = slot.series
    this = _monday(local(at, series.site.time_zone).date())
    if span.end > MIDNIGHT:
        raise InvalidInput(_("It would end after midnight."), field="start")
    if not this < target.monday <= this + MOST_WEEKS * WEEK:
        raise InvalidInput(
            _("Choose a week from the next one on, at most %(n)s weeks ahead.") % {"n": MOST_WEEKS},
            field="monday",
        )
    if series.ends_on is not None and series.ends_on < target.monday:
        raise InvalidInput(_("%(group)s has ended.") % {"group": series.name}, field="monday")
    stands = (span_of(slot), series.room_id, series.lead_id)
    if stands == (span, target.room and target.room.pk, target.lead.pk):
        raise InvalidInput(_("It stands there already."), field="weekday", code="same")


def _refuse_date(session: Session, target: WeeklyTarget, span: Span) -> None:
    """Raise where a date of the new time is taken: by a session that was moved there, or a stand-in's group."""
    day, zone = _dated(session.day, span), session.site.time_zone
    if Session.objects.filter(slot_id=session.slot_id, day=day).exclude(pk=session.pk).exists():
        raise Conflict(
            _("A session of this group was moved to %(day)s.") % {"day": day_words(day)}, code="twice"
        )
    ids = {pk for pk in (target.lead.pk, session.co_lead_id) if pk}
    room = target.room.pk if target.room else None
    others = dated_others(day, client_id=None, staff_ids=ids, room_id=room, besides=session)
    starts, ends = (on_the_clock(day, minute, zone) for minute in (span.start, span.end))
    needs = holders(staff=(target.lead, session.co_lead), room=target.room)
    own = session.series.name
    rest = [other for other in others if other.title != own]
    refuse_clash(dated_clash(Dated("", starts, ends, needs), rest), zone=zone, field="start")


def _movable(slot: SeriesSlot, target: WeeklyTarget) -> list[Session]:
    """Return the sessions that go with the slot: planned, not moved by hand, in the target's week or later."""
    rows = Session.objects.filter(
        slot=slot,
        state="planned",
        moved_from__isnull=True,
        attendance_at__isnull=True,
        day__gte=target.monday,
    )
    return list(rows.select_related("series", "site").order_by("day"))


def _stand(record: Recorder, slot: SeriesSlot, target: WeeklyTarget) -> None:
    """Write the new place: first every session before it, then the slot, then what comes after."""
    series, span = slot.series, weekly_span(slot, target)
    today = local(record.at, series.site.time_zone).date()
    for one in SeriesSlot.objects.filter(series=series).select_related("series__site"):
        make_sessions(record, one, today, target.monday - timedelta(days=1))
    going = _movable(slot, target)
    _mark(slot, going, span, _monday(today))
    for session in going:
        _move(record, session, target, span)
    slot.weekday, slot.start_minute, slot.end_minute = span.day, span.start, span.end
    slot.save(update_fields=["weekday", "start_minute", "end_minute"])
    _follow(series, target)
    series.lead, series.room = target.lead, target.room
    series.version += 1
    series.save(update_fields=["lead", "room", "version"])
    make_sessions(record, slot, target.monday, target.monday + timedelta(weeks=WEEKS_AHEAD))


def _mark(slot: SeriesSlot, going: list[Session], span: Span, this_week: date) -> None:
    """Let what stays where it is stand for the slot's meeting of its week."""
    rows = Session.objects.filter(Q(day__gte=this_week) | Q(moved_from__gte=this_week), slot=slot)
    for row in rows.exclude(pk__in=[one.pk for one in going]):
        row.moved_from = _dated(row.moved_from or row.day, span)
        row.save(update_fields=["moved_from"])


def _move(record: Recorder, session: Session, target: WeeklyTarget, span: Span) -> None:
    """Move one session with its slot; who stands in on that date, and a room of its own, stay."""
    series, zone = session.series, session.site.time_zone
    session.day = day = _dated(session.day, span)
    session.starts_at, session.ends_at = (
        on_the_clock(day, minute, zone) for minute in (span.start, span.end)
    )
    if session.lead_id == series.lead_id:
        session.lead = target.lead
    if session.room_id == series.room_id:
        session.room = target.room
    session.version += 1
    session.save(update_fields=["day", "starts_at", "ends_at", "lead", "room", "version"])
    for row in Closure.objects.filter(site=session.site, room__isnull=True, day=day):
        if ClosedTime(row.day, row.start_minute, row.end_minute).closes(day, span):
            call_off(record, session, row.name)
            return


def _follow(series: GroupSeries, target: WeeklyTarget) -> None:
    """Let the group's other meetings of those weeks have the new room and facilitator."""
    rows = Session.objects.filter(
        series=series,
        state="planned",
        moved_from__isnull=True,
        day__gte=target.monday,
        attendance_at__isnull=True,
    )
    rows.filter(lead_id=series.lead_id).update(lead=target.lead, version=F("version") + 1)
    rows.filter(room_id=series.room_id).update(room=target.room, version=F("version") + 1)


def _dated(day: date, span: Span) -> date:
    """Return the day of a weekly time in the week of another day."""
    return _monday(day) + timedelta(days=span.day)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
