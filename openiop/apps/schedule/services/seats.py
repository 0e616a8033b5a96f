"""Weekly seats: given all or none, never oversold on any date.

The guard is one UPDATE on the slot's row (`seats_taken < seats`); a check constraint stands behind it.
Seats of single dates (make-up guests, seats that end later) are counted under the same lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import F
from django.utils.translation import gettext as _

from openiop.apps.admissions.models import Episode
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.clients.models import Client
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.schedule.fitting import Fitting, first_full_day, fitting_of, wanted_seat
from openiop.apps.schedule.models import Enrollment, GroupSeries, SeriesSlot
from openiop.apps.schedule.parts import in_room, room_limit, weekly_part
from openiop.apps.schedule.services.words import (
    clock_of,
    day_words,
    full,
    kept_apart,
    refuse_seat,
    room_full,
)
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from openiop.domain.parts import HYBRID, REMOTE, ROOM, part_in
from openiop.domain.seats import SeatState

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

    A slot that is full puts the client in its line where `wait_if_full`, and otherwise refuses the whole
    request; a closed group is given, or waited for, whole. A meeting that has begun today is attended from
    next week on. Raises Conflict (full, clash) or NotAllowed (program, no-contact, ended series).
    """
    if not slots:
        return []
    with recording(by=by, at=at) as record:
        refuse_closed_episode(episode)
        _refuse_part_of_a_cohort(episode, slots)
        fit = fitting_of(episode.client, slots[0].series.site, starts_on)
        standing = {
            row.slot_id: row
            for row in Enrollment.objects.filter(
                slot__in=slots, client=episode.client, state__in=OPEN_STATES
            ).select_related("client")
        }
        desk = _Desk(record, episode, fit, standing, wait_if_full=wait_if_full)
        blocked = desk.blocked_cohorts(slots, starts_on)
        return [desk.give(slot, starts_on, may_hold=slot.series_id not in blocked) for slot in slots]


def give_up_seat(
    *, by: Actor, enrollment: Enrollment, ends_on: date, reason: str, at: datetime
) -> Enrollment:
    """End a seat or a place in the line; `ends_on` is the last day of it. A closed group is left whole.

    The seat is free for the next from the day after.
    """
    with recording(by=by, at=at) as record:
        fresh = (
            Enrollment.objects.select_related("slot__series", "client")
            .filter(pk=enrollment.pk, state__in=OPEN_STATES)
            .first()
        )
        if fresh is None:
            raise Conflict(
                _("This seat was already given up by someone else. Reload the page."), code="stale"
            )
        rows = [fresh]
        if fresh.slot.series.cohort == "closed":
            mates = Enrollment.objects.filter(
                slot__series=fresh.slot.series, client=fresh.client, state__in=OPEN_STATES
            )
            rows += list(mates.exclude(pk=fresh.pk).select_related("slot__series", "client"))
        for row in rows:
            _end(record, row, ends_on, reason)
    enrollment.refresh_from_db()
    return enrollment


def leave_groups(record: Recorder, client: Client, last: date, *, reason: str) -> None:
    """End every seat and place in a line of a client; a meeting that has begun today keeps its line."""
    rows = Enrollment.objects.filter(client=client, state__in=OPEN_STATES)
    for row in rows.select_related("client", "slot__series__site"):
        today = local(record.at, row.slot.series.site.time_zone).date()
        _end(record, row, last if last < today else last_day(row.slot, today, record.at), reason)


def accept_week(
    *,
    by: Actor,
    episode: Episode,
    slot_ids: Sequence[str],
    starts_on: date,
    at: datetime,
    wait_if_full: bool = False,
) -> list[Enrollment]:
    """Make the given slots the client's week from a day on: new seats are taken, all or none; others end.

    Seats in groups that do not count as treatment (support groups) stay.

    Raises what `enroll_client` raises; then the week stands as it stood.
    """
    today = local(at, episode.site.time_zone).date()
    if starts_on < today:
        raise Conflict(_("That day is past. Choose today or a later day."), code="past", field="starts_on")
    with recording(by=by, at=at):
        slots = list(
            SeriesSlot.objects.filter(public_id__in=slot_ids, series__site=episode.site)
            .select_related("series__site")
            .order_by("weekday", "start_minute")
        )
        if not slots or len(slots) != len(set(slot_ids)):
            raise Conflict(_("One of these meetings is gone. Look for the week again."), code="stale")
        standing = Enrollment.objects.filter(
            client=episode.client, state__in=OPEN_STATES, slot__series__countable=True
        ).exclude(slot__in=slots)
        for row in standing.select_related("client", "slot__series__site"):
            last = last_day(row.slot, starts_on, at)
            if Enrollment.objects.filter(pk=row.pk, state__in=OPEN_STATES).exists():
                give_up_seat(by=by, enrollment=row, ends_on=last, reason="new week", at=at)
        return enroll_client(
            by=by, episode=episode, slots=slots, starts_on=starts_on, at=at, wait_if_full=wait_if_full
        )


