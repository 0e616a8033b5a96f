"""A house's own list of diagnosis codes, as a spreadsheet gives it: code, name, and the Spanish name if there is one.

The lines are read whole or not at all; what is wrong is told by its line. A code may stand without its point, as
the public files have it (F331 is F33.1).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from openiop.domain.text import Text
from openiop.domain.treatment.gaps import is_code

MOST_CODES = 3000
"""A list to choose from; all of ICD-10-CM would be 74,000 lines in every page that offers it."""
LONGEST_NAME = 300
MOST_FLAWS = 20
BEFORE_POINT = 3
NAMES = 2
HEADS = frozenset({"code", "codigo", "código", "icd-10-cm", "icd10"})


class Flaw(StrEnum):
    """What is wrong with a line, or with the file."""

    BAD_CODE = "bad-code"
    NO_NAME = "no-name"
    LONG_NAME = "long-name"
    TWICE = "twice"
    TOO_MANY = "too-many"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Flawed:
    """One thing that is wrong: at which line (0: the file), and about which words."""

    flaw: Flaw
    line: int = 0
    about: str = ""


@dataclass(frozen=True, slots=True)
class CodeFile:
    """What a file says: its codes in their order, and all that is wrong with it."""

    codes: Mapping[str, Text]
    flaws: tuple[Flawed, ...]


def read_codes(text: str) -> CodeFile:
    """Read the lines of a file; a first line that only names the columns is left out."""
    codes: dict[str, Text] = {}
    flaws: list[Flawed] = []
    for number, cells in _rows(text):
        code, names = with_point(cells[0]), [cell for cell in cells[1 : 1 + NAMES] if cell]
        flaw = _flaw(code, names, codes)
        if flaw is not None:
            flaws.append(Flawed(flaw, number, cells[0]))
            continue
        codes[code] = Text(names[0], names[-1])
    if len(codes) > MOST_CODES:
        flaws.append(Flawed(Flaw.TOO_MANY, about=str(len(codes))))
    if not codes and not flaws:
        flaws.append(Flawed(Flaw.EMPTY))
    return CodeFile(codes, tuple(flaws[:MOST_FLAWS]))


def with_point(words: str) -> str:
    """Return a code as it is written: in capitals, with its point after the third character."""
    code = words.strip().upper()
    plain = "." not in code and len(code) > BEFORE_POINT
    return f"{code[:BEFORE_POINT]}.{code[BEFORE_POINT:]}" if plain else code


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each line that says something, with its number; commas, semicolons or tabs between the columns."""
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    # What ends the first cell is the mark between all: commas stand in names too.
    mark = next((letter for letter in first if letter in ",;\t"), ",")
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=mark)
    for row in reader:
        cells = [cell.strip() for cell in row]
        if not any(cells) or (reader.line_num == 1 and cells[0].casefold() in HEADS):
            continue
        yield reader.line_num, cells


def _flaw(code: str, names: list[str], known: Mapping[str, Text]) -> Flaw | None:
    if not is_code(code):
        return Flaw.BAD_CODE
    if code in known:
        return Flaw.TWICE
    if not names:
        return Flaw.NO_NAME
    return Flaw.LONG_NAME if any(len(name) > LONGEST_NAME for name in names) else None
