"""The words of a document: filled from a template, kept as plain text, laid out in simple blocks.

The text that is signed is stored as it stands. Its marks are few: `## ` begins a heading, `- ` an item
of a list, an empty line ends a paragraph. What people typed can never become a mark.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from openiop.domain.errors import InvalidInput

_HOLE = re.compile(r"\{([a-z_]+)\}")


class BlockKind(StrEnum):
    """What a block of a document is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEMS = "items"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or a paragraph (`text`), or a list (`items`)."""

    kind: BlockKind
    text: str = ""
    items: tuple[str, ...] = ()


def one_line(value: str) -> str:
    """Return the value on one line, without control characters and without a mark at its beginning."""
    printable = "".join(letter if letter.isprintable() else " " for letter in value)
    return " ".join(printable.split()).lstrip("#- ")


def holes(text: str) -> frozenset[str]:
    """Return the names that the text leaves open."""
    return frozenset(_HOLE.findall(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values into the text; InvalidInput names a hole for which there is no value."""
    missing = sorted(holes(text) - values.keys())
    if missing:
        raise InvalidInput(f"The template leaves {', '.join(missing)} open.", code="template")
    return _HOLE.sub(lambda found: one_line(values[found[1]]), text)


def blocks(body: str) -> tuple[Block, ...]:
    """Lay the text out in blocks, in its order."""
    found: list[Block] = []
    for part in re.split(r"\n\s*\n", body.strip()):
        lines = [line.strip() for line in part.splitlines() if line.strip()]
        if not lines:
            continue
        if lines[0].startswith("## "):
            found.append(Block(BlockKind.HEADING, text=lines[0].removeprefix("## ")))
            lines = lines[1:]
        items = tuple(line.removeprefix("- ") for line in lines if line.startswith("- "))
        words = " ".join(line for line in lines if not line.startswith("- "))
        if words:
            found.append(Block(BlockKind.PARAGRAPH, text=words))
        if items:
            found.append(Block(BlockKind.ITEMS, items=items))
    return tuple(found)
