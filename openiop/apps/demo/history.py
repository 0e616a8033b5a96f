"""Eight weeks of attendance, as people really come: most of the time, sometimes late, and with reasons."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q

from openiop.apps.admissions.models import Episode
from openiop.apps.demo.house import House
from openiop.apps.groups.models import Attendance
from openiop.apps.schedule.models import Enrollment, Session

BARRIERS = ("ride", "child_care", "work_shift", "illness", "court", "forgot")
"""Keys of openiop.domain.groups.Barrier; a test holds the two together."""


def attend(house: House) -> None:
    """Mark every session that is over."""
    habit: dict[int, float] = {}
    for sessions in house.sessions.values():
        for session in sessions:
            if session.ends_at < house.at:
                _mark(house, session, habit)


def _mark(house: House, session: Session, habit: dict[int, float]) -> None:
    held = Q(state="held") | Q(state="ended", ends_on__gte=session.day)
    seats = Enrollment.objects.filter(
        held, slot_id=session.slot_id, starts_on__lte=session.day
    ).select_related("episode", "client")
    rows = []
    for seat in seats.order_by("id"):
        # A person's own rate, drawn once: Beta(8, 2), the prior of the reference's section on operations.
        rate = habit.setdefault(seat.client_id, max(0.55, house.rng.betavariate(8, 2)))
        rows.append(_row(house, session, seat.episode, seat.client, rate))
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


def _row(house: House, session: Session, episode: Episode, client: Any, rate: float) -> Attendance:
    rng = house.rng
    base: dict[str, Any] = {
        "session": session,
        "client": client,
        "episode": episode,
        "day": session.day,
        "modality": session.modality,
        "part2": episode.part2,
        "recorded_at": session.ends_at,
        "recorded_by": session.lead,
        "created_at": session.ends_at,
    }
    if rng.random() > rate:
        excused = rng.random() < 0.45
        reason = rng.choice(("sick", "work", "family", "medical", "other")) if excused else ""
        base |= {
            "state": "excused" if excused else "no_show",
            "reason": reason,
            "barrier": rng.choice(BARRIERS),
        }
        return house.draft(Attendance, **base)
    state = rng.choices(("present", "late", "left_early"), (0.88, 0.08, 0.04))[0]
    arrived = session.starts_at + timedelta(minutes=rng.choice((8, 12, 15, 20)) if state == "late" else 0)
    left = session.ends_at - timedelta(minutes=rng.choice((15, 25, 30)) if state == "left_early" else 0)
    minutes = int((left - arrived).total_seconds() // 60)
    return house.draft(
        Attendance, **base, state=state, arrived_at=arrived, left_at=left, countable_minutes=minutes
    )
