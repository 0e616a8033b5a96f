"""Changing attendance, making up hours, and the end of a course of care."""

from openiop.apps.groups.services.attendance import (
    AttendanceConflict,
    Entry,
    Saved,
    WrongEntries,
    record_attendance,
)
from openiop.apps.groups.services.discharging import discharge_client, discharge_reasons, reopen_episode
from openiop.apps.groups.services.exports import note_hours_export
from openiop.apps.groups.services.makeups import book_make_up
from openiop.apps.groups.services.walkins import add_walk_in, take_off_walk_in

__all__ = [
    "AttendanceConflict",
    "Entry",
    "Saved",
    "WrongEntries",
    "add_walk_in",
    "book_make_up",
    "discharge_client",
    "discharge_reasons",
    "note_hours_export",
    "record_attendance",
    "reopen_episode",
    "take_off_walk_in",
]
