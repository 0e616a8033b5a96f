"""What can be refused around a treatment plan."""

from __future__ import annotations

from openiop.domain.errors import Conflict, NotAllowed
from openiop.domain.treatment.gaps import Gap


class StalePlan(Conflict):
    """Someone else saved the draft in between."""

    default_code = "stale"


class IncompletePlan(NotAllowed):
    """Something is missing; `gaps` names each."""

    default_code = "incomplete"

    def __init__(self, message: str, *, gaps: tuple[Gap, ...]) -> None:
        """Take the words and what is missing."""
        super().__init__(message)
        self.gaps = gaps