class _Desk:
    """Gives seats to one client inside one transaction."""

    def __init__(
        self,
        record: Recorder,
        episode: Episode,
        fit: Fitting,
        standing: dict[int, Enrollment],
        *,
        wait_if_full: bool,
    ) -> None:
        self.record, self.episode, self.fit, self.standing = record, episode, fit, standing
        self.wait_if_full = wait_if_full

    def blocked_cohorts(self, slots: Sequence[SeriesSlot], starts_on: date) -> set[int]:
        """Return the closed groups with a full meeting: the client waits for all of it or gets none."""
        return {
            slot.series_id
            for slot in slots
            if slot.series.cohort == "closed" and not self._holds(slot) and is_full(slot, starts_on)
        }

    def give(self, slot: SeriesSlot, starts_on: date, *, may_hold: bool) -> Enrollment:
        """Hold a seat, or a place in the line."""
        row = self.standing.get(slot.pk)
        if row is not None and (row.state == SeatState.HELD or not may_hold):
            return row
        first = first_day(slot, starts_on, self.record.at)
        part = weekly_part(self.episode, slot, first)
        wanted = wanted_seat(slot, first, part or "")
        refuse_seat(self.record.by, self.fit.answer(self.episode, slot, wanted), slot.series.name)
        day = first_full_day(slot, first)
        held = may_hold and day is None and part is not None and hold(slot)
        if not held and not self.wait_if_full:
            raise full(slot.series.name, day) if part is not None else room_full(slot.series.name)
        if held:
            self.fit.add(wanted)
        if row is not None:
            return promote(self.record, row, first, part or "") if held else row
        return self._create(slot, first, part or "", held=held)

    def _create(self, slot: SeriesSlot, first: date, part: str, *, held: bool) -> Enrollment:
        row = Enrollment.objects.create(
            organization_id=self.record.by.organization_id,
            episode=self.episode,
            client=self.episode.client,
            slot=slot,
            state=SeatState.HELD if held else SeatState.WAITING,
            modality=part if held else "",
            starts_on=first,
            asked_at=self.record.at,
            created_at=self.record.at,
        )
        action = "seat.held" if held else "seat.waiting"
        self.record(action, subject=row, client=self.episode.client, data=words_of(slot))
        return row

    def _holds(self, slot: SeriesSlot) -> bool:
        row = self.standing.get(slot.pk)
        return row is not None and row.state == SeatState.HELD


def promote(record: Recorder, row: Enrollment, starts_on: date, part: str = "") -> Enrollment:
    """Turn a place in the line into the seat that was just taken for it."""
    row.state, row.starts_on, row.modality = SeatState.HELD, starts_on, part
    row.save(update_fields=["state", "starts_on", "modality"])
    record("seat.promoted", subject=row, client=row.client, data=words_of(row.slot))
    return row


def hold(slot: SeriesSlot) -> bool:
    """Take one seat by guarded update; False where none is left."""
    free = SeriesSlot.objects.filter(pk=slot.pk, seats_taken__lt=F("seats"))
    return bool(free.update(seats_taken=F("seats_taken") + 1) == 1)


def is_full(slot: SeriesSlot, starts_on: date) -> bool:
    """Tell whether no seat is left, for good or on one of the coming dates."""
    free = SeriesSlot.objects.filter(pk=slot.pk, seats_taken__lt=F("seats")).exists()
    return not free or first_full_day(slot, starts_on) is not None


def first_day(slot: SeriesSlot, starts_on: date, at: datetime) -> date:
    """Return from when a seat is held: a meeting that has begun on that very day is not attended any more."""
    return starts_on + timedelta(days=1) if _has_begun(slot, starts_on, at) else starts_on


def refuse_closed_episode(episode: Episode) -> None:
    """Raise where the episode is closed."""
    if not Episode.objects.filter(pk=episode.pk, discharged_at__isnull=True).exists():
        raise NotAllowed(_("The episode is closed. Open a new one first."), code="episode-closed")


