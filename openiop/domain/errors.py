"""The errors people see.

A domain error says in the user's words what is wrong and how to mend it. `code` is for machines
and never changes once published; `field` names the input to mend, where one input is at fault.
Nothing has been written when one of these is raised.
"""

from __future__ import annotations


class DomainError(Exception):
    """A rule of care or of the organisation says no."""

    default_code = "refused"

    def __init__(self, message: str, *, code: str | None = None, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.field = field

    def __str__(self) -> str:
        """The words alone: they go to the page or to the command line as they are."""
        return self.message


class InvalidInput(DomainError):
    """What was given cannot be right, whoever gives it: mend the input and try again."""

    default_code = "invalid"


class NotAllowed(DomainError):
    """The input may be right, but this person may not do this, or not now."""

    default_code = "not-allowed"


class Conflict(DomainError):
    """It clashes with something that already stands: another session, another version, a taken seat."""

    default_code = "conflict"
