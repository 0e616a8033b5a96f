"""Who may be the same person: a few candidates by index, scored by `openiop.domain.duplicates`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from openiop.apps.clients.models import Client
from openiop.apps.clients.policies import visible_clients
from openiop.apps.core.actor import Actor
from openiop.domain.duplicates import Match, PersonFacts, phone_digits, rank, slips_of
from openiop.domain.names import fold
from openiop.domain.persons import tidy_phone

_CANDIDATES = 200
_SHOWN = 8
_START = 4
"""How many letters of a last name a candidate must share, where nothing else points to them."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A client who may be the person, with the score and its reasons."""

    client: Client
    match: Match


def possible_duplicates(
    by: Actor, person: PersonFacts, *, except_for: Client | None = None
) -> list[Candidate]:
    """Return the clients who may be this person, the strongest first, at most eight."""
    rows = visible_clients(by).filter(merged_into__isnull=True)
    if except_for is not None:
        rows = rows.exclude(pk=except_for.pk)
    condition = _condition(person)
    if condition is None:
        return []
    found = rows.filter(condition).distinct().prefetch_related("identifiers").order_by("id")[:_CANDIDATES]
    clients = {client.public_id: client for client in found}
    matches = rank(person, (facts_of(client) for client in clients.values()))
    return [Candidate(clients[match.key], match) for match in matches[:_SHOWN]]


def facts_of(client: Client) -> PersonFacts:
    """What duplicates are told by, of a record. Call it with the identifiers prefetched."""
    former = [name.rsplit(" ", 1) for name in client.former_names]
    return PersonFacts(
        key=client.public_id,
        first_names=_filled([client.first_name, client.preferred_name, *(parts[0] for parts in former)]),
        last_names=_filled([client.last_name, *(parts[-1] for parts in former if len(parts) > 1)]),
        birth_date=client.birth_date,
        phones=_filled([client.phone]),
        emails=_filled([client.email]),
        identifiers=tuple((row.system, row.value) for row in client.identifiers.all()),
    )


def _condition(person: PersonFacts) -> Q | None:
    parts = [Q(search_key__startswith=fold(name)[:_START]) for name in _names(person)]
    if person.birth_date:
        parts.append(Q(birth_date__in=sorted(slips_of(person.birth_date))))
    parts += [Q(phone__in=_spellings(phone)) for phone in person.phones if phone_digits(phone)]
    parts += [Q(email__iexact=email) for email in person.emails if email]
    parts += [Q(identifiers__system=system, identifiers__value=value) for system, value in person.identifiers]
    return reduce(or_, parts) if parts else None


def _names(person: PersonFacts) -> list[str]:
    """Last names, and first names too: the two may have been exchanged."""
    return [name for name in (*person.last_names, *person.first_names) if len(fold(name)) > 1]


def _spellings(phone: str) -> set[str]:
    """A number as it may stand in rows that were written elsewhere."""
    digits = phone_digits(phone)
    dashed = "-".join(filter(None, (digits[:-7], digits[-7:-4], digits[-4:])))
    return {phone, tidy_phone(phone), digits, dashed}


def _filled(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
