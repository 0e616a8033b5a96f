"""Findings: the typed questions that rules weigh, and the answers to them.

An answer is known, or unknown (absent or None), or the question does not apply. Unknown is never "no".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from openiop.domain.errors import InvalidInput
from openiop.domain.text import EMPTY, Text

Value = bool | int | float | str | date
Number = int | float


class Kind(StrEnum):
    """What an answer is."""

    BOOL = "bool"
    INT = "int"
    NUMBER = "number"
    CHOICE = "choice"
    DATE = "date"


class Worse(StrEnum):
    """Which way an answer grows worse; rules may never be switched off by a worse answer."""

    NONE = "none"
    YES = "yes"
    NO = "no"
    HIGHER = "higher"
    LOWER = "lower"
    LAST = "last"
    OLDER = "older"


WORSE_FOR: dict[Kind, frozenset[Worse]] = {
    Kind.BOOL: frozenset({Worse.NONE, Worse.YES, Worse.NO}),
    Kind.INT: frozenset({Worse.NONE, Worse.HIGHER, Worse.LOWER}),
    Kind.NUMBER: frozenset({Worse.NONE, Worse.HIGHER, Worse.LOWER}),
    Kind.CHOICE: frozenset({Worse.NONE, Worse.LAST}),
    Kind.DATE: frozenset({Worse.NONE, Worse.OLDER}),
}


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice, or one anchor of a rating."""

    key: str
    text: Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One question. `low`, `high` and `step` bound numbers; `options` of an int are its anchors.

    `safety`: while it applies and is unknown, nothing is decided. `from_context`: not asked on the form;
    it comes from the record (age, results of other instruments) and does not apply when absent.
    """

    key: str
    kind: Kind
    group: str
    title: Text
    help: Text = EMPTY
    unit: str = ""
    low: Number | None = None
    high: Number | None = None
    step: Number = 1
    options: tuple[Option, ...] = ()
    worse: Worse = Worse.NONE
    safety: bool = False
    from_context: bool = False

    def rank(self, value: Value) -> float:
        """How bad the answer is on its own scale: a worse answer has a higher rank; 0 without direction."""
        match self.worse:
            case Worse.YES | Worse.HIGHER:
                return float(value)  # type: ignore[arg-type]
            case Worse.NO | Worse.LOWER:
                return -float(value)  # type: ignore[arg-type]
            case Worse.LAST:
                return float([option.key for option in self.options].index(str(value)))
            case Worse.OLDER:
                return -float(value.toordinal())  # type: ignore[union-attr]
            case _:
                return 0.0

    def is_calm(self, value: Value) -> bool:
        """Tell whether there is no better answer: one that reassures, and that only holds while it is fresh."""
        match self.kind, self.worse:
            case _, Worse.NONE:
                return False
            case Kind.BOOL, _:
                return value is (self.worse is Worse.NO)
            case Kind.CHOICE, _:
                return self.rank(value) == 0
            case Kind.INT | Kind.NUMBER, _:
                return value == (self.low if self.worse is Worse.HIGHER else self.high)
            case _:
                return False

    def read(self, raw: Any, *, path: str, on: date) -> Value | None:
        """The answer from plain data (JSON); None is unknown. InvalidInput names `path` and what is wrong."""
        if raw is None:
            return None
        match self.kind:
            case Kind.BOOL:
                return self._read_bool(raw, path)
            case Kind.CHOICE:
                return self._read_choice(raw, path)
            case Kind.DATE:
                return self._read_date(raw, path, on)
            case _:
                return self._read_number(raw, path)

    def _read_bool(self, raw: Any, path: str) -> bool:
        if not isinstance(raw, bool):
            raise InvalidInput(
                f"{path}: give true, false, or null for unknown; got {_shown(raw)}.", field=path
            )
        return raw

    def _read_choice(self, raw: Any, path: str) -> str:
        keys = [option.key for option in self.options]
        if not isinstance(raw, str) or raw not in keys:
            raise InvalidInput(
                f"{path}: give one of {', '.join(keys)}, or null for unknown; got {_shown(raw)}.", field=path
            )
        return raw

    def _read_date(self, raw: Any, path: str, on: date) -> date:
        try:
            value = date.fromisoformat(raw if isinstance(raw, str) else "")
        except ValueError:
            raise InvalidInput(
                f"{path}: give a date as YYYY-MM-DD, or null for unknown; got {_shown(raw)}.", field=path
            ) from None
        if value > on:
            raise InvalidInput(
                f"{path}: {value.isoformat()} is after the day of the assessment ({on.isoformat()}).",
                field=path,
            )
        return value

    def _read_number(self, raw: Any, path: str) -> Number:
        whole = self.kind is Kind.INT
        wanted = "a whole number" if whole else "a number"
        right = isinstance(raw, int) or (isinstance(raw, float) and not whole and math.isfinite(raw))
        if isinstance(raw, bool) or not right:
            raise InvalidInput(f"{path}: give {wanted}, or null for unknown; got {_shown(raw)}.", field=path)
        if (self.low is not None and raw < self.low) or (self.high is not None and raw > self.high):
            unit = f" {self.unit}" if self.unit else ""
            raise InvalidInput(
                f"{path}: give {wanted} from {self.low} to {self.high}{unit}; got {raw}.", field=path
            )
        return raw  # type: ignore[no-any-return]

    def to_plain(self, value: Value | None) -> bool | int | float | str | None:
        """The answer as JSON holds it."""
        return value.isoformat() if isinstance(value, date) else value

    def words(self, value: Value | None) -> Text:
        """The answer in words: yes, 3 (with its anchor's short name), the option's text, 38 /min."""
        if value is None:
            return Text("not known", "no se sabe")
        if isinstance(value, bool):
            return Text("yes", "sí") if value else Text("no", "no")
        if self.kind is Kind.CHOICE:
            return next(option.text for option in self.options if option.key == value)
        shown = value.isoformat() if isinstance(value, date) else f"{value:g}"
        shown = f"{shown} {self.unit}".strip()
        return Text(shown, shown)


def _shown(raw: Any) -> str:
    """What was given, cut short: it may be anything."""
    text = repr(raw) if isinstance(raw, str | int | float | bool) else f"a {type(raw).__name__}"
    return text if len(text) <= 60 else text[:57] + "..."  # noqa: PLR2004 - a line of an error message


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known on a day. A key neither in `values` nor in `idle` is unknown.

    `idle` are the questions that do not apply and were not answered: a test of them is false. An answer
    that was given counts even where its question need not have been asked: risk is never dropped.
    """

    values: Mapping[str, Value]
    idle: frozenset[str] = frozenset()
    on: date | None = None
    bounds: Mapping[str, tuple[Number, Number]] = field(default_factory=dict)
