"""Finding words in a chart: how texts and questions are folded alike, and the excerpt around what was found.

Words are runs of letters and digits, in small letters and without accents, in English and Spanish alike. A question
asks for every one of its words, each as the beginning of a word: `ansied` finds `Ansiedad`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from openiop.domain.errors import InvalidInput

LONGEST_WORD = 60
"""Letters that are compared; what is longer is no word of a note."""
MOST_TERMS = 8
FEWEST_LETTERS = 2
ROOM = 200
"""Letters of an excerpt, about."""
LEFT_OUT = " … "
BEFORE = 60
"""Letters before the first hit, so that it is read in its sentence."""
_RUNS = re.compile(r"[^\x00-/:-@\[-`{-\x7f]+")
"""Runs without a space or sign of ASCII: most are one word as they stand."""


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word and where it stands in the text."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an excerpt: as it stands in the text, and whether it is what was looked for."""

    text: str
    is_hit: bool = False


def words_in(text: str) -> list[Word]:
    """Return the words of a text in their order."""
    words: list[Word] = []
    for run in _RUNS.finditer(text):
        said, start = run.group(), run.start()
        if said.isascii():
            words.append(Word(said.lower()[:LONGEST_WORD], start, run.end()))
        else:
            words += _taken_apart(said, start)
    return words


def _taken_apart(run: str, begin: int) -> list[Word]:
    """Return the words of a run with letters beyond ASCII; marks on a letter belong to its word."""
    words: list[Word] = []
    letters: list[str] = []
    start = 0
    for place, sign in enumerate(f"{run} ", begin):
        if unicodedata.combining(sign):
            continue
        plain = "".join(filter(str.isalnum, _plain(sign)))
        if plain:
            start = start if letters else place
            letters.append(plain)
        elif letters:
            words.append(Word("".join(letters)[:LONGEST_WORD], start, place))
            letters = []
    return words


def _plain(sign: str) -> str:
    """Return a sign in small letters, taken apart from its accents; some signs come apart into several letters."""
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", sign).casefold())


def folded(text: str) -> str:
    """Return the words of a text with a space between them: what the index keeps."""
    return " ".join(word.folded for word in words_in(text))


def terms_of(question: str) -> tuple[str, ...]:
    """Return the beginnings of words that a question asks for, each once. InvalidInput where it asks for nothing."""
    terms = tuple(dict.fromkeys(word.folded for word in words_in(question)))
    if sum(map(len, terms)) < FEWEST_LETTERS:
        raise InvalidInput("Type at least two letters.", code="too-short", field="words")
    return terms[:MOST_TERMS]


def excerpt(text: str, terms: tuple[str, ...]) -> tuple[Piece, ...]:
    """Return what stands around the first place of each word that was looked for, with every such word marked.

    Words that stand close together share a stretch; between two stretches stands a sign of what is left out.
    """
    words = words_in(text)
    hits = [word for word in words if word.folded.startswith(terms)]
    pieces: list[Piece] = []
    place = 0
    for begin, end in _windows(text, words, hits, terms):
        pieces.append(Piece(LEFT_OUT if begin > place else ""))
        place = begin
        for hit in hits:
            if hit.start >= place and hit.end <= end:
                pieces += [Piece(text[place : hit.start]), Piece(text[hit.start : hit.end], is_hit=True)]
                place = hit.end
        pieces.append(Piece(text[place:end]))
        place = end
    pieces.append(Piece(LEFT_OUT if place < len(text) else ""))
    return tuple(piece for piece in pieces if piece.text)


def _windows(text: str, words: list[Word], hits: list[Word], terms: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return the stretches that are shown, in their order: none where another shows the term already."""
    found: list[tuple[int, int]] = []
    for term in terms:
        mine = [hit for hit in hits if hit.folded.startswith(term)]
        if mine and not any(begin <= hit.start and hit.end <= end for hit in mine for begin, end in found):
            found.append(_window(text, words, mine[0].start))
    return _joined(sorted(found)) or [_window(text, words, 0)]


def _joined(windows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Make one of stretches that overlap."""
    found: list[tuple[int, int]] = []
    for begin, end in windows:
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


def _window(text: str, words: list[Word], around: int) -> tuple[int, int]:
    """Return from where to where the text is shown: from a word's beginning to a word's end."""
    begin = 0
    if around > BEFORE:
        begin = next(word.start for word in words if word.start >= around - BEFORE)
    if len(text) <= begin + ROOM:
        return begin, len(text)
    ends = [word.end for word in words if begin < word.end <= begin + ROOM]
    return begin, ends[-1] if ends else begin + ROOM
