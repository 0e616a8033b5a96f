"""One group, many charts. Each chart says the group's part and its own person's line, and names nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from openiop.domain.names import fold
from openiop.domain.notes.template import FEWEST_LETTERS_OF_A_REASON

FEWEST_WORDS_OF_A_COPY = 6
"""Shorter sentences read alike by nature ("Arrived on time."); from here on they were copied."""
FEWEST_LETTERS_OF_A_NAME = 2
_SENTENCE = re.compile(r"[.!?;\n]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Copied:
    """The same sentence stands in the lines of two people."""

    field: str
    one: str
    other: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A chart would carry the name of somebody else. `person` empty: it stands in the group's part."""

    person: str
    field: str
    name: str


def chart_values(content: Mapping[str, str], line: Mapping[str, str]) -> dict[str, str]:
    """Return the whole note of one chart."""
    return {**content, **line}


def follow_group(
    values: Mapping[str, str], former: Mapping[str, str], now: Mapping[str, str]
) -> dict[str, str]:
    """Return a chart's words after the group's part was amended.

    What this chart says otherwise than the former part was amended in it alone, and stays.
    """
    changed = {key for key in {*former, *now} if former.get(key) != now.get(key)}
    follows = {key for key in changed if values.get(key) == former.get(key)}
    kept = {key: value for key, value in values.items() if key not in follows}
    return kept | {key: now[key] for key in follows if key in now}


def copied_lines(lines: Mapping[str, Mapping[str, str]]) -> tuple[Copied, ...]:
    """Return the sentences that stand in more than one person's line, by field; `lines` is {person: {field: text}}."""
    said = {
        person: {field: dict(_sentences(text)) for field, text in line.items()}
        for person, line in lines.items()
    }
    return tuple(
        Copied(field, one, other, words)
        for one, other in combinations(said, 2)
        for field, own in said[one].items()
        for key, words in own.items()
        if key in said[other].get(field, {})
    )


def _sentences(text: str) -> Iterable[tuple[tuple[str, ...], str]]:
    """Yield each long sentence folded to its words, and as it was written."""
    for sentence in _SENTENCE.split(text):
        words = tuple(fold(word) for word in _WORD.findall(sentence))
        if len(words) >= FEWEST_WORDS_OF_A_COPY:
            yield words, sentence.strip()


def mentions(
    content: Mapping[str, str],
    lines: Mapping[str, Mapping[str, str]],
    names: Mapping[str, Iterable[str]],
) -> tuple[Mention, ...]:
    """Return every name of a member that would reach another member's chart.

    `names` is {person: their names}. A name counts where it begins with a capital, so that a Will is found and
    a will is not. In the group's part nobody may be named at all: it goes into every chart.
    """
    known = {person: _single(own) for person, own in names.items()}
    everyone = set().union(*known.values()) if known else set()
    found = [Mention("", *hit) for hit in _hits(content, everyone)]
    for person, line in lines.items():
        found += [Mention(person, *hit) for hit in _hits(line, everyone - known.get(person, set()))]
    return tuple(found)


def unexcused(found: Iterable[Mention], only_words: Mapping[Mention, str]) -> tuple[Mention, ...]:
    """Return the mentions that nobody has given a reason for: Grace may be a grace, and not the member."""
    return tuple(one for one in found if len(only_words.get(one, "").strip()) < FEWEST_LETTERS_OF_A_REASON)


def _single(names: Iterable[str]) -> set[str]:
    """Return each part of a name, folded; `Demo` of a made-up double name counts no more than an initial."""
    parts = {fold(word) for name in names for word in re.split(r"[\s-]+", name)}
    return {part for part in parts if len(part) >= FEWEST_LETTERS_OF_A_NAME and part != "demo"}


def _hits(texts: Mapping[str, str], names: set[str]) -> Iterable[tuple[str, str]]:
    for field, text in texts.items():
        for word in _WORD.findall(text):
            parts = [part for part in re.split(r"[-'’]", word) if part[:1].isupper()]
            if any(fold(part) in names for part in parts):
                yield field, word
