"""By when a note is signed and co-signed. Late is marked; it never blocks, and nothing is dated back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class NoteClocks:
    """How long after the meeting a note is due, by its use; the use `other` holds for all that are not named."""

    version: int
    cosign_days: int
    source: str
    sign_hours: Mapping[str, int]

    def due_at(self, use: str, ended_at: datetime) -> datetime:
        """Return the instant until which the note is in time."""
        return ended_at + timedelta(hours=self.sign_hours.get(use, self.sign_hours["other"]))

    def cosign_by(self, signed_on: date) -> date:
        """Return the day by which the second signature is due."""
        return signed_on + timedelta(days=self.cosign_days)


def is_late(due_at: datetime, at: datetime) -> bool:
    """Tell whether what is signed (or still open) at this instant is late."""
    return at > due_at


def read_note_clocks(body: Mapping[str, Any]) -> NoteClocks:
    """Build the clocks from a catalogue body that its schema has passed."""
    return NoteClocks(
        version=body["version"],
        cosign_days=body["cosign_days"],
        source=body["source"],
        sign_hours={row["use"]: row["hours"] for row in body["rows"]},
    )
