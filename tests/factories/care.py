"""Rooms, staff, series, slots, sessions, seats, appointments, windows and attendance."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from openiop.apps.accounts.models import Site, User
from openiop.apps.admissions.models import Episode
from openiop.apps.clients.models import Client
from openiop.apps.groups.models import Attendance
from openiop.apps.schedule.models import (
    Appointment,
    Enrollment,
    GroupSeries,
    Room,
    SeriesSlot,
    Session,
    SessionGuest,
    StaffProfile,
    Window,
)
from tests.factories.people import AT, make_user, put


def make_room(site: Site, name: str = "Room 1", seats: int = 14, **columns: Any) -> Room:
    """Make a room."""
    return put(
        Room,
        **{"organization": site.organization, "site": site, "name": name, "seats": seats, "created_at": AT}
        | columns,
    )


def make_staff_profile(user: User, site: Site, **columns: Any) -> StaffProfile:
    """Let a user lead everything, Monday to Saturday, 8:00 to 21:00."""
    return put(
        StaffProfile,
        **{
            "organization": site.organization,
            "user": user,
            "site": site,
            "is_licensed": True,
            "services": [
                "process",
                "psychoed",
                "skills",
                "met",
                "meal",
                "family",
                "support",
                "individual",
            ],
            "tracks": ["substance-use", "dual", "depression", "self-harm", "eating", "adolescent"],
            "working_hours": [[weekday, 480, 1260] for weekday in range(6)],
            "created_at": AT,
        }
        | columns,
    )


def make_series(site: Site, name: str = "Skills", lead: User | None = None, **columns: Any) -> GroupSeries:
    """Make an open skills group of 12 seats, on site, without slots."""
    return put(
        GroupSeries,
        **{
            "organization": site.organization,
            "site": site,
            "name": name,
            "service": "skills",
            "programs": ["depression"],
            "modality": "on_site",
            "lead": lead or make_user("Sam Lead-Demo"),
            "seats": 12,
            "solo_seats": 12,
            "minimum": 3,
            "starts_on": AT.date(),
            "created_at": AT,
        }
        | columns,
    )


def make_slot(
    series: GroupSeries, weekday: int = 0, start_minute: int = 540, minutes: int = 180, **columns: Any
) -> SeriesSlot:
    """Let the series meet at `start_minute` on `weekday` (0 = Monday)."""
    return put(
        SeriesSlot,
        **{
            "organization": series.organization,
            "series": series,
            "weekday": weekday,
            "start_minute": start_minute,
            "end_minute": start_minute + minutes,
            "seats": series.seats,
            "created_at": AT,
        }
        | columns,
    )


def make_session(slot: SeriesSlot, day: date, **columns: Any) -> Session:
    """Make the slot's meeting on `day`."""
    series = slot.series
    zone = ZoneInfo(series.site.time_zone)
    midnight = datetime.combine(day, time(), zone)
    starts = midnight.replace(hour=slot.start_minute // 60, minute=slot.start_minute % 60)
    return put(
        Session,
        **{
            "organization": slot.organization,
            "slot": slot,
            "series": series,
            "site": series.site,
            "day": day,
            "starts_at": starts,
            "ends_at": starts + timedelta(minutes=slot.end_minute - slot.start_minute),
            "room": series.room,
            "lead": series.lead,
            "modality": series.modality,
            "created_at": AT,
        }
        | columns,
    )


def make_enrollment(slot: SeriesSlot, episode: Episode, **columns: Any) -> Enrollment:
    """Hold a seat in the slot for the episode's client, and count it."""
    row = put(
        Enrollment,
        **{
            "organization": slot.organization,
            "slot": slot,
            "episode": episode,
            "client": episode.client,
            "state": "held",
            "starts_on": slot.series.starts_on,
            "asked_at": AT,
            "created_at": AT,
        }
        | columns,
    )
    if row.state == "held":
        slot.seats_taken += 1
        slot.save(update_fields=["seats_taken"])
    return row


def make_guest(session: Session, episode: Episode, **columns: Any) -> SessionGuest:
    """Give the episode's client a make-up seat."""
    return put(
        SessionGuest,
        **{
            "organization": session.organization,
            "session": session,
            "client": episode.client,
            "episode": episode,
            "created_at": AT,
        }
        | columns,
    )


def make_appointment(
    client: Client, staff: User, site: Site, starts_at: datetime, **columns: Any
) -> Appointment:
    """Make an individual appointment of 60 minutes."""
    return put(
        Appointment,
        **{
            "organization": client.organization,
            "client": client,
            "site": site,
            "kind": "individual",
            "staff": staff,
            "day": starts_at.astimezone(ZoneInfo(site.time_zone)).date(),
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=60),
            "modality": "on_site",
            "created_at": AT,
        }
        | columns,
    )


def make_window(client: Client, weekday: int, start_minute: int, end_minute: int, **columns: Any) -> Window:
    """Say that the client is available then."""
    return put(
        Window,
        **{
            "organization": client.organization,
            "client": client,
            "kind": "available",
            "weekday": weekday,
            "start_minute": start_minute,
            "end_minute": end_minute,
            "created_at": AT,
        }
        | columns,
    )


def make_attendance(session: Session, episode: Episode, state: str = "present", **columns: Any) -> Attendance:
    """Mark a client for the whole session."""
    here = state in {"present", "late", "left_early"}
    minutes = int((session.ends_at - session.starts_at).total_seconds() // 60)
    return put(
        Attendance,
        **{
            "organization": session.organization,
            "session": session,
            "client": episode.client,
            "episode": episode,
            "day": session.day,
            "state": state,
            "arrived_at": session.starts_at if here else None,
            "left_at": session.ends_at if here else None,
            "modality": session.modality,
            "countable_minutes": minutes if here else 0,
            "recorded_at": AT,
            "created_at": AT,
        }
        | columns,
    )
