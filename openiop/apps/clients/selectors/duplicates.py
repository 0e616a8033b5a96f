"""Who may be the same person: a few candidates by index, scored by `openiop.domain.duplicates`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower

from openiop.apps.audit.services import note_read
from openiop.apps.clients.models import Client, Identifier
from openiop.apps.clients.policies import visible_clients
from openiop.apps.core.actor import Actor
from openiop.apps.core.lookups import starts_with
from openiop.domain.duplicates import Match, PersonFacts, phone_digits, rank, slips_of
from openiop.domain.names import fold
from openiop.domain.persons import tidy_phone

_CANDIDATES = 200
"""By name, and as many again by what few people share: a common name crowds nobody out."""
_COLUMNS = (
    "pk", "public_id", "first_name", "preferred_name", "last_name", "former_names", "birth_date", "phone", "email",
)  # fmt: skip
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
    ids = {pk for ways in (_exact(rows, person), _by_name(rows, person)) for pk in _some(ways)}
    if not ids:
        return []
    matches = rank(person, _facts(ids))[:_SHOWN]
    clients = Client.objects.in_bulk([match.key for match in matches], field_name="public_id")
    return [Candidate(clients[match.key], match) for match in matches]


def shown(by: Actor, candidates: list[Candidate]) -> list[Candidate]:
    """Return the candidates for a page and note each: a record that is shown was looked at."""
    for candidate in candidates:
        note_read(by=by, action="duplicate.read", subject=candidate.client, client=candidate.client)
    return candidates


def facts_of(client: Client) -> PersonFacts:
    """What duplicates are told by, of a record. Call it with the identifiers prefetched."""
    return _told_by(client, ((row.system, row.value) for row in client.identifiers.all()))


def _facts(ids: set[int]) -> Iterator[PersonFacts]:
    """What duplicates are told by, of many records: only these columns are read."""
    numbers: dict[int, list[tuple[str, str]]] = {}
    for pk, system, value in Identifier.objects.filter(client_id__in=ids).values_list(
        "client_id", "system", "value"
    ):
        numbers.setdefault(pk, []).append((system, value))
    for row in Client.objects.filter(pk__in=ids).order_by("id").values_list(*_COLUMNS, named=True):
        yield _told_by(row, numbers.get(row.pk, ()))


def _told_by(row: Any, numbers: Iterable[tuple[str, str]]) -> PersonFacts:
    former = [name.rsplit(" ", 1) for name in row.former_names]
    return PersonFacts(
        key=row.public_id,
        first_names=_filled([row.first_name, row.preferred_name, *(parts[0] for parts in former)]),
        last_names=_filled([row.last_name, *(parts[-1] for parts in former if len(parts) > 1)]),
        birth_date=row.birth_date,
        phones=_filled([row.phone]),
        emails=_filled([row.email]),
        identifiers=tuple(numbers),
    )


def _exact(rows: QuerySet[Client], person: PersonFacts) -> list[QuerySet[Client]]:
    """Return a query for each thing that few people share: birth date with its slips, telephone, e-mail, number."""
    ways = [rows.filter(phone__in=_spellings(phone)) for phone in person.phones if phone_digits(phone)]
    ways += [
        rows.annotate(small=Lower("email")).filter(small=email.lower()) for email in person.emails if email
    ]
    ways += [
        rows.filter(identifiers__system=system, identifiers__value=value)
        for system, value in person.identifiers
    ]
    if person.birth_date:
        ways.append(rows.filter(birth_date__in=sorted(slips_of(person.birth_date))))
    return ways


def _by_name(rows: QuerySet[Client], person: PersonFacts) -> list[QuerySet[Client]]:
    """Return a query for each name: many people share its first letters."""
    return [rows.filter(starts_with("search_key", fold(name)[:_START])) for name in _names(person)]


def _some(ways: list[QuerySet[Client]]) -> list[int]:
    """Return the keys that the queries find, up to a number.

    Joined by UNION each query takes its own index; joined by OR they would walk through every client.
    """
    if not ways:
        return []
    first, *others = (way.order_by().values_list("pk", flat=True) for way in ways)
    return list(first.union(*others).order_by("id")[:_CANDIDATES])


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
