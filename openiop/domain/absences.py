"""Being away: what the catalogue says about it (reasons, barriers, targets), and absences planned ahead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openiop.domain.text import EMPTY, Text


@dataclass(frozen=True, slots=True)
class Choice:
    """A reason or a barrier. `help`: the first thing the team can do about a barrier."""

    key: str
    title: Text
    help: Text = EMPTY


@dataclass(frozen=True, slots=True)
class ShowRateTarget:
    """What share of booked places should be used, over how many weeks it is counted, and who says so.

    One person's own rate says something only from `least_sessions` on.
    """

    target_percent: int
    alarm_percent: int
    over_weeks: int
    least_sessions: int
    source: str
    tag: str


@dataclass(frozen=True, slots=True)
class AttendanceList:
    """One version of the catalogue's attendance file."""

    opens_minutes_before: int
    show_rate: ShowRateTarget
    reasons: tuple[Choice, ...]
    barriers: tuple[Choice, ...]

    def reason(self, key: str) -> Choice | None:
        """The reason of that key, if there is one."""
        return next((row for row in self.reasons if row.key == key), None)

    def barrier(self, key: str) -> Choice | None:
        """The barrier of that key, if there is one."""
        return next((row for row in self.barriers if row.key == key), None)


def read_attendance(body: Mapping[str, Any]) -> AttendanceList:
    """Build the list from a catalogue body that its schema has passed."""
    return AttendanceList(
        opens_minutes_before=body["opens_minutes_before"]["value"],
        show_rate=ShowRateTarget(**body["show_rate"]),
        reasons=tuple(Choice(row["key"], Text.of(row["title"])) for row in body["reasons"]),
        barriers=tuple(
            Choice(row["key"], Text.of(row["title"]), Text.of(row["help"])) for row in body["barriers"]
        ),
    )


@dataclass(frozen=True, slots=True)
class Away:
    """A planned absence, half open, with the coded reason and barrier that were told."""

    starts_at: datetime
    ends_at: datetime
    reason: str = ""
    barrier: str = ""

    @property
    def why(self) -> str:
        """The barrier, else the reason."""
        return self.barrier or self.reason

    def touches(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Tell whether any minute of a session lies in it: such a session is excused whole."""
        return self.starts_at < ends_at and starts_at < self.ends_at


def away_from(absences: Iterable[Away], starts_at: datetime, ends_at: datetime) -> Away | None:
    """Return the first planned absence that touches a session, or None."""
    return next((away for away in absences if away.touches(starts_at, ends_at)), None)
