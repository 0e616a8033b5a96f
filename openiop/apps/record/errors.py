"""What can be refused around a note."""

from __future__ import annotations

from openiop.domain.errors import Conflict, NotAllowed
from openiop.domain.notes.group import Mention
from openiop.domain.notes.template import Gap


class StaleNote(Conflict):
    """Another window or another day saved the draft in between. Nothing was written over."""

    default_code = "stale"


class IncompleteNote(NotAllowed):
    """Something is missing; `gaps` names each field."""

    default_code = "incomplete"

    def __init__(self, message: str, *, gaps: tuple[Gap, ...]) -> None:
        """Take the words and what is missing."""
        super().__init__(message)
        self.gaps = gaps


class IncompleteGroup(NotAllowed):
    """Charts that cannot be written yet: gaps by client ("" for the group's part), and names of others."""

    default_code = "incomplete"

    def __init__(
        self, message: str, *, gaps: dict[str, tuple[Gap, ...]], mentions: tuple[Mention, ...]
    ) -> None:
        """Take the words, what is missing and who is named where they must not be."""
        super().__init__(message)
        self.gaps, self.mentions = gaps, mentions
