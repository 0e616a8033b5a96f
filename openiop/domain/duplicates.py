"""Are two records about one person? A score with its reasons; the decision stays with a person.

Names are compared without accents, case and punctuation; a compound family name matches one of its
parts; birth dates allow the slips that typing makes (day and month exchanged, two digits exchanged, one
digit wrong). A different first name, or a birth date that no slip explains, speaks against.

The points are policy, not measurement: they rank a short list that a person reads. They were chosen so
that the same name with the same birth date is LIKELY, the same name alone POSSIBLE, and twins at one
telephone POSSIBLE but never LIKELY.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from openiop.domain.names import fold
from openiop.domain.text import gettext_noop as _

LIKELY_FROM = 75
POSSIBLE_FROM = 45

# Letters that carry no accent that could be taken off.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_PARTICLES = frozenset(
    {"de", "del", "la", "las", "los", "y", "da", "do", "dos", "van", "der", "den", "von", "el", "al"}
)
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
_PHONE_DIGITS = 10
_CENTURY = 2
"""The first two digits of a year are never taken for a slip of one digit."""
_SHORT = 4
_LONG = 8


class Band(StrEnum):
    """How strongly two records look like one person."""

    LIKELY = "likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What duplicates are told by. `key` is whatever the caller knows the record by.

    first_names and last_names hold every name in use and every former one; identifiers are pairs of
    (system, value).
    """

    key: str = ""
    first_names: tuple[str, ...] = ()
    last_names: tuple[str, ...] = ()
    birth_date: date | None = None
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One point for or against. `code` is one of REASONS."""

    code: str
    points: int


@dataclass(frozen=True, slots=True)
class Match:
    """The score of a pair, from 0 to 100, with its reasons, the strongest first."""

    key: str
    score: int
    reasons: tuple[Reason, ...]

    @property
    def band(self) -> Band:
        """Return how strongly the two look like one person."""
        if self.score >= LIKELY_FROM:
            return Band.LIKELY
        return Band.POSSIBLE if self.score >= POSSIBLE_FROM else Band.UNLIKELY


REASONS: dict[str, str] = {
    "same-identifier": _("the same record number"),
    "same-last-name": _("the same last name"),
    "part-of-last-name": _("one last name is part of the other"),
    "similar-last-name": _("a similar last name"),
    "same-first-name": _("the same first name"),
    "similar-first-name": _("a similar first name"),
    "short-first-name": _("one first name starts the other"),
    "names-exchanged": _("first and last name exchanged"),
    "different-first-name": _("different first names: perhaps brothers or sisters"),
    "same-birth-date": _("the same birth date"),
    "birth-day-month": _("birth dates with day and month exchanged"),
    "birth-digits": _("birth dates that differ by one slip in typing"),
    "different-birth-date": _("different birth dates"),
    "same-phone": _("the same telephone number"),
    "same-email": _("the same e-mail address"),
}

_EXCHANGED = Reason("names-exchanged", 42)


def compare(one: PersonFacts, other: PersonFacts) -> Match:
    """Score two people. The order of the two does not matter."""
    return _compare(_plain(one), _plain(other))


def rank(one: PersonFacts, others: Iterable[PersonFacts]) -> list[Match]:
    """The likely and possible duplicates of a person, the strongest first."""
    first = _plain(one)
    matches = (_compare(first, _plain(other)) for other in others)
    found = [match for match in matches if match.band is not Band.UNLIKELY]
    return sorted(found, key=lambda match: (-match.score, match.key))


def plain_name(name: str) -> str:
    """A name as duplicates compare it: small letters, no accents, punctuation or suffixes."""
    return " ".join(_words(name))


def phone_digits(number: str) -> str:
    """The last ten digits of a telephone number, or nothing where it has fewer than seven."""
    digits = re.sub(r"\D", "", number)
    return digits[-_PHONE_DIGITS:] if len(digits) >= _PHONE_DIGITS - 3 else ""


def slips_of(day: date) -> set[date]:
    """The days that a slip in typing makes of a birth date: for a search by index."""
    found = {day}
    exchanged = _date(day.year, day.day, day.month)
    if exchanged:
        found.add(exchanged)
    digits = _digits(day)
    for place in range(len(digits) - 1):
        swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        found |= _dates([swapped])
    for place in range(_CENTURY, len(digits)):
        found |= _dates(digits[:place] + figure + digits[place + 1 :] for figure in "0123456789")
    return found


@dataclass(frozen=True, slots=True)
class _Plain:
    """A person's facts with every name in its words, so that many are compared without reading them again."""

    facts: PersonFacts
    first: tuple[tuple[str, ...], ...]
    last: tuple[tuple[str, ...], ...]


def _plain(person: PersonFacts) -> _Plain:
    first, last = (tuple(_words(name) for name in names) for names in (person.first_names, person.last_names))
    return _Plain(person, tuple(filter(None, first)), tuple(filter(None, last)))


