"""What can be refused when a client record changes."""

from __future__ import annotations

from collections.abc import Mapping

from openiop.domain.errors import Conflict, InvalidInput


class InvalidDetails(InvalidInput):
    """Something about the person cannot be right; `problems` names each field with its words."""

    default_code = "invalid-details"

    def __init__(self, problems: Mapping[str, str]) -> None:
        """Take the problems by field; the first one is the message."""
        field, words = next(iter(problems.items()))
        super().__init__(words, field=field)
        self.problems = dict(problems)


class StaleRecord(Conflict):
    """Someone else saved in between: what they wrote must be seen before it is written over."""

    default_code = "stale"


class CannotMerge(Conflict):
    """The two records cannot become one as they stand."""

    default_code = "cannot-merge"


class LikelyDuplicate(Conflict):
    """A record that looks like this person was not looked at; `public_ids` names it."""

    default_code = "likely-duplicate"

    def __init__(self, message: str, *, public_ids: list[str]) -> None:
        """Take the words and the records to look at."""
        super().__init__(message, field="choice")
        self.public_ids = public_ids
