"""Seats: given all or none, never oversold, and the line for a full group kept in order.

The guard is one UPDATE on the slot's row (`seats_taken < seats`); a check constraint stands behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import F, Q
from django.utils.translation import gettext as _

from openiop.apps.admissions.models import Episode
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.clients.models import NoContact
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.schedule.models import Appointment, Enrollment, SeriesSlot, Session, SessionGuest
from openiop.apps.schedule.services.words import kinds
from openiop.domain.errors import Conflict, DomainError, NotAllowed
from openiop.domain.seats import Answer, Meeting, Refusal, SeatQuestion, SeatState, may_sit

OPEN_STATES = (SeatState.HELD, SeatState.WAITING)


def enroll_client(
    *,
    by: Actor,
    episode: Episode,
    slots: Sequence[SeriesSlot],
    starts_on: date,
    at: datetime,
    wait_if_full: bool = False,
) -> list[Enrollment]:
    """Give the client a seat in every slot, or in none.

    A slot that is full puts the client in its line where `wait_if_full`, and otherwise refuses the
    whole request. Raises Conflict (full, clash) or NotAllowed (program, no-contact, ended series).
    """
    made = []
    _refuse_part_of_a_cohort(episode, slots)
    with recording(by=by, at=at) as record:
        if episode.discharged_at is not None:
            raise NotAllowed(
                _("The episode is closed. Open a new one before giving seats."), code="episode-closed"
            )
        for slot in slots:
            standing = Enrollment.objects.filter(
                slot=slot, client=episode.client, state__in=OPEN_STATES
            ).first()
            made.append(standing or _take(record, episode, slot, starts_on, wait_if_full=wait_if_full))
    return made


def give_up_seat(
    *, by: Actor, enrollment: Enrollment, ends_on: date, reason: str, at: datetime
) -> Enrollment:
    """End a seat or a place in the line. The seat is free for the next at once."""
    with recording(by=by, at=at) as record:
        changed = Enrollment.objects.filter(pk=enrollment.pk, state__in=OPEN_STATES).update(
            state=SeatState.ENDED, ends_on=ends_on, ended_reason=reason[:60]
        )
        if changed != 1:
            raise Conflict(
                _("This seat was already given up by someone else. Reload the page."), code="stale"
            )
        if enrollment.state == SeatState.HELD:
            SeriesSlot.objects.filter(pk=enrollment.slot_id, seats_taken__gt=0).update(
                seats_taken=F("seats_taken") - 1
            )
        record("seat.given_up", subject=enrollment, client=enrollment.client, data={"reason": reason})
    enrollment.refresh_from_db()
    return enrollment


def promote_waiting(*, by: Actor, slot: SeriesSlot, starts_on: date, at: datetime) -> Enrollment | None:
    """Give a free seat to the first in line who may sit there, or return None where nobody waits."""
    with recording(by=by, at=at) as record:
        line = Enrollment.objects.filter(slot=slot, state=SeatState.WAITING).select_related(
            "episode", "client"
        )
        for waiting in line.order_by("asked_at", "id"):
            if _answer(waiting.episode, slot).refusal is not None:
                continue
            if not _hold(slot):
                raise _full(slot)
            waiting.state, waiting.starts_on = SeatState.HELD, starts_on
            waiting.save(update_fields=["state", "starts_on"])
            record("seat.promoted", subject=waiting, client=waiting.client, data=_words(slot))
            return waiting
    return None


def book_guest(
    *, by: Actor, session: Session, episode: Episode, at: datetime, reason: str = "make_up"
) -> SessionGuest:
    """Give the client a seat in one dated session: a make-up. The same rules as for a weekly seat hold."""
    with recording(by=by, at=at) as record:
        if session.state != "planned" or session.starts_at <= at:
            raise NotAllowed(
                _("This session has begun or was cancelled. Choose a later one."), code="session-over"
            )
        standing = SessionGuest.objects.filter(
            session=session, client=episode.client, ended_at__isnull=True
        ).first()
        if standing is not None:
            return standing
        _refuse(_answer(episode, session.slot, day=session.day), session.slot)
        if _taken_on(session) >= session.slot.seats:
            raise _full(session.slot)
        guest = SessionGuest.objects.create(
            organization_id=by.organization_id,
            session=session,
            client=episode.client,
            episode=episode,
            reason=reason,
            created_at=at,
        )
        words = {"group": session.series.name, "day": session.day.isoformat()}
        record("guest.booked", subject=guest, client=episode.client, data=words)
    return guest


def cancel_guest(*, by: Actor, guest: SessionGuest, at: datetime) -> SessionGuest:
    """Give up a make-up seat."""
    with recording(by=by, at=at) as record:
        if SessionGuest.objects.filter(pk=guest.pk, ended_at__isnull=True).update(ended_at=at) != 1:
            raise Conflict(_("This make-up seat was already given up. Reload the page."), code="stale")
        record(
            "guest.cancelled", subject=guest, client=guest.client, data={"day": guest.session.day.isoformat()}
        )
    guest.refresh_from_db()
    return guest


def _refuse_part_of_a_cohort(episode: Episode, slots: Sequence[SeriesSlot]) -> None:
    """A closed group is attended whole: every meeting of it is asked for or already held."""
    asked = {slot.pk for slot in slots}
    for series in {slot.series for slot in slots if slot.series.cohort == "closed"}:
        held = Enrollment.objects.filter(client=episode.client, slot__series=series, state__in=OPEN_STATES)
        missing = series.slots.exclude(pk__in=asked).exclude(pk__in=held.values("slot_id"))
        if missing.exists():
            raise NotAllowed(
                _("%(group)s is a closed group: a client attends all of its meetings or none.")
                % {"group": series.name},
                code="cohort-part",
            )


def _take(
    record: Recorder, episode: Episode, slot: SeriesSlot, starts_on: date, *, wait_if_full: bool
) -> Enrollment:
    _refuse(_answer(episode, slot, on=starts_on), slot)
    held = _hold(slot)
    if not held and not wait_if_full:
        raise _full(slot)
    row = Enrollment.objects.create(
        organization_id=record.by.organization_id,
        episode=episode,
        client=episode.client,
        slot=slot,
        state=SeatState.HELD if held else SeatState.WAITING,
        starts_on=starts_on,
        asked_at=record.at,
        created_at=record.at,
    )
    record("seat.held" if held else "seat.waiting", subject=row, client=episode.client, data=_words(slot))
    return row


def _hold(slot: SeriesSlot) -> bool:
    """Take one seat by guarded update; False where none is left."""
    free = SeriesSlot.objects.filter(pk=slot.pk, seats_taken__lt=F("seats"))
    return bool(free.update(seats_taken=F("seats_taken") + 1) == 1)


def _answer(episode: Episode, slot: SeriesSlot, *, on: date | None = None, day: date | None = None) -> Answer:
    series = slot.series
    first = day or on or series.starts_on
    pairs = NoContact.objects.filter(
        Q(client=episode.client) | Q(other=episode.client), ended_at__isnull=True
    ).values_list("client_id", "other_id")
    apart = frozenset(one for pair in pairs for one in pair) - {episode.client_id}
    seated = set(
        Enrollment.objects.filter(slot=slot, state=SeatState.HELD).values_list("client_id", flat=True)
    )
    guests = SessionGuest.objects.filter(session__slot=slot, session__day__gte=first, ended_at__isnull=True)
    return may_sit(
        SeatQuestion(
            program_id=episode.program_id,
            admits=tuple(series.programs),
            wanted=_meeting(slot),
            own_week=_own_week(episode, slot, first=first, day=day),
            seated=frozenset(seated | set(guests.values_list("client_id", flat=True))),
            keep_apart_from=apart,
            has_ended=series.ends_on is not None and series.ends_on < first,
        )
    )


def _own_week(episode: Episode, wanted: SeriesSlot, *, first: date, day: date | None) -> tuple[Meeting, ...]:
    """Return what the client already has: weekly seats, planned appointments, and on `day` make-ups."""
    seats = Enrollment.objects.filter(client=episode.client, state=SeatState.HELD).exclude(slot=wanted)
    week = [_meeting(seat.slot) for seat in seats.select_related("slot__series")]
    if day is not None:
        guests = SessionGuest.objects.filter(client=episode.client, session__day=day, ended_at__isnull=True)
        week.extend(_meeting(guest.session.slot) for guest in guests.select_related("session__slot__series"))
    visits = Appointment.objects.filter(client=episode.client, state="planned")
    visits = visits.filter(day=day) if day is not None else visits.filter(day__gte=first)
    week.extend(_visit(visit) for visit in visits.select_related("site"))
    return tuple(week)


def _visit(visit: Appointment) -> Meeting:
    starts, ends = (local(at, visit.site.time_zone) for at in (visit.starts_at, visit.ends_at))
    start = starts.hour * 60 + starts.minute
    minutes = int((ends - starts).total_seconds() // 60)
    return Meeting(kinds().get(visit.kind, visit.kind), visit.day.weekday(), start, start + minutes)


def _meeting(slot: SeriesSlot) -> Meeting:
    return Meeting(slot.series.name, slot.weekday, slot.start_minute, slot.end_minute)


def _taken_on(session: Session) -> int:
    """Return the seats taken on a session's day: weekly holders who have started, and guests."""
    holders = Enrollment.objects.filter(
        slot_id=session.slot_id, state=SeatState.HELD, starts_on__lte=session.day
    )
    guests = SessionGuest.objects.filter(session=session, ended_at__isnull=True)
    return holders.count() + guests.count()