def _compare(one: _Plain, other: _Plain) -> Match:
    a, b = one.facts, other.facts
    reasons = [
        *_names(one, other),
        *_birth(a.birth_date, b.birth_date),
        *_shared("same-phone", 15, map(phone_digits, a.phones), map(phone_digits, b.phones)),
        *_shared("same-email", 15, map(fold, a.emails), map(fold, b.emails)),
        *_shared("same-identifier", 60, map(_plain_pair, a.identifiers), map(_plain_pair, b.identifiers)),
    ]
    ordered = sorted(reasons, key=lambda reason: (-abs(reason.points), reason.code))
    total = sum(reason.points for reason in ordered)
    # One number for two people is a mistake that somebody must see, whatever the names say.
    least = POSSIBLE_FROM if any(reason.code == "same-identifier" for reason in ordered) else 0
    return Match(key=b.key, score=max(least, min(100, total)), reasons=tuple(ordered))


def _names(one: _Plain, other: _Plain) -> list[Reason]:
    last = _best(_last_name(a, b) for a in one.last for b in other.last)
    first = _best(_first_name(a, b) for a in one.first for b in other.first)
    crossed = {(a, b) for a in one.first for b in one.last} & {
        (d, c) for c in other.first for d in other.last
    }
    straight = sum(reason.points for reason in (last, first) if reason)
    if crossed and straight < _EXCHANGED.points:
        return [_EXCHANGED]
    if first is None and one.first and other.first:
        first = Reason("different-first-name", -20)
    return [reason for reason in (last, first) if reason]


def _last_name(a: tuple[str, ...], b: tuple[str, ...]) -> Reason | None:
    if a == b:
        return Reason("same-last-name", 30)
    core_a, core_b = set(a) - _PARTICLES, set(b) - _PARTICLES
    if core_a and core_b and (core_a <= core_b or core_b <= core_a):
        return Reason("part-of-last-name", 24)
    return Reason("similar-last-name", 22) if _similar("".join(a), "".join(b)) else None


def _first_name(one: tuple[str, ...], other: tuple[str, ...]) -> Reason | None:
    a, b = "".join(one), "".join(other)
    if a == b:
        return Reason("same-first-name", 22)
    if _similar(a, b):
        return Reason("similar-first-name", 15)
    short, long = sorted((a, b), key=len)
    return Reason("short-first-name", 12) if long.startswith(short) else None


def _birth(one: date | None, other: date | None) -> list[Reason]:
    if one is None or other is None:
        return []
    if one == other:
        return [Reason("same-birth-date", 35)]
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return [Reason("birth-day-month", 28)]
    if _is_slip(one, other):
        return [Reason("birth-digits", 24)]
    return [Reason("different-birth-date", -25)]


def _is_slip(one: date, other: date) -> bool:
    """Tell whether `slips_of` names one among the other's, without making them all."""
    a, b = _digits(one), _digits(other)
    wrong = [place for place, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    if len(wrong) == 1:
        return wrong[0] >= _CENTURY
    first, second = wrong[0], wrong[-1]
    return wrong == [first, first + 1] and a[first] == b[second] and a[second] == b[first]


def _shared(code: str, points: int, ones: Iterable[str], others: Iterable[str]) -> list[Reason]:
    common = {value for value in ones if value} & {value for value in others if value}
    return [Reason(code, points)] if common else []


def _best(reasons: Iterable[Reason | None]) -> Reason | None:
    return max((reason for reason in reasons if reason), key=lambda reason: reason.points, default=None)


def _plain_pair(pair: tuple[str, str]) -> str:
    system, value = pair
    return f"{system.strip()}|{value.strip()}" if value.strip() else ""


def _words(name: str) -> tuple[str, ...]:
    plain = fold(name).translate(_LETTERS)
    words = re.sub(r"[^\w\s]", lambda found: "" if found.group() in "'’.`" else " ", plain).split()
    kept = [word for word in words if word not in _SUFFIXES]
    return tuple(kept or words)


def _similar(one: str, other: str) -> bool:
    """Tell whether one slip (two in long names) turns one into the other. Short names must be equal."""
    shorter = min(len(one), len(other))
    if shorter < _SHORT:
        return False
    allowed = 2 if shorter >= _LONG else 1
    return _distance(one, other, allowed) <= allowed


def _distance(one: str, other: str, enough: int) -> int:
    """Letters added, left out, changed or exchanged with their neighbour; stops past `enough`."""
    if abs(len(one) - len(other)) > enough:
        return enough + 1
    last: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = last, row, [i, *[0] * len(other)]
        for j, b in enumerate(other, 1):
            row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                row[j] = min(row[j], before[j - 2] + 1)
    return row[-1]


def _digits(day: date) -> str:
    return day.isoformat().replace("-", "")


def _dates(texts: Iterable[str]) -> set[date]:
    found = (_date(int(text[:4]), int(text[4:6]), int(text[6:])) for text in texts)
    return {day for day in found if day}


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
