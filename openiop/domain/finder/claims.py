"""Whether a listed place may be claimed: by what it has in common with a site of whoever claims it.

Nobody outside is asked. Whoever runs this installation wrote the site's telephone and address; a place of a
public list that has one of them is the site's. A name proves nothing: hundreds of places share one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MONTHLY = timedelta(days=30)
"""How long what a program says of itself stands before it is asked again."""


class Proof(StrEnum):
    """What a listed place and a site have in common."""

    PHONE = "phone"
    STREET = "street"


@dataclass(frozen=True, slots=True)
class Marks:
    """By what a place is known: the digits of its telephones, the keys of its streets with their ZIP codes."""

    phones: frozenset[str]
    streets: frozenset[str]


def proofs_of(listed: Marks, site: Marks) -> tuple[Proof, ...]:
    """What they have in common. Nothing proves nothing: a list without a telephone matches no site without one."""
    shared = {Proof.PHONE: listed.phones & site.phones, Proof.STREET: listed.streets & site.streets}
    return tuple(proof for proof, found in shared.items() if found)


def is_due(confirmed_at: datetime | None, *, at: datetime) -> bool:
    """Tell whether a listing should be confirmed: never done, or longer ago than a month."""
    return confirmed_at is None or confirmed_at < at - MONTHLY
