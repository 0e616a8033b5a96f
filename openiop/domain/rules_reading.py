"""Build conditions from catalogue data; every mistake is named with its place.

A condition is a mapping with exactly one operator:

    {is: daily_sedatives}                    {is_not: housing_alternative}
    {compare: [ciwa_ar, ">=", 10]}           {in: [meal_support, [all_meals, tube]]}
    {all: [...]}  {any: [...]}  {not: ...}   {count: {of: [...], at_least: 2}}
    {sum: {of: [a, b], op: ">=", value: 5}}  {known: age}
    {older_than_days: [clearance_date, 7]}   {within_days: [clearance_date, 7]}
    {ref: minor}                             a named condition of the same file
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openiop.domain.errors import InvalidInput
from openiop.domain.findings import Finding, Kind
from openiop.domain.rules import (
    COMPARISONS,
    AllOf,
    AnyOf,
    Condition,
    Count,
    Days,
    Known,
    Not,
    Sum,
    Test,
    member,
    yes,
)

NUMERIC = (Kind.INT, Kind.NUMBER)
PAIR = 2
TRIPLE = 3


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads conditions over the given findings and the named conditions read before."""

    findings: Mapping[str, Finding]
    named: Mapping[str, Condition]

    def read(self, data: Any, path: str) -> Condition:
        """Build one condition; InvalidInput names `path` and what is wrong there."""
        if not isinstance(data, Mapping) or len(data) != 1:
            raise _wrong(path, "a condition is a mapping with exactly one operator")
        (name, body), *_ = data.items()
        readers: dict[str, Callable[[Any, str], Condition]] = {
            "all": lambda b, p: AllOf(self._parts(b, p)),
            "any": lambda b, p: AnyOf(self._parts(b, p)),
            "not": lambda b, p: Not(self.read(b, p)),
            "is": lambda b, p: Test(self._bool(b, p), "is", target=True, check=yes),
            "is_not": lambda b, p: Test(self._bool(b, p), "is_not", target=False, check=yes),
            "compare": self._compare,
            "in": self._in,
            "count": self._count,
            "sum": self._sum,
            "known": lambda b, p: Known(self._finding(b, p).key),
            "older_than_days": lambda b, p: self._days(b, p, older=True),
            "within_days": lambda b, p: self._days(b, p, older=False),
            "ref": self._ref,
        }
        if name not in readers:
            raise _wrong(path, f"there is no operator {name!r}; there are {', '.join(readers)}")
        return readers[name](body, f"{path}.{name}")

    def _finding(self, key: Any, path: str) -> Finding:
        if not isinstance(key, str) or key not in self.findings:
            raise _wrong(path, f"there is no finding {key!r}")
        return self.findings[key]

    def _bool(self, key: Any, path: str) -> str:
        finding = self._finding(key, path)
        if finding.kind is not Kind.BOOL:
            raise _wrong(path, f"{finding.key} is not a yes/no finding")
        return finding.key

    def _parts(self, data: Any, path: str) -> tuple[Condition, ...]:
        if not _is_list(data) or not data:
            raise _wrong(path, "give a list with at least one condition")
        return tuple(self.read(part, f"{path}[{index}]") for index, part in enumerate(data))

    def _compare(self, data: Any, path: str) -> Condition:
        if not _is_list(data) or len(data) != TRIPLE:
            raise _wrong(path, "give [finding, comparison, value]")
        finding = self._finding(data[0], path)
        if data[1] not in COMPARISONS:
            raise _wrong(path, f"{data[1]!r} is not one of {' '.join(COMPARISONS)}")
        if finding.kind not in NUMERIC:
            raise _wrong(path, f"{finding.key} is not a number; use is or in")
        value = finding.read(data[2], path=path, on=date.max)
        if value is None:
            raise _wrong(path, "compare with a value, not with null")
        return Test(finding.key, data[1], value, COMPARISONS[data[1]])

    def _in(self, data: Any, path: str) -> Condition:
        if not _is_list(data) or len(data) != PAIR or not _is_list(data[1]) or not data[1]:
            raise _wrong(path, "give [finding, [value, ...]]")
        finding = self._finding(data[0], path)
        if finding.kind not in (Kind.CHOICE, Kind.INT):
            raise _wrong(path, f"{finding.key} is neither a choice nor a whole number")
        values = [finding.read(value, path=path, on=date.max) for value in data[1]]
        return Test(finding.key, "in", frozenset(values), member)

    def _count(self, data: Any, path: str) -> Condition:
        if not isinstance(data, Mapping) or set(data) != {"of", "at_least"}:
            raise _wrong(path, "give {of: [...], at_least: n}")
        parts = self._parts(data["of"], f"{path}.of")
        at_least = data["at_least"]
        if type(at_least) is not int or not 1 <= at_least <= len(parts):
            raise _wrong(path, f"at_least must be from 1 to {len(parts)}")
        return Count(parts, at_least)

    def _sum(self, data: Any, path: str) -> Condition:
        if not isinstance(data, Mapping) or set(data) != {"of", "op", "value"} or not _is_list(data["of"]):
            raise _wrong(path, "give {of: [finding, ...], op: comparison, value: number}")
        found = [self._finding(key, path) for key in data["of"]]
        if not found or any(finding.kind not in NUMERIC for finding in found):
            raise _wrong(path, "only number findings can be summed")
        if data["op"] not in COMPARISONS or type(data["value"]) not in (int, float):
            raise _wrong(path, f"op is one of {' '.join(COMPARISONS)} and value a number")
        return Sum(tuple(finding.key for finding in found), data["op"], data["value"])

    def _days(self, data: Any, path: str, *, older: bool) -> Condition:
        if not _is_list(data) or len(data) != PAIR or type(data[1]) is not int or data[1] < 0:
            raise _wrong(path, "give [date finding, days]")
        finding = self._finding(data[0], path)
        if finding.kind is not Kind.DATE:
            raise _wrong(path, f"{finding.key} is not a date")
        return Days(finding.key, data[1], older)

    def _ref(self, name: Any, path: str) -> Condition:
        if not isinstance(name, str) or name not in self.named:
            raise _wrong(path, f"there is no condition named {name!r} before this place")
        return self.named[name]


def _is_list(data: Any) -> bool:
    return isinstance(data, Sequence) and not isinstance(data, str)


def _wrong(path: str, what: str) -> InvalidInput:
    return InvalidInput(f"{path}: {what}.", code="rule", field=path)
