"""What of a chart goes into one document: the parts to choose from, and the kinds of record each of them is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from openiop.domain.consents import Scope
from openiop.domain.errors import InvalidInput
from openiop.domain.text import gettext_noop


class Part(StrEnum):
    """A part of a chart, in the order in which it is read. Notes kept apart are in none of them."""

    PLAN = "plan"
    NOTES = "notes"
    ATTENDANCE = "attendance"
    CONSENTS = "consents"
    LEVEL_OF_CARE = "level_of_care"
    DOCUMENTS = "documents"


SCOPES: dict[Part, Scope] = {
    Part.PLAN: Scope.PLAN,
    Part.NOTES: Scope.SESSION_NOTES,
    Part.ATTENDANCE: Scope.ATTENDANCE,
    Part.CONSENTS: Scope.ENROLLED,
    Part.LEVEL_OF_CARE: Scope.LEVEL_OF_CARE,
    Part.DOCUMENTS: Scope.DOCUMENTS,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The days, both included, and the parts."""

    first: date
    last: date
    parts: frozenset[Part]

    def holds(self, day: date) -> bool:
        """Tell whether a day is one of them."""
        return self.first <= day <= self.last

    @property
    def ordered(self) -> tuple[Part, ...]:
        """The parts in their order."""
        return tuple(part for part in Part if part in self.parts)

    @property
    def scopes(self) -> frozenset[Scope]:
        """The kinds of record that would leave: its cover always says that the person is a client."""
        return frozenset({Scope.ENROLLED, *(SCOPES[part] for part in self.parts)})


def choose(first: date, last: date, parts: Iterable[str], *, allowed: Iterable[Part]) -> Choice:
    """Return the choice, or InvalidInput at the field where it cannot be right."""
    if last < first:
        raise InvalidInput(gettext_noop("The last day is before the first."), field="last")
    wanted = {Part(part) for part in parts if part in set(Part)} & set(allowed)
    if not wanted:
        raise InvalidInput(gettext_noop("Choose at least one part."), field="parts")
    return Choice(first, last, frozenset(wanted))