def refuse_after_end(episode: Episode, day: date) -> None:
    """Raise where the care had ended before the day: care that took place cannot lie after its end.

    `episode` was read inside the transaction.
    """
    if episode.discharged_at is None:
        return
    ended = local(episode.discharged_at, episode.site.time_zone).date()
    if day > ended:
        raise Conflict(
            _(
                "The care of %(who)s ended on %(day)s. If they took part after it, take the discharge back first."
            )
            % {"who": episode.client.shown_name, "day": day_words(ended)},
            code="care-ended",
        )


def words_of(slot: SeriesSlot) -> dict[str, object]:
    """Return what the trail says of a slot."""
    return {"group": slot.series.name, "weekday": slot.weekday, "from": clock_of(slot.start_minute)}


def change_part(*, by: Actor, enrollment: Enrollment, part: str, at: datetime) -> Enrollment:
    """Let the holder of a seat in a hybrid group take part in the room or by video from now on.

    Raises Conflict where the room is full, the seat was given up or someone to avoid is at the site, and
    InvalidInput where the group has one kind of seat only.
    """
    with recording(by=by, at=at) as record:
        row = Enrollment.objects.select_related("slot__series__site", "client", "episode__site").get(
            pk=enrollment.pk
        )
        series = row.slot.series
        if series.modality != HYBRID or part not in {ROOM, REMOTE}:
            raise InvalidInput(_("%(group)s has one kind of seat only.") % {"group": series.name})
        if row.state != SeatState.HELD:
            raise Conflict(
                _("This seat was already given up by someone else. Reload the page."), code="stale"
            )
        if part_in(HYBRID, row.modality) == part:
            return row
        today = local(at, series.site.time_zone).date()
        if part == ROOM:
            _refuse_room(by, row, today)
        row.modality = part
        row.save(update_fields=["modality"])
        record("seat.part", subject=row, client=row.client, data=words_of(row.slot) | {"part": part})
    return row


def _refuse_room(by: Actor, row: Enrollment, today: date) -> None:
    """Raise why the holder of a seat by video may not come to the room from today on."""
    series, first = row.slot.series, max(today, row.starts_on)
    if in_room(row.slot, first, besides=row.client_id) >= room_limit(series):
        raise room_full(series.name)
    contact = fitting_of(row.client, series.site, first).contact(wanted_seat(row.slot, first, ROOM))
    if contact is not None:
        raise kept_apart(by, series.name, day_words(contact))


def _end(record: Recorder, row: Enrollment, ends_on: date, reason: str) -> None:
    """End one row. A place in a line was never a seat: it has no last day."""
    held = row.state == SeatState.HELD
    Enrollment.objects.filter(pk=row.pk).update(
        state=SeatState.ENDED, ends_on=ends_on if held else None, ended_reason=reason[:60]
    )
    if held:
        SeriesSlot.objects.filter(pk=row.slot_id, seats_taken__gt=0).update(seats_taken=F("seats_taken") - 1)
    record("seat.given_up", subject=row, client=row.client, data={"reason": reason})


def last_day(slot: SeriesSlot, starts_on: date, at: datetime) -> date:
    """Return the last day of a seat that a new week replaces; a meeting already begun that day still counts."""
    return starts_on if _has_begun(slot, starts_on, at) else starts_on - timedelta(days=1)


def _has_begun(slot: SeriesSlot, day: date, at: datetime) -> bool:
    here = local(at, slot.series.site.time_zone)
    minute = here.hour * 60 + here.minute
    return here.date() == day and slot.weekday == day.weekday() and slot.start_minute <= minute


def _refuse_part_of_a_cohort(episode: Episode, slots: Sequence[SeriesSlot]) -> None:
    """A closed group is attended whole: every meeting of it is asked for or already held."""
    asked = {slot.pk for slot in slots}
    closed: set[GroupSeries] = {slot.series for slot in slots if slot.series.cohort == "closed"}
    for series in closed:
        held = Enrollment.objects.filter(client=episode.client, slot__series=series, state__in=OPEN_STATES)
        missing = series.slots.exclude(pk__in=asked).exclude(pk__in=held.values("slot_id"))
        if missing.exists():
            raise NotAllowed(
                _("%(group)s is a closed group: a client attends all of its meetings or none.")
                % {"group": series.name},
                code="cohort-part",
            )
