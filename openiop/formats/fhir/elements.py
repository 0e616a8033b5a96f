"""The small FHIR data types, read from JSON that may hold anything anywhere.

Every helper takes any JSON value and returns an empty value where the shape is not the expected one:
the structure check (structure.py) is what reports the fault; here nothing may fail.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from openiop.formats.fhir.datatypes import (
    Address,
    Code,
    Concept,
    ContactPoint,
    Identifier,
    PersonName,
    Value,
    When,
)

LONGEST_TEXT = 2000

LOINC = ("http://loinc.org", "urn:oid:2.16.840.1.113883.6.1")

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(.+))?)?)?")
_UNSHOWABLE = ("Cc", "Cs", "Co", "Cn")
# These turn the reading direction of what follows, so that a name could show as another one.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def obj(value: Any) -> dict[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def objs(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; one object alone counts as a list of one."""
    if isinstance(value, dict):
        return [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: Any) -> str:
    """The text, trimmed, on one line, without characters that cannot be shown or stored."""
    if not isinstance(value, str):
        return ""
    if not value.isprintable():
        value = "".join(_shown(character) for character in value[: LONGEST_TEXT * 2])
    words = " ".join(value.split()) if "  " in value or value != value.strip() else value
    return words if len(words) <= LONGEST_TEXT else words[: LONGEST_TEXT - 1] + "…"


def texts(value: Any) -> tuple[str, ...]:
    """The texts of a list that say anything; one text alone counts as a list of one."""
    values = value if isinstance(value, list) else [value]
    return tuple(words for item in values if (words := text(item)))


def when(value: Any) -> When | None:
    """A FHIR date, dateTime or instant; None for what is no day of the calendar."""
    sent = text(value)
    match = _DATE.fullmatch(sent)
    if match is None:
        return None
    year, month, day, clock = match.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return When(text=sent, first=first, is_full=day is not None, at=_instant(sent) if clock else None)


def start_of(period: Any) -> When | None:
    return when(obj(period).get("start"))


def end_of(period: Any) -> When | None:
    return when(obj(period).get("end"))


def order(value: When | None) -> tuple[int, float, str]:
    """A sort key: oldest first, things without a date before all others."""
    if value is None:
        return (0, 0.0, "")
    seconds = 0.0
    if value.at is not None:
        seconds = value.at.hour * 3600 + value.at.minute * 60 + value.at.second + value.at.microsecond / 1e6
    day = value.at.date() if value.at is not None else value.first
    return (day.toordinal(), seconds, value.text)


def concept(value: Any) -> Concept:
    """A CodeableConcept, or a Coding alone. The words are its text, else the first display, else a code."""
    given = obj(value)
    codings = objs(given.get("coding")) or ([given] if "code" in given else [])
    codes = tuple(
        Code(system=text(c.get("system")), code=text(c.get("code")), display=text(c.get("display")))
        for c in codings
        if text(c.get("code")) or text(c.get("display"))
    )
    words = text(given.get("text")) or next((code.display for code in codes if code.display), "")
    return Concept(text=words or next((code.code for code in codes), ""), codes=codes)


def words_of(value: Any) -> str:
    """The words of the first concept of a list (or of a concept alone)."""
    return next((words for item in objs(value) if (words := concept(item).text)), "")


def code_of(value: Any) -> str:
    """The first code of a concept: for elements whose codes FHIR itself fixes."""
    return next((code.code for code in concept(value).codes if code.code), "")


def name(value: Any) -> PersonName:
    given = obj(value)
    return PersonName(
        use=text(given.get("use")),
        family=text(given.get("family")),
        given=texts(given.get("given")),
        prefix=" ".join(texts(given.get("prefix"))),
        suffix=" ".join(texts(given.get("suffix"))),
        text=text(given.get("text")),
    )


def identifier(value: Any) -> Identifier:
    given = obj(value)
    kind = concept(given.get("type"))
    return Identifier(
        system=text(given.get("system")),
        value=text(given.get("value")),
        kind=next((code.code for code in kind.codes if code.code), ""),
        kind_text=kind.text,
        use=text(given.get("use")),
    )


def contact_points(value: Any) -> tuple[ContactPoint, ...]:
    """Phone numbers and e-mail addresses, the sender's first choice first."""
    ranked = sorted(objs(value), key=lambda point: _rank(point.get("rank")))
    return tuple(
        ContactPoint(system=text(p.get("system")), value=text(p.get("value")), use=text(p.get("use")))
        for p in ranked
        if text(p.get("value"))
    )


def address(value: Any) -> Address:
    given = obj(value)
    return Address(
        lines=texts(given.get("line")),
        city=text(given.get("city")),
        state=text(given.get("state")),
        postal_code=text(given.get("postalCode")),
        country=text(given.get("country")),
        use=text(given.get("use")),
        text=text(given.get("text")),
    )


def number(value: Any) -> Decimal | None:
    """A JSON number as Decimal. True and false are no numbers, though Python counts them as such."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return Decimal(value)


def quantity(value: Any) -> Value:
    given = obj(value)
    found = number(given.get("value"))
    sign = text(given.get("comparator"))
    unit = text(given.get("unit")) or text(given.get("code"))
    return Value(number=found, words=f"{sign}{found}" if sign and found is not None else "", unit=unit)


def extension(value: Any, url: str) -> dict[str, Any]:
    """The first extension with this address, or an empty object."""
    return next((e for e in objs(obj(value).get("extension")) if e.get("url") == url), {})


def _rank(value: Any) -> Decimal:
    return number(value) or Decimal(10**6)


def _shown(character: str) -> str:
    if character in "\t\n\r\v\f\x85":
        return " "
    category = unicodedata.category(character)
    if category == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    return "" if category in _UNSHOWABLE or character in _TURNING else character


def _instant(sent: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(sent)
        return at.astimezone(UTC) if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
