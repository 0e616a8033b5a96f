"""How a name is folded for search: the same for the row, the index and what someone types."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Return the text in small letters without accents and with single spaces: `Montañez` -> `montanez`."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def search_key(last_name: str, *other_names: str) -> str:
    """Return the key that lists sort by and search reads: last name first."""
    return fold(" ".join([last_name, *other_names]))
