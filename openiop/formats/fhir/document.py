"""From bytes to a JSON object: encoding, syntax, size and depth, each fault with its own refusal.

The standard library's parser is used with hooks, because it takes each silently otherwise: a key that
stands twice, NaN, Infinity, and numbers too long to be of any use. Numbers with a fraction become
Decimal, so that a measure reads back exactly as it was sent.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from openiop.domain.text import gettext_noop as _
from openiop.formats.fhir import refusals
from openiop.formats.fhir.limits import Limits

Json = Any
Path = tuple[str | int, ...]

# No measure needs more digits, and Decimal("1e999999999") would fill the memory when written out.
_LONGEST_NUMBER = 40
_LARGEST_EXPONENT = 60

_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_OTHER_FORMATS = (
    (b"PK\x03\x04", _("a ZIP archive")),
    (b"\x1f\x8b", _("a gzip archive")),
    (b"%PDF", _("a PDF document")),
    (b"MSH|", _("an HL7 version 2 message")),
    (b"ISA*", _("an X12 file")),
    (b"BEGIN:VCARD", _("a contact card")),
    (b"<!DOCTYPE html", _("a web page")),
    (b"<html", _("a web page")),
)


@dataclass(frozen=True, slots=True)
class _Fault:
    """Stands in the parsed tree where the parser met something that cannot be taken."""

    kind: str
    text: str


def load_object(data: bytes, limits: Limits) -> dict[str, Json]:
    """The JSON object in `data`, or a refusal that says what is wrong and where."""
    _refuse_size(data, limits)
    text = _decode(data)
    tree = _parse(text, limits)
    _refuse_depth(tree, limits)
    if not isinstance(tree, dict):
        raise refusals.NotAnObject(found=kind_of(tree))
    return tree


def show(path: Path) -> str:
    """A path in words that people can follow in the file: entry[3].resource.subject."""
    words = ""
    for step in path:
        words += f"[{step}]" if isinstance(step, int) else f"{'.' if words else ''}{step[:80]}"
    return words or _("the top of the file")


def kind_of(value: Json) -> str:
    """The JSON kind of a value, in words."""
    if value is None:
        return _("null")
    if isinstance(value, bool):
        return _("true or false")
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (dict, _("an object")),
        (list, _("a list")),
        (str, _("a text")),
        ((int, Decimal), _("a number")),
    )
    return next((words for kind, words in kinds if isinstance(value, kind)), _("something else"))


def _refuse_size(data: bytes, limits: Limits) -> None:
    if not data.strip():
        raise refusals.EmptyFile
    if len(data) > limits.max_bytes:
        raise refusals.FileTooLarge(size=f"{len(data):,}", limit=f"{limits.max_bytes:,}")
    # Commas and openings bound the number of values from above before anything is built in memory.
    count = data.count(b",") + data.count(b"[") + data.count(b"{")
    if count > limits.max_values:
        raise refusals.TooManyValues(count=f"{count:,}", limit=f"{limits.max_values:,}")


def _decode(data: bytes) -> str:
    for mark, encoding in _WIDE_BOMS:
        if data.startswith(mark):
            raise refusals.NotUtf8(where="0", encoding=encoding)
    data = data.removeprefix(_BOM)
    _refuse_other_formats(data)
    if b"\x00" in data:
        place = data.index(b"\x00")
        if len(data) > place + 2 and place < 2 and data[:8].count(b"\x00") > 2:
            raise refusals.NotUtf8(where=str(place), encoding="UTF-16")
        raise refusals.NulBytes(where=str(place))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise refusals.NotUtf8(where=str(error.start), encoding="Latin-1 or Windows-1252") from None


def _refuse_other_formats(data: bytes) -> None:
    start = data.lstrip()[:2000]
    for mark, name in _OTHER_FORMATS:
        if start[: len(mark)].lower() == mark.lower():
            raise refusals.OtherFormat(format=name)
    if not start.startswith(b"<"):
        return
    if b"ClinicalDocument" in start:
        raise refusals.OtherFormat(format=_("a C-CDA document in XML"))
    if b"http://hl7.org/fhir" in start:
        raise refusals.OtherFormat(format=_("FHIR in XML"))
    raise refusals.OtherFormat(format=_("an XML or HTML file"))


def _parse(text: str, limits: Limits) -> Json:
    faults: list[_Fault] = []
    decoder = json.JSONDecoder(
        object_pairs_hook=_pairs(faults),
        parse_float=_decimal(faults),
        parse_int=_integer(faults),
        parse_constant=_constant(faults),
    )
    try:
        tree = decoder.decode(text)
    except json.JSONDecodeError as error:
        _refuse_lines_of_json(text, error)
        where = f"line {error.lineno}, column {error.colno}"
        raise refusals.NotJson(where=where, problem=_reader_words(error, text)) from None
    except RecursionError:
        raise refusals.TooDeep(where="an inner list or object", limit=limits.max_depth) from None
    if faults:
        _refuse_fault(tree)
    return tree


def _reader_words(error: json.JSONDecodeError, text: str) -> str:
    if error.pos >= len(text.rstrip()):
        return _("it ends too early")
    return error.msg[:1].lower() + error.msg[1:]


def _refuse_lines_of_json(text: str, error: json.JSONDecodeError) -> None:
    """A bulk export has one resource a line: the first line is whole, and then more follows."""
    if error.msg == "Extra data" and error.colno == 1 and '"resourceType"' in text[: error.pos]:
        raise refusals.OtherFormat(format=_("a bulk export (NDJSON, one resource a line)"))


def _pairs(faults: list[_Fault]) -> Callable[[list[tuple[str, Json]]], Json]:
    def build(pairs: list[tuple[str, Json]]) -> Json:
        made = dict(pairs)
        if len(made) == len(pairs):
            return made
        twice = next(key for key, times in Counter(key for key, _value in pairs).items() if times > 1)
        faults.append(_Fault("key", twice))
        made[twice] = faults[-1]
        return made

    return build


def _decimal(faults: list[_Fault]) -> Callable[[str], Json]:
    def build(text: str) -> Json:
        try:
            number = Decimal(text)
            if len(text) <= _LONGEST_NUMBER and abs(number.adjusted()) <= _LARGEST_EXPONENT:
                return number
        except InvalidOperation:
            pass
        faults.append(_Fault("number", text))
        return faults[-1]

    return build


def _integer(faults: list[_Fault]) -> Callable[[str], Json]:
    def build(text: str) -> Json:
        if len(text) <= _LONGEST_NUMBER:
            return int(text)
        faults.append(_Fault("number", text))
        return faults[-1]

    return build


def _constant(faults: list[_Fault]) -> Callable[[str], Json]:
    def build(text: str) -> Json:
        faults.append(_Fault("number", text))
        return faults[-1]

    return build


def _refuse_fault(tree: Json) -> None:
    path, fault = next((path, value) for path, value in walk(tree) if isinstance(value, _Fault))
    if fault.kind == "key":
        raise refusals.DuplicateKey(where=show(path), key=fault.text[:80])
    shown = fault.text if len(fault.text) <= 20 else "a number of too many digits"
    raise refusals.NotANumber(where=show(path), value=shown)


def walk(tree: Json) -> Iterator[tuple[Path, Json]]:
    """Every value with its path, without recursion, in the order of the file."""
    stack: list[tuple[Path, Json]] = [((), tree)]
    while stack:
        path, value = stack.pop()
        yield path, value
        if isinstance(value, dict):
            stack.extend(((*path, key), child) for key, child in reversed(value.items()))
        elif isinstance(value, list):
            stack.extend(((*path, place), value[place]) for place in range(len(value) - 1, -1, -1))


def _refuse_depth(tree: Json, limits: Limits) -> None:
    level = [tree] if isinstance(tree, dict | list) else []
    for _level in range(limits.max_depth):
        level = [
            child
            for value in level
            for child in (value.values() if isinstance(value, dict) else value)
            if isinstance(child, dict | list)
        ]
        if not level:
            return
    where = next(path for path, _value in walk(tree) if len(path) >= limits.max_depth)
    raise refusals.TooDeep(where=f"{show(where)[:60]}…", limit=limits.max_depth)


def count_values(tree: Json, stop_after: int) -> int:
    """How many values a tree holds; counting stops soon after `stop_after`."""
    total, level = 0, [tree]
    while level and total <= stop_after:
        total += len(level)
        level = [
            child
            for value in level
            if isinstance(value, dict | list)
            for child in (value.values() if isinstance(value, dict) else value)
        ]
    return total
