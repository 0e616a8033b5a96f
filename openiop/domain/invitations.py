"""An invitation to the portal: a link that works once, for a few days, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from openiop.domain.persons import RelationKind

LASTS = timedelta(days=7)
"""How long a link works; staff send a new one at any time."""

LETTER_LASTS = timedelta(days=14)
"""How long the code of a letter works: the post needs its days."""

CODE_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
CODE_LENGTH, CODE_GROUP = 16, 4
"""Crockford's base 32: 80 random bits, to be typed from paper or read aloud."""
_MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1"})

PRIVATE = frozenset({RelationKind.FAMILY, RelationKind.FRIEND, RelationKind.OTHER})
"""Kinds of people whom the family's page is for; offices are informed in other ways."""


class InvitationState(StrEnum):
    """Where an invitation stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Times:
    """What happened to an invitation and when; None: it did not."""

    expires_at: datetime
    accepted_at: datetime | None = None
    withdrawn_at: datetime | None = None
    ended_at: datetime | None = None


def invitation_state(times: Times, at: datetime) -> InvitationState:
    """Tell where an invitation stands. The instant at which it expires is too late."""
    if times.ended_at is not None:
        return InvitationState.ENDED
    if times.accepted_at is not None:
        return InvitationState.ACCEPTED
    if times.withdrawn_at is not None:
        return InvitationState.WITHDRAWN
    return InvitationState.OPEN if at < times.expires_at else InvitationState.EXPIRED


def code_as_printed(code: str) -> str:
    """Return a code as a letter shows it: capitals in groups of four."""
    text = code.upper()
    return "-".join(text[start : start + CODE_GROUP] for start in range(0, len(text), CODE_GROUP))


def code_as_typed(text: str) -> str:
    """Return the code that somebody typed, or nothing where it cannot be one.

    Size, spaces and dashes do not matter, and letters that are taken for digits are those digits.
    """
    bare = "".join(letter for letter in text.lower() if letter not in " -\u2013\u00a0").translate(_MISREAD)
    is_code = len(bare) == CODE_LENGTH and all(letter in CODE_ALPHABET for letter in bare)
    return bare if is_code else ""


def lock_name(code: str) -> str:
    """Return the name under which wrong tries at a code are counted: its first group tells the letter."""
    return f"letter {code[:CODE_GROUP]}"
