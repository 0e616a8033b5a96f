"""Changing attendance."""

from openiop.apps.groups.services.attendance import (
    AttendanceConflict,
    Entry,
    Saved,
    WrongEntries,
    record_attendance,
)

__all__ = ["AttendanceConflict", "Entry", "Saved", "WrongEntries", "record_attendance"]