def _refuse(answer: Answer, slot: SeriesSlot) -> None:
    """Raise the refusal in words, or return where there is none."""
    name = slot.series.name
    if answer.refusal is Refusal.CLASH and answer.clash is not None:
        raise Conflict(
            _("%(group)s runs into %(other)s (%(from)s to %(to)s), which the client already attends.")
            % {
                "group": name,
                "other": answer.clash.name,
                "from": clock_of(answer.clash.start),
                "to": clock_of(answer.clash.end),
            },
            code=Refusal.CLASH,
        )
    words = {
        Refusal.WRONG_PROGRAM: _("%(group)s does not take clients of this track."),
        Refusal.NO_CONTACT: _("Someone in %(group)s must not meet this client. Choose another group."),
        Refusal.ENDED: _("%(group)s has ended."),
    }
    if answer.refusal is not None:
        raise NotAllowed(words[answer.refusal] % {"group": name}, code=answer.refusal)


def _full(slot: SeriesSlot) -> DomainError:
    return Conflict(
        _("%(group)s has no free seat on that day. Put the client on the wait list or choose another group.")
        % {"group": slot.series.name},
        code=Refusal.FULL,
    )


def _words(slot: SeriesSlot) -> dict[str, object]:
    return {"group": slot.series.name, "weekday": slot.weekday, "from": clock_of(slot.start_minute)}


