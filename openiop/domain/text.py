"""A text in the languages people read here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES = ("en", "es")


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in English and in Spanish; catalogue files always carry both."""

    en: str
    es: str

    def in_language(self, language: str) -> str:
        """The words in `language` (`es`, `es-us`, ...); English where we do not have it."""
        return self.es if language.lower().split("-")[0] == "es" else self.en

    def to_data(self) -> dict[str, str]:
        """The pair as plain data, as it stands in catalogue files."""
        return {"en": self.en, "es": self.es}

    @classmethod
    def of(cls, data: Mapping[str, str]) -> Text:
        """A text from its plain data; both languages must be there."""
        return cls(en=data["en"].strip(), es=data["es"].strip())


EMPTY = Text("", "")


def joined(one: Text, other: Text) -> Text:
    """Two texts beside each other, in each language."""
    return Text(f"{one.en} · {other.en}", f"{one.es} · {other.es}")


def gettext_noop(words: str) -> str:
    """Mark words that are translated where they are shown: pure rooms know no language."""
    return words
