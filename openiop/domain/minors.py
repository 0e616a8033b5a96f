"""Who may sign: adults for themselves, minors where state law lets them, otherwise those who stand in for them.

The ages and conditions are data (`catalog/minors`), dated and with their source; this module applies them.
Unknown is never a yes: without a birth date nobody can tell who may sign.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from openiop.domain.consents import Basis
from openiop.domain.text import Text


class CareKind(StrEnum):
    """What kind of care the consent is about; state law differs by it."""

    MENTAL_HEALTH = "mental_health"
    SUBSTANCE_USE = "substance_use"


class Signer(StrEnum):
    """Whose hand signs."""

    CLIENT = "client"
    REPRESENTATIVE = "representative"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Path:
    """One lawful way to sign. `from_age` and `to_age` are both included; `to_age` None is no upper end."""

    basis: Basis
    signer: Signer
    title: Text
    about: Text
    from_age: int
    to_age: int | None
    care: frozenset[CareKind]
    conditions: tuple[Text, ...]
    effective_from: date
    effective_to: date | None
    source: str
    tag: str

    def is_open(self, age: int, care: CareKind, on: date) -> bool:
        """Tell whether someone of that age may sign this way on the day."""
        in_age = self.from_age <= age and (self.to_age is None or age <= self.to_age)
        in_force = self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)
        return in_age and in_force and care in self.care


@dataclass(frozen=True, slots=True)
class MinorRules:
    """The rules of one state.

    `minor_decides_source`: why a minor who may consent alone also decides
    alone who learns of it.
    """

    id: str
    version: int
    adult_age: int
    paths: tuple[Path, ...]
    minor_decides_source: str
    minor_decides_tag: str

    def path(self, basis: Basis) -> Path | None:
        """Return the path of the basis, if the state has it."""
        return next((path for path in self.paths if path.basis is basis), None)


def age_on(birth_date: date, on: date) -> int:
    """Return the completed years of life. Someone born on 29 February has their birthday on 1 March."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def ways_to_sign(rules: MinorRules, birth_date: date | None, on: date, care: CareKind) -> tuple[Path, ...]:
    """Return the ways in which a consent to that care may be signed on the day; none without a birth date."""
    if birth_date is None or birth_date > on:
        return ()
    age = age_on(birth_date, on)
    return tuple(path for path in rules.paths if path.is_open(age, care, on))


def ways_to_release(rules: MinorRules, birth_date: date | None, on: date, *, part2: bool) -> tuple[Path, ...]:
    """Return the ways in which a consent to let records out may be signed on the day.

    From Part 2 records a parent alone never releases: the minor who may consent alone decides alone, and
    below that age both sign (42 CFR 2.14).
    """
    care = CareKind.SUBSTANCE_USE if part2 else CareKind.MENTAL_HEALTH
    ways = ways_to_sign(rules, birth_date, on, care)
    if not part2 or birth_date is None:
        return ways
    closed = {Basis.PARENT}
    if minor_may_consent(rules, birth_date, on, care):
        closed.add(Basis.PARENT_AND_MINOR)
    return tuple(path for path in ways if path.basis not in closed)


def minor_may_consent(rules: MinorRules, birth_date: date, on: date, care: CareKind) -> bool:
    """Tell whether the client is a minor who may consent to that care alone."""
    if age_on(birth_date, on) >= rules.adult_age:
        return False
    return any(path.signer is Signer.CLIENT for path in ways_to_sign(rules, birth_date, on, care))


def read_minor_rules(body: Mapping[str, Any]) -> MinorRules:
    """Build the rules from a catalogue file."""
    return MinorRules(
        id=body["id"],
        version=body["version"],
        adult_age=body["adult_age"],
        paths=tuple(_read_path(row) for row in body["paths"]),
        minor_decides_source=body["minor_decides"]["source"],
        minor_decides_tag=body["minor_decides"]["tag"],
    )


def _read_path(row: Mapping[str, Any]) -> Path:
    return Path(
        basis=Basis(row["basis"]),
        signer=Signer(row["signer"]),
        title=Text.of(row["title"]),
        about=Text.of(row["about"]),
        from_age=row["from_age"],
        to_age=row["to_age"],
        care=frozenset(CareKind(care) for care in row["care"]),
        conditions=tuple(Text.of(words) for words in row["conditions"]),
        effective_from=date.fromisoformat(row["effective_from"]),
        effective_to=date.fromisoformat(row["effective_to"]) if row["effective_to"] else None,
        source=row["source"],
        tag=row["tag"],
    )
