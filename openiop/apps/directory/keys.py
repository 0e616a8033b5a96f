"""By what a place is known again: in another list, in next year's edition, in a stranger's bookmark."""

from __future__ import annotations

import hashlib
import re

from openiop.apps.core.ids import ALPHABET, LENGTH
from openiop.domain.finder.where import folded
from openiop.formats.facilities import Entry

_DIGITS = re.compile(r"\D+")
_PHONE = 10


def identity_of(entry: Entry) -> str:
    """The key of a place: name, program, street and ZIP, as far as spelling does not matter.

    The telephone is not part of it: one in ten changed within a year at the same address (SAMHSA 2022, 2023).
    """
    return _hash(folded(entry.name), folded(entry.program), folded(entry.street), entry.zip, entry.state)


def place_key_of(street: str, zip_: str) -> str:
    """The key of a street address; empty without a street."""
    return _hash(folded(street), zip_) if street and zip_ else ""


def phone_key_of(phone: str) -> str:
    """The ten digits of a telephone number, or nothing."""
    digits = _DIGITS.sub("", phone.split(" x", maxsplit=1)[0])[-_PHONE:]
    return digits if len(digits) == _PHONE else ""


def public_id_of(identity: str) -> str:
    """The place's public id: made of its identity, so the same place has the same address everywhere."""
    number = int.from_bytes(hashlib.sha256(f"facility {identity}".encode()).digest()[:10])
    return "".join(ALPHABET[number >> (5 * at) & 31] for at in range(LENGTH))


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]
