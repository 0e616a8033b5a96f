"""Reading the week."""

from openiop.apps.schedule.selectors.access import (
    access_absence,
    access_appointment,
    access_enrollment,
    access_guest,
    access_room,
    access_series,
    access_session,
    access_slot,
)

__all__ = [
    "access_absence",
    "access_appointment",
    "access_enrollment",
    "access_guest",
    "access_room",
    "access_series",
    "access_session",
    "access_slot",
]
