"""A file from outside: what it is by its bytes, what in it could act by itself, and the kinds people sort it into.

A name says nothing about a file, so only its bytes are asked. Nothing is opened or drawn here, and this is no
virus scanner: it refuses what a program on somebody's desk could carry out without being told to.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from openiop.domain.consents import Scope
from openiop.domain.text import Text

LONGEST_NAME = 200
_PART = 20_000_000
"""How much of one packed part of a PDF is looked at."""
_ALL_PARTS = 100_000_000
"""How much of all of them: what unpacks to more is no document."""
_PEEK = 1_024
_STEP = 65_536


class Format(StrEnum):
    """What can be kept, by media type. HEIC is not: few desks open it, and telephones send JPEG where asked to."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    WEBP = "image/webp"
    TIFF = "image/tiff"
    TEXT = "text/plain"


class Fault(StrEnum):
    """Why a file is not kept."""

    EMPTY = "empty"
    KIND = "kind"
    BROKEN = "broken"
    LOCKED = "locked"
    ACTIVE = "active"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class FileKind:
    """What a document is to the people who look for it. `scope`: the kind of record it is where it leaves the house."""

    key: str
    label: Text
    scope: Scope


_STARTS = (
    (b"%PDF-", Format.PDF),
    (b"\x89PNG\r\n\x1a\n", Format.PNG),
    (b"\xff\xd8\xff", Format.JPEG),
    (b"II*\x00", Format.TIFF),
    (b"MM\x00*", Format.TIFF),
)
_MARKUP = re.compile(rb"\A\s*(<[a-z!?/]|\{\\rtf)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def format_of(content: bytes) -> Format | None:
    """Return what the file is by its bytes, None where it is nothing that is kept."""
    for start, found in _STARTS:
        if content.startswith(start):
            return found
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Format.WEBP
    return Format.TEXT if _is_text(content) else None


def fault_of(content: bytes) -> Fault | None:
    """Return what keeps the file out, None where it can be kept."""
    if not content:
        return Fault.EMPTY
    found = format_of(content)
    if found is None:
        return Fault.KIND
    if not _is_whole(content, found):
        return Fault.BROKEN
    return pdf_fault(content) if found is Format.PDF else None


def words_of(content: bytes, media_type: str) -> str:
    """Return what a text says, for a search; of all else nothing can be read here."""
    return content.decode("utf-8-sig", "replace") if media_type == Format.TEXT else ""


def safe_name(filename: str, *, fallback: str) -> str:
    """Return the last part of a name as sent, without characters that a header or a disk could misread."""
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c if c.isalnum() or c in " ._-()" else "_" for c in last).strip(". ")
    return kept[-LONGEST_NAME:] or fallback


def read_file_kinds(body: Mapping[str, Any]) -> tuple[FileKind, ...]:
    """Build the kinds from a catalogue body that its schema has passed."""
    return tuple(FileKind(row["key"], Text.of(row["label"]), Scope(row["scope"])) for row in body["kinds"])


def _is_text(content: bytes) -> bool:
    """Tell whether it is plain text in UTF-8: pages and programs of the web begin with a tag and are not."""
    if _MARKUP.match(content.removeprefix(b"\xef\xbb\xbf")):
        return False
    try:
        return _CONTROL.search(content.decode("utf-8")) is None
    except UnicodeDecodeError:
        return False


def _is_whole(content: bytes, found: Format) -> bool:
    """Tell whether the end of the file is there; telephones write on behind a JPEG's end, so that is anywhere."""
    if found is Format.PDF:
        return b"%%EOF" in content[-2_048:]
    if found is Format.PNG:
        return b"IEND\xaeB`\x82" in content
    if found is Format.JPEG:
        return b"\xff\xd9" in content
    if found is Format.WEBP:
        return int.from_bytes(content[4:8], "little") + 8 <= len(content) + 1
    return True


# PDF -----------------------------------------------------------------------------------------------------

ACTIVE_NAMES = frozenset({
    b"JavaScript", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"FileAttachment", b"RichMedia",
    b"SubmitForm", b"ImportData", b"Rendition", b"GoToE", b"XFA",
})  # fmt: skip
"""Names of ISO 32000-2 by which a document runs something, sends something or carries another file."""
_NAME = re.compile(rb"/((?:[A-Za-z0-9]|#[0-9A-Fa-f]{2}){3,60})")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb">>\s*stream\r?\n?")
_NUMBERS = re.compile(rb"\A\s*\d+\s+\d+\s")
_HEAD = 2_000
"""How long the words before a packed part can be."""


def pdf_fault(content: bytes) -> Fault | None:
    """Return what keeps a PDF out: a lock, something that acts, or a part in which something could hide.

    Names count wherever they stand, also in a part that a reader might skip; those that are written with
    escapes count as what they mean.
    """
    named = _names(content)
    if b"Encrypt" in named:
        return Fault.LOCKED
    if named & ACTIVE_NAMES:
        return Fault.ACTIVE
    left = _ALL_PARTS
    for part in _packed_objects(content):
        if part is None or left < len(part):
            return Fault.HIDDEN
        left -= len(part)
        if _names(part) & ACTIVE_NAMES:
            return Fault.ACTIVE
    return None


def _names(part: bytes) -> set[bytes]:
    found = {match[1] for match in _NAME.finditer(part)}
    return {_ESCAPE.sub(lambda code: bytes([int(code[1], 16)]), name) for name in found}


def _packed_objects(content: bytes) -> Iterator[bytes | None]:
    """Yield the parts of a PDF that hold further objects, unpacked; None for one that cannot be looked into.

    Such a part begins with numbers. Its own label may lie or be missing, so every packed part is looked at.
    """
    for match in _STREAM.finditer(content):
        head = _names(content[max(0, match.start() - _HEAD) : match.start()].rpartition(b" obj")[2])
        says_so = b"ObjStm" in head
        peek = _unpacked(content, match.end(), _PEEK)
        if says_so and (b"Predictor" in head or (peek is None and b"Filter" in head)):
            yield None
        elif peek is not None and (says_so or _NUMBERS.match(peek)):
            whole = _unpacked(content, match.end(), _PART + 1)
            yield None if whole is None or len(whole) > _PART else whole


def _unpacked(content: bytes, start: int, most: int) -> bytes | None:
    """Return some `most` bytes of what was packed by zlib at `start`, None where nothing was."""
    machine, found, size = zlib.decompressobj(), [], 0
    try:
        while size < most and not machine.eof and start < len(content):
            piece = machine.decompress(content[start : start + _STEP], most - size)
            start += _STEP - len(machine.unconsumed_tail)
            size += len(piece)
            found.append(piece)
    except zlib.error:
        return None
    return b"".join(found)
