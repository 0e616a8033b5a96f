"""Whether a listed place may be claimed: by what it has in common with a site of whoever claims it.

Nobody outside is asked where the list agrees: whoever runs this installation wrote the site's telephone and
address; a place of a public list that has one of them is the site's. A name proves nothing: hundreds of places
share one. Where the list has another telephone and another street, whoever runs the installation calls the
listed telephone, and the claim is proved by a code that is read out there.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from openiop.domain.invitations import CODE_ALPHABET, CODE_LENGTH


class Proof(StrEnum):
    """What shows that a listed place is a site's: what both have in common, or a code read out at the place."""

    PHONE = "phone"
    STREET = "street"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Marks:
    """By what a place is known: the digits of its telephones, the keys of its streets with their ZIP codes."""

    phones: frozenset[str]
    streets: frozenset[str]


@dataclass(frozen=True, slots=True)
class ClaimRules:
    """One version of the catalogue's file.

    `confirm_every`: how long what a program says of itself stands before it is asked again. `code_holds`: how
    many days after the one on which it was shown a code is taken.
    """

    id: str
    version: int
    effective_from: date
    confirm_every: timedelta
    code_holds: int

    def is_due(self, confirmed_at: datetime | None, *, at: datetime) -> bool:
        """Tell whether a listing should be confirmed: never done, or too long ago."""
        return confirmed_at is None or confirmed_at < at - self.confirm_every


@dataclass(frozen=True, slots=True)
class Call:
    """A claim that is to be proved by telephone: the ids of the organization and of the listed place."""

    organization: str
    place: str

    def code(self, secret: str, day: date) -> str:
        """The code of one day. Nobody finds it out without the secret: not for another place, nor another day."""
        words = f"claim|{self.organization}|{self.place}|{day}".encode()
        number = int.from_bytes(hmac.new(secret.encode(), words, hashlib.sha256).digest()[:10])
        return "".join(CODE_ALPHABET[number >> (5 * at) & 31] for at in range(CODE_LENGTH))

    def is_proved(self, code: str, secret: str, *, today: date, rules: ClaimRules) -> bool:
        """Tell whether it is the code of today or of one of the days on which it still holds."""
        days = (today - timedelta(days=ago) for ago in range(rules.code_holds + 1))
        return any(hmac.compare_digest(code, self.code(secret, day)) for day in days)


def proofs_of(listed: Marks, site: Marks) -> tuple[Proof, ...]:
    """What they have in common. Nothing proves nothing: a list without a telephone matches no site without one."""
    shared = {Proof.PHONE: listed.phones & site.phones, Proof.STREET: listed.streets & site.streets}
    return tuple(proof for proof, found in shared.items() if found)


def read_claim_rules(body: Mapping[str, Any]) -> ClaimRules:
    """Read the file."""
    return ClaimRules(
        id=body["id"],
        version=body["version"],
        effective_from=date.fromisoformat(body["effective_from"]),
        confirm_every=timedelta(days=body["confirm_every"]),
        code_holds=body["code_holds"],
    )