def clock_of(minute: int) -> str:
    """Return minutes after midnight as `HH:MM`."""
    return f"{timedelta(minutes=minute)}".rjust(8, "0")[:5]


def accept_week(
    *,
    by: Actor,
    episode: Episode,
    slot_ids: Sequence[str],
    starts_on: date,
    at: datetime,
    wait_if_full: bool = False,
) -> list[Enrollment]:
    """Make the given slots the client's week: new seats are taken, all or none; other seats are given up.

    Seats in groups that do not count as treatment (support groups) stay.

    Raises what `enroll_client` raises; then the week stands as it stood.
    """
    with recording(by=by, at=at):
        slots = list(
            SeriesSlot.objects.filter(public_id__in=slot_ids, series__site=episode.site).select_related(
                "series"
            )
        )
        if not slots or len(slots) != len(set(slot_ids)):
            raise Conflict(_("One of these meetings is gone. Look for the week again."), code="stale")
        standing = Enrollment.objects.filter(
            client=episode.client, state__in=OPEN_STATES, slot__series__countable=True
        )
        for row in standing.exclude(slot__in=slots).select_related("client", "slot"):
            give_up_seat(by=by, enrollment=row, ends_on=starts_on, reason="new week", at=at)
        return enroll_client(
            by=by, episode=episode, slots=slots, starts_on=starts_on, at=at, wait_if_full=wait_if_full
        )
