"""Finding words in one client's chart: only what the actor may read, and nothing that tells of the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q

from openiop.apps.chart.engine import matching
from openiop.apps.chart.models import Passage
from openiop.apps.core.actor import Actor
from openiop.domain.text import Text
from openiop.domain.wordsearch import Piece, excerpt

if TYPE_CHECKING:
    from openiop.apps.accounts.models import User


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: beginnings of words, and what narrows the chart. Days count from first to last."""

    terms: tuple[str, ...]
    kind: str = ""
    person: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with the words: where it stands, when it was, whose it is, and the stretch around them."""

    kind: str
    source: str
    part: str
    day: date
    title: Text
    pieces: tuple[Piece, ...]
    author: User | None
    part2: bool


def search_chart(by: Actor, client_id: int, wanted: Wanted, *, limit: int) -> list[Hit]:
    """Return the passages of a client whom the actor may see, the latest first. One query.

    What the actor may not read is left out by the same question that finds the rest: it is in no count either.
    """
    rows = Passage.objects.filter(
        matching(wanted.terms, client_id),
        Q(reader__isnull=True) | Q(reader_id=by.user_id),
        client_id=client_id,
        needs__in=by.permissions,
    )
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.person:
        rows = rows.filter(author__public_id=wanted.person)
    if wanted.first is not None:
        rows = rows.filter(day__gte=wanted.first)
    if wanted.last is not None:
        rows = rows.filter(day__lte=wanted.last)
    rows = rows.select_related("author").defer("folded").order_by("-day", "-id")
    return [_hit(row, wanted.terms) for row in rows[:limit]]


def _hit(row: Passage, terms: tuple[str, ...]) -> Hit:
    return Hit(
        kind=row.kind,
        source=row.source,
        part=row.part,
        day=row.day,
        title=Text.of(row.title),
        pieces=excerpt(row.words, terms),
        author=row.author,
        part2=row.part2,
    )
