"""The small FHIR data types as frozen values: dates, codes, names, addresses, quantities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Relevance(StrEnum):
    """How much an item speaks of mental health or substance use.

    BEHAVIORAL: it names a condition or a service of that kind. RELATED: a technique, support or habit
    that is also met elsewhere (counseling, stop-smoking). OTHER: neither.
    """

    BEHAVIORAL = "behavioral"
    RELATED = "related"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A relevance with its reason: the code or the words that decided it."""

    relevance: Relevance = Relevance.OTHER
    because: str = ""

    @property
    def is_behavioral(self) -> bool:
        """Return True where the item itself names mental health or substance use."""
        return self.relevance is Relevance.BEHAVIORAL


@dataclass(frozen=True, slots=True)
class When:
    """A FHIR date or instant, as precise as it was sent.

    text: as sent; first: the first day that it can mean; is_full: whether the day itself was sent;
    at: the instant, where a time with an offset was sent.
    """

    text: str
    first: date
    is_full: bool
    at: datetime | None = None

    @property
    def day(self) -> date | None:
        """Return the day, where the sender named one."""
        return self.first if self.is_full else None


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a concept: system as sent (a URI), code and display."""

    system: str
    code: str
    display: str = ""


@dataclass(frozen=True, slots=True)
class Concept:
    """Something named by words, by codes, or by both."""

    text: str = ""
    codes: tuple[Code, ...] = ()

    def code_in(self, *systems: str) -> str:
        """Return the first code whose system is one of `systems`, or nothing."""
        return next((code.code for code in self.codes if code.system in systems), "")


@dataclass(frozen=True, slots=True)
class PersonName:
    use: str = ""
    family: str = ""
    given: tuple[str, ...] = ()
    prefix: str = ""
    suffix: str = ""
    text: str = ""

    @property
    def shown(self) -> str:
        """Return the name in reading order."""
        parts = " ".join([*self.given, self.family]).strip()
        return parts or self.text


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number that someone else knows the person by. `kind` is the HL7 v2-0203 code: MR, SS, DL, MB ..."""

    system: str = ""
    value: str = ""
    kind: str = ""
    kind_text: str = ""
    use: str = ""


@dataclass(frozen=True, slots=True)
class ContactPoint:
    system: str
    value: str
    use: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    lines: tuple[str, ...] = ()
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    use: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """What was measured: a number with its unit, or words."""

    number: Decimal | None = None
    words: str = ""
    unit: str = ""


NO_JUDGEMENT = Judgement()
NOTHING = Value()
