"""The list of clients: by name, twenty a page, as quick on the last page as on the first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from openiop.apps.audit.services import note_read
from openiop.apps.clients.models import Client
from openiop.apps.clients.policies import visible_clients
from openiop.apps.core.actor import Actor
from openiop.domain.names import fold

PAGE = 20
_ASCENDING = ("search_key", "id")
_DESCENDING = ("-search_key", "-id")


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One line of the list."""

    public_id: str
    name: str
    last_name: str
    called: str
    pronouns: str
    birth_date: date | None
    phone: str
    language: str
    interpreter_needed: bool
    site: str
    part2: bool

    @property
    def listed_name(self) -> str:
        """Return the name as lists by last name show it."""
        return f"{self.last_name}, {self.called}"


@dataclass(frozen=True, slots=True)
class ClientPage:
    """One page. `before` and `after` are the public ids to turn by; empty where there is nothing more."""

    rows: tuple[ClientRow, ...]
    before: str
    after: str


def client_page(
    by: Actor, *, words: str = "", after: str = "", before: str = "", also: Q | None = None
) -> ClientPage:
    """Return a page of clients whose names hold every word, behind `after` or ahead of `before`.

    `also`: a further condition on the clients, from whoever knows more of them than their records.

    The place is found by the row's own key, not by counting: an id that is unknown starts at the front.
    That someone looked is in the trail; what they searched for is not.
    """
    note_read(by=by, action="clients.read")
    rows = matching(by, words).filter(also or Q())
    if before and (mark := _mark(by, before)):
        found = _take(_ahead(rows, mark).order_by(*_DESCENDING))
        return _page(list(reversed(found[:PAGE])), more_before=len(found) > PAGE, more_after=True)
    mark = _mark(by, after) if after else None
    found = _take((_behind(rows, mark) if mark else rows).order_by(*_ASCENDING))
    return _page(found[:PAGE], more_before=mark is not None, more_after=len(found) > PAGE)


def matching(by: Actor, words: str) -> QuerySet[Client]:
    """Return the living records whose folded names hold every word that was typed.

    Characters that nobody can type or see are left out: databases disagree on what they mean.
    """
    rows = visible_clients(by).filter(merged_into__isnull=True)
    typed = "".join(letter for letter in words if letter.isprintable() or letter.isspace())
    for word in fold(typed).split()[:6]:
        rows = rows.filter(search_key__contains=word[:40])
    return rows


def _take(rows: QuerySet[Client]) -> list[Client]:
    columns = [*ClientRow.__dataclass_fields__.keys() - {"name", "called", "site"}]
    columns += ["first_name", "preferred_name", "search_key"]
    return list(rows.select_related("site").only(*columns, "site__name")[: PAGE + 1])


def _mark(by: Actor, public_id: str) -> tuple[str, int] | None:
    found: tuple[str, int] | None = (
        visible_clients(by).filter(public_id=public_id).values_list("search_key", "id").first()
    )
    return found


def _behind(rows: QuerySet[Client], mark: tuple[str, int]) -> QuerySet[Client]:
    return rows.filter(
        Q(search_key__gt=mark[0]) | Q(search_key=mark[0], id__gt=mark[1]), search_key__gte=mark[0]
    )


def _ahead(rows: QuerySet[Client], mark: tuple[str, int]) -> QuerySet[Client]:
    return rows.filter(
        Q(search_key__lt=mark[0]) | Q(search_key=mark[0], id__lt=mark[1]), search_key__lte=mark[0]
    )


def _page(rows: list[Client], *, more_before: bool, more_after: bool) -> ClientPage:
    return ClientPage(
        rows=tuple(_row(client) for client in rows),
        before=rows[0].public_id if rows and more_before else "",
        after=rows[-1].public_id if rows and more_after else "",
    )


def _row(client: Client) -> ClientRow:
    return ClientRow(
        public_id=client.public_id,
        name=client.shown_name,
        last_name=client.last_name,
        called=client.preferred_name or client.first_name,
        pronouns=client.pronouns,
        birth_date=client.birth_date,
        phone=client.phone,
        language=client.language,
        interpreter_needed=client.interpreter_needed,
        site=client.site.name if client.site else "",
        part2=client.part2,
    )
