"""The words of a consent form: sections in both languages with holes, and what must be asked to fill them.

A template is frozen once published; a prepared consent keeps its id and version and the filled words.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from openiop.domain.consents import Expires, Kind, NotesType, Purpose, Scope
from openiop.domain.documents import fill
from openiop.domain.text import EMPTY, Text

HOLES = frozenset(
    {
        "client", "birth_date", "organization", "discloser", "recipient", "information", "purpose", "expiry",
        "signer", "contact",
    }
)  # fmt: skip
"""What a template may leave open; the service fills every one."""


class Needed(StrEnum):
    """Who needs the consent: everyone in care, those in a Part 2 track, those seen by video, those who ask."""

    ALWAYS = "always"
    PART2 = "part2"
    TELEHEALTH = "telehealth"
    ASKED = "asked"


class Statement(StrEnum):
    """A section that the law asks for by itself."""

    REVOCATION = "revocation"
    REDISCLOSURE = "redisclosure"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the form. `statement` names the statement of law it makes, if any."""

    title: Text
    text: Text
    statement: Statement | None = None


@dataclass(frozen=True, slots=True)
class ConsentTemplate:
    """One version of a form.

    `recipient` is fixed for a class of recipients and empty where it is asked. `scopes` are the kinds of
    record it covers; where `choose_scopes`, they are only offered. `months` and `events` are what the form
    proposes for its end.
    """

    id: str
    version: int
    kind: Kind
    title: Text
    summary: Text
    needed: Needed
    purposes: tuple[Purpose, ...]
    tpo_single: bool
    notes_type: NotesType
    legal_proceeding: bool
    recipient: Text
    scopes: tuple[Scope, ...]
    choose_scopes: bool
    expiries: tuple[Expires, ...]
    months: int
    events: tuple[Text, ...]
    warn_days: int
    sections: tuple[Section, ...]
    effective_from: date
    source: str
    tag: str

    @property
    def asks_recipient(self) -> bool:
        """Tell whether the form is for one named recipient."""
        return self.kind is Kind.RELEASE

    def makes(self, statement: Statement) -> bool:
        """Tell whether the form carries the statement."""
        return any(section.statement is statement for section in self.sections)

    def statement_text(self, statement: Statement, language: str, values: Mapping[str, str]) -> str:
        """Return the words of a statement, filled; empty where the form does not make it."""
        for section in self.sections:
            if section.statement is statement:
                return " ".join(fill(section.text.in_language(language), values).split())
        return ""

    def compose(self, language: str, values: Mapping[str, str]) -> str:
        """Return the whole text to read and sign."""
        parts = [
            f"## {section.title.in_language(language)}\n\n{fill(section.text.in_language(language), values)}"
            for section in self.sections
        ]
        return "\n\n".join(parts) + "\n"


def read_template(body: Mapping[str, Any]) -> ConsentTemplate:
    """Build a template from a catalogue file."""
    return ConsentTemplate(
        id=body["id"],
        version=body["version"],
        kind=Kind(body["kind"]),
        title=Text.of(body["title"]),
        summary=Text.of(body["summary"]),
        needed=Needed(body["needed"]),
        purposes=tuple(Purpose(purpose) for purpose in body["purposes"]),
        tpo_single=body["tpo_single"],
        notes_type=NotesType(body["notes_type"]),
        legal_proceeding=body["legal_proceeding"],
        recipient=Text.of(body["recipient"]) if body["recipient"] else EMPTY,
        scopes=tuple(Scope(scope) for scope in body["scopes"]),
        choose_scopes=body["choose_scopes"],
        expiries=tuple(Expires(kind) for kind in body["expiry"]["kinds"]),
        months=body["expiry"]["months"],
        events=tuple(Text.of(words) for words in body["expiry"]["events"]),
        warn_days=body["expiry"]["warn_days"],
        sections=tuple(_read_section(row) for row in body["sections"]),
        effective_from=date.fromisoformat(body["effective_from"]),
        source=body["source"],
        tag=body["tag"],
    )


def _read_section(row: Mapping[str, Any]) -> Section:
    statement = row.get("statement")
    return Section(Text.of(row["title"]), Text.of(row["text"]), Statement(statement) if statement else None)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class NoticeForm(StrEnum):
    """The two statements of 42 CFR 2.32(a)."""

    LONG = "long"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice that goes with records disclosed by consent."""

    id: str
    version: int
    form: NoticeForm
    title: Text
    text: Text
    source: str
    tag: str

    @property
    def pinned(self) -> str:
        """Return the id and version as they are kept with a disclosure."""
        return f"{self.id}.{self.version}"


def read_notice(body: Mapping[str, Any]) -> Notice:
    """Build a notice from a catalogue file."""
    return Notice(
        id=body["id"],
        version=body["version"],
        form=NoticeForm(body["form"]),
        title=Text.of(body["title"]),
        text=Text.of(body["text"]),
        source=body["source"],
        tag=body["tag"],
    )


@dataclass(frozen=True, slots=True)
class ScopeWords:
    """A kind of record as forms and pages name it."""

    scope: Scope
    label: Text
    about: Text


def read_scopes(body: Mapping[str, Any]) -> tuple[ScopeWords, ...]:
    """Build the list of kinds of record from its catalogue file."""
    return tuple(
        ScopeWords(Scope(row["key"]), Text.of(row["label"]), Text.of(row["about"])) for row in body["scopes"]
    )
