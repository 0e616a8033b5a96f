"""Eight weeks of attendance: who came, who was late, who was away and why."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from openiop.apps.demo.coming import Coming, decide_coming
from openiop.apps.demo.house import House
from openiop.apps.groups.models import Attendance
from openiop.apps.schedule.models import Appointment, Enrollment, Session, SessionGuest

NOT_IN_TIME = 0.09
"""How often somebody who has minutes to spare comes late or leaves early; once a week at most."""


def attend(house: House) -> None:
    """Mark every session that is over."""
    coming, spare = decide_coming(house), _spare()
    for sessions in house.sessions.values():
        for session in sessions:
            if session.ends_at < house.at:
                _mark(house, session, coming, spare)


def _spare() -> set[tuple[int, date]]:
    """Return who has an individual hour beside the groups, by client and week: they can be late, and are."""
    rows = Appointment.objects.values_list("client_id", "day")
    return {(client, day - timedelta(days=day.weekday())) for client, day in rows}


def _mark(house: House, session: Session, coming: Coming, spare: set[tuple[int, date]]) -> None:
    held = Q(state="held") | Q(state="ended", ends_on__gte=session.day)
    seats = Enrollment.objects.filter(
        held, slot_id=session.slot_id, starts_on__lte=session.day
    ).select_related("episode", "client")
    rows = []
    for seat in (*seats.order_by("id"), *coming.guests.get(session.pk, ())):
        excuse = coming.missed.get((seat.client_id, session.day))
        base = _base(session, seat)
        if excuse is None:
            rows.append(house.draft(Attendance, **base, **_times(house, session, seat.client_id, spare)))
            continue
        state, reason, barrier = excuse
        rows.append(house.draft(Attendance, **base, state=state, reason=reason, barrier=barrier))
    Attendance.objects.bulk_create(rows)
    if rows:
        here = sum(row.countable_minutes > 0 for row in rows)
        house.note(
            session.ends_at,
            "attendance.recorded",
            session,
            who=session.lead,
            group=session.series.name,
            day=session.day,
            present=here,
            of=len(rows),
        )


def _base(session: Session, seat: Enrollment | SessionGuest) -> dict[str, Any]:
    return {
        "session": session,
        "client": seat.client,
        "episode": seat.episode,
        "day": session.day,
        "modality": session.modality,
        "part2": seat.episode.part2,
        "recorded_at": session.ends_at,
        "recorded_by": session.lead,
        "created_at": session.ends_at,
    }


def _times(house: House, session: Session, client: int, spare: set[tuple[int, date]]) -> dict[str, Any]:
    """Return when somebody came and went, and the minutes that count."""
    rng, state = house.rng, "present"
    week = (client, session.day - timedelta(days=session.day.weekday()))
    if week in spare and rng.random() < NOT_IN_TIME:
        spare.discard(week)
        state = rng.choices(("late", "left_early"), (2, 1))[0]
    arrived = session.starts_at + timedelta(minutes=rng.choice((8, 12, 15, 20)) if state == "late" else 0)
    left = session.ends_at - timedelta(minutes=rng.choice((15, 25, 30)) if state == "left_early" else 0)
    minutes = int((left - arrived).total_seconds() // 60)
    return {"state": state, "arrived_at": arrived, "left_at": left, "countable_minutes": minutes}
