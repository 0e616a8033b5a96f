"""What people type as a place: a ZIP code, or a city and a state."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from openiop.domain.finder.geo import plain_zip
from openiop.domain.finder.states import state_of

MOST = 80
_APART = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Where:
    """A ZIP code, or a city in a state; the other is empty."""

    zip: str = ""
    city: str = ""
    state: str = ""


def read_where(text: str) -> Where | None:
    """Read `94601`, `94601-1234`, `Oakland, CA`, `Oakland California`; None where it is none of these."""
    words = " ".join(text.split())
    if not words or len(words) > MOST:
        return None
    number = plain_zip(words)
    if number:
        return Where(zip=number)
    city, comma, state = words.rpartition(",")
    if comma:
        return _in_state(city, state)
    parts = words.split(" ")
    # The longest name of a state wins: "Charleston West Virginia" is not in Virginia.
    for count in range(min(4, len(parts) - 1), 0, -1):
        found = _in_state(" ".join(parts[:-count]), " ".join(parts[-count:]))
        if found is not None:
            return found
    return None


def folded(words: str) -> str:
    """Words as they are compared: small letters without accents and signs, one blank between them."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    return _APART.sub(" ", "".join(sign for sign in plain if not unicodedata.combining(sign))).strip()


def _in_state(city: str, state: str) -> Where | None:
    key, name = state_of(state), folded(city)
    return Where(city=name, state=key) if key and name else None
