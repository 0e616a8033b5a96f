"""What a kind of note asks: typed fields from the catalogue, and what is missing before it can be signed.

What is typed is kept as it was typed, as text, so that a draft never loses a word that is not right yet; the
types hold when it is signed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from openiop.domain.text import EMPTY, Text

LONGEST_TEXT = 20_000
"""Of one field: some ten pages. Who pastes a book is told so."""
FEWEST_LETTERS_OF_A_REASON = 5


class Ask(StrEnum):
    """How a field is answered."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    SCALE = "scale"
    YES_NO = "yes_no"
    UNIT = "unit"


CHOSEN = (Ask.CHOICE, Ask.UNIT)
"""Answered by the key of an option. Those of a unit are the units of the curricula, and no part of the file."""


class Apart(StrEnum):
    """Notes that live apart from the record: their author's alone (45 CFR 164.501; 42 CFR 2.11)."""

    NO = ""
    PSYCHOTHERAPY = "psychotherapy"
    SUD_COUNSELING = "sud_counseling"


class Lack(StrEnum):
    """Why a field keeps a note from being signed."""

    MISSING = "missing"
    NOT_A_CHOICE = "not-a-choice"
    NOT_A_NUMBER = "not-a-number"
    OUT_OF_RANGE = "out-of-range"
    TOO_LONG = "too-long"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice."""

    key: str
    label: Text


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `low` and `high` hold for numbers and scales; `blind`: the client does not see it."""

    key: str
    label: Text
    ask: Ask
    required: bool = False
    hint: Text = EMPTY
    options: tuple[Option, ...] = ()
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    blind: bool = False
    phrases: tuple[Text, ...] = ()

    def words(self, value: str, language: str) -> str:
        """The answer as people read it; yes and no are the reader's business."""
        if self.ask in CHOSEN:
            return next((one.label.in_language(language) for one in self.options if one.key == value), value)
        return f"{value} {self.unit}" if self.unit and value else value


@dataclass(frozen=True, slots=True)
class Template:
    """One version of a kind of note. `lines` are asked for each person of a group."""

    id: str
    version: int
    title: Text
    use: str
    apart: Apart
    needs_cosign: bool
    asks_objective: bool
    roles: tuple[str, ...]
    source: str
    fields: tuple[Field, ...]
    lines: tuple[Field, ...] = ()

    @property
    def all_fields(self) -> tuple[Field, ...]:
        """What one chart's note says: the group's part, then the person's."""
        return (*self.fields, *self.lines)


@dataclass(frozen=True, slots=True)
class Gap:
    """A field and what is wrong with it."""

    field: str
    lack: Lack


def units_in(fields: tuple[Field, ...], values: Mapping[str, str]) -> frozenset[str]:
    """Return the units of curricula that the answers name."""
    return frozenset(values[one.key] for one in fields if one.ask is Ask.UNIT and values.get(one.key))


def tidy(fields: tuple[Field, ...], values: Mapping[str, str]) -> dict[str, str]:
    """Keep the answers to these fields, without empty ones; nothing that was typed is changed but its ends."""
    found = {field.key: str(values.get(field.key, "")).strip() for field in fields}
    return {key: value for key, value in found.items() if value}


def gaps_of(fields: tuple[Field, ...], values: Mapping[str, str]) -> tuple[Gap, ...]:
    """Return what is missing or not right, in the order of the fields."""
    found = [(field, _lack(field, values.get(field.key, "").strip())) for field in fields]
    return tuple(Gap(field.key, lack) for field, lack in found if lack is not None)


def _lack(field: Field, value: str) -> Lack | None:
    if not value:
        return Lack.MISSING if field.required else None
    if len(value) > LONGEST_TEXT:
        return Lack.TOO_LONG
    if field.ask is Ask.TEXT:
        return None
    if field.ask in (*CHOSEN, Ask.YES_NO):
        known = {"yes", "no"} if field.ask is Ask.YES_NO else {one.key for one in field.options}
        return None if value in known else Lack.NOT_A_CHOICE
    return _number_lack(field, value)


def _number_lack(field: Field, value: str) -> Lack | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return Lack.NOT_A_NUMBER
    if not number.is_finite() or (field.ask is Ask.SCALE and number != number.to_integral_value()):
        return Lack.NOT_A_NUMBER
    too_low = field.low is not None and number < field.low
    too_high = field.high is not None and number > field.high
    return Lack.OUT_OF_RANGE if too_low or too_high else None


def read_template(body: Mapping[str, Any], *, units: Sequence[Option] = ()) -> Template:
    """Build a template from a catalogue body that its schema has passed; `units` answer where a unit is asked."""
    return Template(
        id=body["id"],
        version=body["version"],
        title=Text.of(body["title"]),
        use=body["use"],
        apart=Apart(body.get("apart", "")),
        needs_cosign=body["cosign"],
        asks_objective=body["objective"],
        roles=tuple(body["roles"]),
        source=body["source"],
        fields=tuple(_field(row, units) for row in body["fields"]),
        lines=tuple(_field(row, units) for row in body.get("lines", ())),
    )


def _field(row: Mapping[str, Any], units: Sequence[Option]) -> Field:
    ask = Ask(row["ask"])
    options = (Option(one["key"], Text.of(one["label"])) for one in row.get("options", ()))
    return Field(
        key=row["key"],
        label=Text.of(row["label"]),
        ask=ask,
        required=row.get("required", False),
        hint=Text.of(row["hint"]) if "hint" in row else EMPTY,
        options=tuple(units if ask is Ask.UNIT else options),
        unit=row.get("unit", ""),
        low=_bound(row.get("low")),
        high=_bound(row.get("high")),
        blind=row.get("blind", False),
        phrases=tuple(Text.of(one) for one in row.get("phrases", ())),
    )


def _bound(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
