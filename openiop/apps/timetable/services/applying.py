"""One change of a plan, made or taken back through the services that everybody uses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from openiop.apps.accounts.models import User
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor
from openiop.apps.schedule.models import Appointment, Enrollment, Room, SeriesSlot
from openiop.apps.schedule.services.appointments import cancel_appointment
from openiop.apps.schedule.services.leave import cover_session
from openiop.apps.schedule.services.plans import VisitPlan, book_visits
from openiop.apps.schedule.services.seats import enroll_client, give_up_seat, last_day, words_of
from openiop.apps.schedule.services.series import cancel_session, change_series, plan_of
from openiop.apps.timetable.models import PlanMove
from openiop.domain.errors import Conflict
from openiop.domain.schedule.cover import Chair

RANKS = {"staffing": 0, "cover": 1, "cancel": 2, "week": 3, "visit": 4}
WEEKS_BOOKED = 4
"""For so many weeks a session that is due is booked at once: as far as sessions are made."""


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """A move in one direction, from `first` on. `seats`: what its client holds; `staleness` fills it in."""

    move: PlanMove
    before: dict[str, Any]
    after: dict[str, Any]
    first: date
    is_back: bool = False
    seats: list[Enrollment] = field(default_factory=list)

    @classmethod
    def forward(cls, move: PlanMove, first: date) -> Change:
        """Return the move as it was drafted."""
        return cls(move, move.before, move.after, first)

    @classmethod
    def backward(cls, move: PlanMove, first: date) -> Change:
        """Return the move taken back."""
        return cls(move, move.after, move.before, first, is_back=True)

    @property
    def rank(self) -> int:
        """Return its place in the order: who leads where, then seats, then sessions beside them."""
        return RANKS[self.move.kind]


def leave_seats(*, by: Actor, change: Change, at: datetime) -> None:
    """Give up what a change leaves, so that others may take it: seats, and the old time of a session."""
    move = change.move
    if move.kind == "week":
        kept = set(change.after["slots"])
        for row in change.seats:
            if row.slot.public_id not in kept and _is_open(row):
                last = last_day(row.slot, change.first, at)
                give_up_seat(by=by, enrollment=row, ends_on=last, reason="new week", at=at)
    elif move.kind == "visit":
        for visit in _visits_to_leave(change):
            cancel_appointment(by=by, appointment=visit, reason=_("Moved with the week's plan"), at=at)


def _is_open(row: Enrollment) -> bool:
    """Tell whether a seat still stands: of a closed group all go with the first."""
    return Enrollment.objects.filter(pk=row.pk, state="held").exists()


def _visits_to_leave(change: Change) -> Iterable[Appointment]:
    if change.is_back:
        made = change.before.get("made", [])
        return list(Appointment.objects.filter(public_id__in=made, state="planned").select_related("client"))
    return [change.move.appointment] if change.move.appointment is not None else []


def apply_change(*, by: Actor, change: Change, at: datetime) -> None:
    """Make the change. Raises what the services raise: full, clash, kept apart, away, closed."""
    kinds = {"week": _seat, "staffing": _staff, "cover": _stand_in, "cancel": _call_off, "visit": _book}
    kinds[change.move.kind](by, change, at)


def _seat(by: Actor, change: Change, at: datetime) -> None:
    """Take the new seats. Places in lines stay; one that became a seat is a place in the line again."""
    wanted = set(change.after["slots"]) - set(change.before["slots"])
    slots = list(
        SeriesSlot.objects.filter(public_id__in=wanted, series__site_id=change.move.plan.site_id)
        .select_related("series__site")
        .order_by("weekday", "start_minute")
    )
    if len(slots) != len(wanted):
        raise Conflict(_("One of these meetings is gone. Look for the week again."), code="stale")
    episode = change.move.episode
    if episode is None:
        raise Conflict(_("The episode is closed."), code="episode-closed")
    if slots:
        enroll_client(by=by, episode=episode, slots=slots, starts_on=change.first, at=at)
    if change.is_back:
        _wait_again(by, change, at)


def _wait_again(by: Actor, change: Change, at: datetime) -> None:
    """Put the client back into the lines in which they waited before, at the moment they asked."""
    move = change.move
    lines = Enrollment.objects.filter(
        client_id=move.client_id, slot__public_id__in=move.before.get("waiting", []), state="ended"
    ).order_by("-id")
    with recording(by=by, at=at) as record:
        for row in lines.select_related("slot__series", "client", "episode"):
            open_rows = Enrollment.objects.filter(
                slot=row.slot, client=row.client, state__in=("held", "waiting")
            )
            if not open_rows.exists():
                made = Enrollment.objects.create(
                    organization_id=by.organization_id, episode=row.episode, client=row.client, slot=row.slot,
                    state="waiting", starts_on=change.first, asked_at=row.asked_at, created_at=at,
                )  # fmt: skip
                record("seat.waiting", subject=made, client=row.client, data=words_of(row.slot))


def _staff(by: Actor, change: Change, at: datetime) -> None:
    series = change.move.series
    if series is None:
        return
    people = {row.public_id: row for row in User.objects.filter(public_id__in=_named(change.after))}
    room = Room.objects.filter(public_id=change.after["room"]).first() if change.after["room"] else None
    plan = plan_of(series, people[change.after["lead"]], people.get(change.after["co_lead"] or ""), room)
    change_series(by=by, series=series, plan=plan, version=series.version, at=at)


def _named(values: dict[str, Any]) -> list[str]:
    return [values[name] for name in ("lead", "co_lead") if values[name]]


def _stand_in(by: Actor, change: Change, at: datetime) -> None:
    user = User.objects.get(public_id=change.after["staff"])
    session = change.move.session
    if session is not None:
        cover_session(by=by, session=session, lead=user, chair=Chair(change.move.before["chair"]), at=at)


def _call_off(by: Actor, change: Change, at: datetime) -> None:
    if change.move.session is not None:
        reason = _("Nobody could lead it that day")
        cancel_session(by=by, session=change.move.session, reason=reason, at=at)


def _book(by: Actor, change: Change, at: datetime) -> None:
    """Book the new time. Taken back: the former time again, if it has not passed."""
    move = change.move
    wanted = change.after
    if not wanted or move.episode is None:
        return
    starts_at = datetime.fromisoformat(wanted["starts_at"])
    row = move.appointment
    if change.is_back and (row is None or starts_at <= at):
        return
    if change.is_back and row is not None:
        minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
        kind, modality = row.kind, row.modality
    else:
        kind, minutes, modality = wanted["kind"], wanted["minutes"], wanted["modality"]
    staff = User.objects.get(public_id=wanted["staff"])
    weeks = WEEKS_BOOKED if row is None else 1
    visit = VisitPlan(kind, staff, starts_at, minutes, modality)
    done = book_visits(by=by, episode=move.episode, visits=[visit], weeks=weeks, at=at)
    if not change.is_back:
        move.after = move.after | {"made": [one.public_id for one in done.visits]}
