"""The closed set of operators that catalogue rules are made of, in three-valued logic.

A condition is data: nested frozen values built by `rules_reading.read_condition` from a parsed YAML file.
Nothing is ever executed from text. Weighing a condition against facts gives true, false or unknown
(Kleene: a true part makes `any` true and a false part makes `all` false whatever else is unknown), the
findings that decided it, and the unknown findings that could still change it.

    all, any, not            of conditions
    is, is_not               a yes/no finding is yes; is known to be no
    compare                  finding, one of >= > <= < == !=, value
    in                       finding, list of values
    count                    at least n of some conditions hold
    sum                      of findings against a value; decided early where bounds allow
    known                    the finding has an answer
    older_than_days, within_days    a date finding against the day of the assessment
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Protocol

from openiop.domain.findings import Facts, Number, Value


class Truth(IntEnum):
    """False < unknown < true, so that `any` is a maximum and `all` a minimum."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """The truth, the findings that decided it, and the unknown ones that could still change it.

    `because` is filled when the truth is known, `missing` when it is unknown; both in the order of the
    condition, each key once.
    """

    truth: Truth
    because: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Condition(Protocol):
    """A node of a rule."""

    def weigh(self, facts: Facts) -> Outcome:
        """Weigh the condition against the facts."""
        ...

    def keys(self) -> Iterator[str]:
        """The findings it mentions."""
        ...


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Condition, ...]

    def weigh(self, facts: Facts) -> Outcome:
        """False by its false parts; else unknown by its unknown parts; else true by all."""
        return _together([part.weigh(facts) for part in self.parts], decisive=Truth.FALSE)

    def keys(self) -> Iterator[str]:
        """All its parts' findings."""
        return _keys(self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]

    def weigh(self, facts: Facts) -> Outcome:
        """True by its true parts; else unknown by its unknown parts; else false by all."""
        return _together([part.weigh(facts) for part in self.parts], decisive=Truth.TRUE)

    def keys(self) -> Iterator[str]:
        """All its parts' findings."""
        return _keys(self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold; unknown stays unknown."""

    part: Condition

    def weigh(self, facts: Facts) -> Outcome:
        """The opposite truth with the same evidence."""
        found = self.part.weigh(facts)
        return Outcome(Truth(Truth.TRUE - found.truth), found.because, found.missing)

    def keys(self) -> Iterator[str]:
        """Its part's findings."""
        return self.part.keys()


@dataclass(frozen=True, slots=True)
class Test:
    """One finding against a check; false where the question does not apply."""

    __test__ = False  # The name is for rules; pytest must not collect it.

    key: str
    name: str
    target: Any
    check: Callable[[Any, Any], bool]

    def weigh(self, facts: Facts) -> Outcome:
        """True or false by the answer; unknown without one."""
        value = facts.values.get(self.key)
        if value is not None:
            return Outcome(Truth.TRUE if self.check(value, self.target) else Truth.FALSE, (self.key,))
        if self.key in facts.idle:
            return Outcome(Truth.FALSE, (self.key,))
        return Outcome(Truth.UNKNOWN, (), (self.key,))

    def keys(self) -> Iterator[str]:
        """The one finding."""
        yield self.key


@dataclass(frozen=True, slots=True)
class Known:
    """The finding has an answer. Never unknown itself."""

    key: str

    def weigh(self, facts: Facts) -> Outcome:
        """True if answered, else false."""
        return Outcome(Truth.TRUE if facts.values.get(self.key) is not None else Truth.FALSE, (self.key,))

    def keys(self) -> Iterator[str]:
        """The one finding."""
        yield self.key


@dataclass(frozen=True, slots=True)
class Days:
    """A date is more than `days` days before the assessment (`older`), or within them."""

    key: str
    days: int
    older: bool

    def weigh(self, facts: Facts) -> Outcome:
        """True or false by the date; unknown without one, or without a day to count from."""
        value = facts.values.get(self.key)
        if value is None and self.key in facts.idle:
            return Outcome(Truth.FALSE, (self.key,))
        if value is None or facts.on is None:
            return Outcome(Truth.UNKNOWN, (), (self.key,))
        past = (facts.on - value).days > self.days  # type: ignore[operator]
        return Outcome(Truth.TRUE if past is self.older else Truth.FALSE, (self.key,))

    def keys(self) -> Iterator[str]:
        """The one finding."""
        yield self.key


@dataclass(frozen=True, slots=True)
class Count:
    """At least so many of the parts hold."""

    parts: tuple[Condition, ...]
    at_least: int

    def weigh(self, facts: Facts) -> Outcome:
        """True once enough parts are true; false once too few could still be; else unknown."""
        found = [part.weigh(facts) for part in self.parts]
        true = [outcome for outcome in found if outcome.truth is Truth.TRUE]
        open_ = [outcome for outcome in found if outcome.truth is Truth.UNKNOWN]
        if len(true) >= self.at_least:
            return Outcome(Truth.TRUE, _merge(outcome.because for outcome in true))
        if len(true) + len(open_) < self.at_least:
            false = [outcome for outcome in found if outcome.truth is Truth.FALSE]
            return Outcome(Truth.FALSE, _merge(outcome.because for outcome in false))
        return Outcome(Truth.UNKNOWN, (), _merge(outcome.missing for outcome in open_))

    def keys(self) -> Iterator[str]:
        """All its parts' findings."""
        return _keys(self.parts)


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of some number findings against a value."""

    finding_keys: tuple[str, ...]
    name: str
    target: Number

    def weigh(self, facts: Facts) -> Outcome:
        """Decided when the least and the greatest possible sum agree; else unknown."""
        check = COMPARISONS[self.name]
        least = greatest = 0.0
        missing: list[str] = []
        for key in self.finding_keys:
            low, high, is_open = _range(key, facts)
            least, greatest = least + low, greatest + high
            missing += [key] if is_open else []
        verdicts = {check(least, self.target), check(greatest, self.target)}
        if missing and (len(verdicts) > 1 or self.name in ("==", "!=")):
            return Outcome(Truth.UNKNOWN, (), tuple(missing))
        because = tuple(key for key in self.finding_keys if key not in missing)
        return Outcome(Truth.TRUE if verdicts == {True} else Truth.FALSE, because)

    def keys(self) -> Iterator[str]:
        """The findings that are summed."""
        return iter(self.finding_keys)


ALWAYS = AllOf(())


def yes(value: Value, target: Value) -> bool:
    """Whether a yes/no answer is the one looked for."""
    return value is target


def member(value: Value, target: frozenset[Value]) -> bool:
    """Whether the answer is among those looked for."""
    return value in target


def _range(key: str, facts: Facts) -> tuple[float, float, bool]:
    """Least and greatest value a finding can still have, and whether it is open."""
    value = facts.values.get(key)
    if value is not None:
        return float(value), float(value), False  # type: ignore[arg-type]
    if key in facts.idle:
        return 0.0, 0.0, False
    low, high = facts.bounds.get(key, (float("-inf"), float("inf")))
    return low, high, True


def _together(found: list[Outcome], *, decisive: Truth) -> Outcome:
    """`any` (decisive true) and `all` (decisive false) of outcomes, with their evidence."""
    for truth in (decisive, Truth.UNKNOWN):
        same = [outcome for outcome in found if outcome.truth is truth]
        if same:
            because = _merge(outcome.because for outcome in same) if truth is decisive else ()
            return Outcome(truth, because, _merge(outcome.missing for outcome in same))
    return Outcome(Truth(Truth.TRUE - decisive), _merge(outcome.because for outcome in found))


def _merge(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The keys of several lists, each once, in order."""
    return tuple(dict.fromkeys(key for keys in lists for key in keys))


def _keys(parts: tuple[Condition, ...]) -> Iterator[str]:
    for part in parts:
        yield from part.keys()
