"""The catalogue's attendance file, in the version in force."""

from __future__ import annotations

from functools import cache

from openiop.catalog import load
from openiop.domain.absences import AttendanceList, read_attendance


@cache
def attendance_lists() -> AttendanceList:
    """Return reasons, barriers and targets."""
    return read_attendance(load("attendance", "attendance").body)
