"""The finder's catalogue file as typed data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from openiop.domain.errors import InvalidInput
from openiop.domain.finder.options import MOST_BIT, SHOWN, Group, Option
from openiop.domain.finder.ranking import Rule, Seats
from openiop.domain.finder.sources import Source
from openiop.domain.text import EMPTY, Text

ALL_POINTS = 100
Sheets = Mapping[str, Mapping[str, str]]
"""Code -> category, for each family of lists."""


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A list as it is told to people: its name, what it is, how long what it says is held to be current."""

    source: Source
    title: Text
    about: Text
    holds_days: int


@dataclass(frozen=True, slots=True)
class RulePart:
    """A part of the ranking in words."""

    key: str
    title: Text
    about: Text


@dataclass(frozen=True, slots=True)
class Finder:
    """Everything the finder asks, knows of lists, and orders by. Radii are miles, the smallest first."""

    id: str
    version: int
    effective_from: date
    groups: tuple[Group, ...]
    sources: Mapping[Source, SourceInfo]
    rule: Rule
    parts: tuple[RulePart, ...]
    radii: tuple[int, ...]
    usual_radius: int
    enough: int
    nearest: int

    def option(self, key: str) -> Option | None:
        """The option of that key."""
        return next((o for group in self.groups for o in group.options if o.key == key), None)

    def group(self, key: str) -> Group:
        """The group of that key, which must be there."""
        return next(group for group in self.groups if group.key == key)


@dataclass(frozen=True, slots=True)
class CodeSheet:
    """What the codes of a family of lists mean. Names are compared without regard to case."""

    id: str
    version: int
    family: str
    names: Mapping[str, str]
    categories: dict[str, str]
    by_name: Mapping[str, str]

    def code_of(self, name: str) -> str:
        """The code of a service that is written by its name, or nothing."""
        return self.by_name.get(name.casefold(), "")


def read_codesheet(body: Mapping[str, Any]) -> CodeSheet:
    """Read the file. Raises InvalidInput where another name leads to no code."""
    codes = body["codes"]
    by_name: dict[str, str] = {}
    for code, (_category, name) in codes.items():
        by_name.setdefault(name.casefold(), code)
    for name, code in body["names"].items():
        if code not in codes:
            raise InvalidInput(f"names.{name}: there is no code {code}.", field="names")
        by_name.setdefault(name.casefold(), code)
    return CodeSheet(
        id=body["id"],
        version=body["version"],
        family=body["family"],
        names={code: name for code, (_category, name) in codes.items()},
        categories={code: category for code, (category, _name) in codes.items()},
        by_name=by_name,
    )


def read_finder(body: Mapping[str, Any], sheets: Sheets) -> Finder:
    """Read the file. `sheets` is code -> category for each family of lists; a group names categories.

    Raises InvalidInput where a bit is used twice, or a code or category is in no sheet.
    """
    groups = tuple(_group(one, sheets) for one in body["groups"])
    _check_bits(option for group in groups for option in group.options)
    search, rule = body["search"], body["rule"]
    return Finder(
        id=body["id"],
        version=body["version"],
        effective_from=date.fromisoformat(body["effective_from"]),
        groups=groups,
        sources={Source(one["key"]): _source(one) for one in body["sources"]},
        rule=_rule(rule),
        parts=tuple(
            RulePart(key, Text.of(one["title"]), Text.of(one["about"])) for key, one in rule["parts"].items()
        ),
        radii=tuple(search["radii"]),
        usual_radius=search["usual_radius"],
        enough=search["enough"],
        nearest=search["nearest"],
    )


def _group(one: Mapping[str, Any], sheets: Sheets) -> Group:
    asked = _asked(one, sheets)
    options = tuple(_option(option, asked, sheets) for option in one["options"])
    return Group(one["key"], Text.of(one["title"]), one["many"], options)


def _option(one: Mapping[str, Any], asked: Mapping[str, frozenset[str]], sheets: Sheets) -> Option:
    return Option(
        key=one["key"],
        bit=one["bit"],
        title=Text.of(one["title"]),
        hint=Text.of(one["hint"]) if "hint" in one else EMPTY,
        codes=_codes(one, "codes", sheets),
        maybe=_codes(one, "maybe", sheets),
        asked=_asked(one, sheets) or asked,
    )


def _codes(one: Mapping[str, Any], name: str, sheets: Sheets) -> dict[str, frozenset[str]]:
    found = {family: frozenset(codes) for family, codes in one.get(name, {}).items()}
    for family, codes in found.items():
        if unknown := codes - set(sheets[family]):
            raise InvalidInput(f"{one['key']}: no code {', '.join(sorted(unknown))} in {family}.", field=name)
    return found


def _asked(one: Mapping[str, Any], sheets: Sheets) -> dict[str, frozenset[str]]:
    """The codes of the categories that a group or an option names."""
    found: dict[str, frozenset[str]] = {}
    for family, categories in one.get("asked_by", {}).items():
        if unknown := set(categories) - set(sheets[family].values()):
            raise InvalidInput(
                f"{one['key']}: no category {', '.join(sorted(unknown))} in {family}.", field="asked_by"
            )
        found[family] = frozenset(code for code, category in sheets[family].items() if category in categories)
    return found


def _check_bits(options: Iterable[Option]) -> None:
    bits: dict[int, str] = {}
    keys: set[str] = set()
    for option in options:
        if option.bit in bits or option.mask == SHOWN or not 0 < option.bit <= MOST_BIT:
            raise InvalidInput(f"{option.key}: bit {option.bit} is taken or out of range.", field=option.key)
        if option.key in keys:
            raise InvalidInput(f"{option.key}: the key stands twice.", field=option.key)
        bits[option.bit] = option.key
        keys.add(option.key)


def _source(one: Mapping[str, Any]) -> SourceInfo:
    return SourceInfo(Source(one["key"]), Text.of(one["title"]), Text.of(one["about"]), one["holds_days"])


def _rule(one: Mapping[str, Any]) -> Rule:
    points = {key: part["points"] for key, part in one["parts"].items()}
    if sum(points.values()) != ALL_POINTS:
        raise InvalidInput(
            f"rule.parts: the points make {sum(points.values())}, not {ALL_POINTS}.", field="rule.parts"
        )
    return Rule(
        **points,
        virtual_share=one["virtual_share"],
        schedule_unknown=one["schedule_unknown"],
        seats={Seats(key): share for key, share in one["seats"].items()},
        fresh_months=one["fresh_months"],
        unanswered=one["unanswered"],
    )
