"""Putting the ids of one house into every opening of another: addresses, queries, forms, links.

An opening is found, not listed: parameters come from the routes, queries and fields from the pages
that the attacker's own house shows, and from the good forms of `sendings`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model
from django.urls import reverse
from django.utils.http import urlencode

from openiop.apps.accounts.models import Membership, Organization, User
from openiop.apps.accounts.roles import STAFF_ROLES, permissions_of
from openiop.apps.audit.models import Event
from openiop.apps.core.models import TenantRow
from openiop.apps.core.routes import PUBLIC, SIGNED_IN, Route
from openiop.apps.core.tenancy import tenant
from tests.factories.house import House
from tests.factories.registry import KINDS, ids_of, routes, tenant_parameters, url_of, value_of
from tests.security.harvest import ID, Form, Page, split
from tests.security.sendings import SENDINGS
from tests.security.visitors import Visitor
from tests.security.world import SESSION, TRAIL, Seen, statements, undone, written

ROOT = Path(__file__).resolve().parents[2]
STATIC = "/static/"
NOBODY = "0" * 16
"""An id of the right shape that no row has."""

ATTACKERS: dict[str, tuple[str, ...]] = {
    "everything": tuple(role.key for role in STAFF_ROLES),
    "client": ("client",),
    "other_client": ("client",),
    "family": ("family",),
}
"""Members of a house by what they are there; `everything` holds every staff role at every site."""

STRIDE = 5
"""Behind a question mark, where every name is tried on every page, each fifth id is taken in turn."""

GUESS = {"site": "site", "owner": "user_therapist", "person": "user_therapist"}
"""The kind that a name behind the question mark asks for; a client's where nothing is said."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One request with foreign ids in it.

    `twin` is the same address with an id that nobody has: where it is given, the two answers must be one.
    """

    where: str
    method: str
    url: str
    data: Mapping[str, Any] | None = None
    twin: str = ""


@dataclass
class Victim:
    """Whose rows must not show: the word that all their texts carry, and their ids."""

    house: House
    word: str
    ids: dict[str, str]
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        self.pattern = re.compile(rf"[\w.@-]*(?:{self.word})[\w.@-]*", re.IGNORECASE)

    def leaks(self, text: str, sent: str) -> list[str]:
        """Return what of the victim stands in a text; what was sent may be said again."""
        words = {word for word in self.pattern.findall(text) if word not in sent}
        return sorted(words | (set(ID.findall(text)) & set(self.ids.values())) - set(ID.findall(sent)))

    def some(self, kind: str, *, every: bool) -> dict[str, str]:
        """Return every id, or the one of this kind (any where there is none)."""
        return self.ids if every else {kind: self.ids.get(kind, next(iter(self.ids.values())))}


# Where ids go in ------------------------------------------------------------------------------------------


def openable(who: str) -> list[Route]:
    """Return the routes that somebody's roles let them near; the others are the matrix's matter."""
    return [route for route in routes() if any(may(who, route.needed(method)) for method in route.methods)]


def may(who: str, label: str | None) -> bool:
    """Tell whether the roles of an attacker hold a route's permission."""
    roles = ATTACKERS[who]
    return label in (PUBLIC, SIGNED_IN) or label in permissions_of(roles)


def address_probes(attacker: House, who: str, victim: Victim, *, every: bool) -> Iterator[Probe]:
    """Yield each parameter of each route with the victim's ids: the right kind, or `every` id there is."""
    for route in openable(who):
        own = {p: value_of(attacker, route, p) for p in route.parameters}
        asked = [p for p in tenant_parameters(route) if p in own]
        for parameter in asked:
            kind = KINDS.get(f"{route.name}/{parameter}") or KINDS[parameter]
            twin = reverse(route.name, kwargs=own | {parameter: NOBODY})
            for name, value in victim.some(kind, every=every).items():
                url = reverse(route.name, kwargs=own | {parameter: value})
                for method, data in _sendings(route, attacker, victim):
                    yield Probe(f"{route.name} {parameter}={name}", method, url, data, twin)
        if len(asked) > 1:
            url = url_of(victim.house, route)
            twin = url_of(victim.house, route, **dict.fromkeys(asked, NOBODY))
            for method, data in _sendings(route, attacker, victim):
                yield Probe(f"{route.name} all", method, url, data, twin)


def _sendings(route: Route, *houses: House | Victim) -> Iterator[tuple[str, Any]]:
    """Yield the route's methods, POST with the good form of each house."""
    for method in route.methods:
        if method != "POST":
            yield method, None
            continue
        for one in houses:
            yield method, SENDINGS[route.name](one.house if isinstance(one, Victim) else one, "everything")


def form_probes(attacker: House, who: str, victim: Victim, *, every: bool) -> Iterator[Probe]:
    """Yield each good form of the attacker with the victim's ids where its own stand."""
    mine = {value: kind for kind, value in ids_of(attacker).items()}
    for route in openable(who):
        if "POST" not in route.methods:
            continue
        url = url_of(attacker, route)
        yield Probe(f"{route.name} whole form", "POST", url, SENDINGS[route.name](victim.house, "everything"))
        good = SENDINGS[route.name](attacker, "everything")
        for name, value in good.items():
            found = ID.findall(str(value))
            for kind, foreign in victim.some(mine.get(found[-1], ""), every=every).items() if found else ():
                sent = [foreign] if isinstance(value, list) else foreign
                yield Probe(f"{route.name} {name}={kind}", "POST", url, {**good, name: sent})


def page_probes(attacker: House, visitor: Visitor, victim: Victim, *, every: bool) -> Iterator[Probe]:
    """Yield what the attacker's pages offer, with the victim's ids: queries, and forms with ids in them."""
    mine = {value: kind for kind, value in ids_of(attacker).items()}
    done: set[tuple[str, str]] = set()
    for page in pages(attacker, visitor):
        path = split(page.path)[0]
        yield from _queries(path, asked_names(), victim, done, every=every)
        for link in page.links:
            to, query = split(link)
            if to.startswith("/") and not to.startswith(STATIC):
                yield from _queries(to, sorted(query), victim, done, every=every)
        for form in page.forms:
            if form.method == "POST" and form.action.startswith("/"):
                yield from _fields(form, mine, victim, done, every=every)


def pages(house: House, visitor: Visitor) -> Iterator[Page]:
    """Yield every page of the house that the visitor may open."""
    for route in routes():
        if "GET" in route.methods:
            url = url_of(house, route)
            with undone():
                response: Any = visitor.send("GET", url)
            if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
                yield Page(url, response.content.decode())


@cache
def asked_names() -> list[str]:
    """Return every name that a page of ours looks for behind the question mark, as the source has it."""
    found: set[str] = set()
    for file in (ROOT / "openiop" / "web").rglob("*.py"):
        found |= set(re.findall(r"""GET\.get(?:list)?\(\s*["'](\w+)["']""", file.read_text(encoding="utf-8")))
    return sorted(found | {"site"})


def _queries(
    path: str, names: list[str], victim: Victim, done: set[tuple[str, str]], *, every: bool
) -> Iterator[Probe]:
    """Yield the address with ids behind the question mark: each name by itself, or in two requests."""
    fresh = [name for name in names if (path, name) not in done]
    done |= {(path, name) for name in fresh}
    if every:
        for place, name in enumerate(fresh):
            for kind, value in [*victim.ids.items()][place % STRIDE :: STRIDE]:
                yield Probe(f"{path} {name}={kind}", "GET", f"{path}?{urlencode({name: value})}")
        return
    for group in ([n for n in fresh if n == "site"], [n for n in fresh if n != "site"]):
        if group:
            known = [*victim.ids.values()]
            query = {name: victim.ids.get(GUESS.get(name, "client"), known[0]) for name in group}
            yield Probe(f"{path} {','.join(group)}", "GET", f"{path}?{urlencode(query)}")


def _fields(
    form: Form, mine: Mapping[str, str], victim: Victim, done: set[tuple[str, str]], *, every: bool
) -> Iterator[Probe]:
    for name in form.id_fields():
        key = (f"POST {form.action}", name)
        if key in done:
            continue
        done.add(key)
        own = next((mine[value] for value in form.fields[name] if value in mine), "client")
        for kind, value in victim.some(own, every=every).items():
            data = {**form.sent(), name: [value]}
            yield Probe(f"{form.action} {name}={kind}", "POST", form.action, data)


# What comes back ------------------------------------------------------------------------------------------


@dataclass
class Watch:
    """Sends probes as one visitor and says what is wrong with the answers."""

    attacker: House
    victim: Victim
    visitor: Visitor
    before: str = field(init=False)
    twins: dict[tuple[str, str, str], tuple[str, int]] = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        self.before = fingerprint(self.victim.house)

    def faults(self, probe: Probe) -> list[str]:
        """Send a probe and return what is wrong with its answer, in words; take back what it did."""
        self.count += 1
        wrong = []
        with undone():
            with statements() as asked:
                answer = Seen(self.visitor.send(probe.method, probe.url, probe.data), written(asked))
            touched = answer.written - {SESSION} - TRAIL
            if touched and fingerprint(self.victim.house) != self.before:
                wrong.append("changed a row of the other house")
            if touched:
                wrong += cross_links(self.attacker, touched)
        if answer.status >= 500:
            wrong.append(f"status {answer.status}")
        if leaked := self.victim.leaks(answer.text, f"{probe.url} {probe.data}"):
            wrong.append(f"shows {leaked}")
        if probe.twin:
            wrong += self._unlike_nothing(probe, answer, len(asked))
        return [f"{probe.method} {probe.where}: {fault}" for fault in wrong]

    def _unlike_nothing(self, probe: Probe, answer: Seen, queries: int) -> list[str]:
        """A foreign row and none at all: the same status, words and headers, for the same work."""
        if answer.status != 404:
            return [f"status {answer.status}, not 404"]
        key = (probe.method, probe.twin, repr(probe.data))
        if key not in self.twins:
            with undone(), statements() as asked:
                absent = Seen(self.visitor.send(probe.method, probe.twin, probe.data), frozenset())
            self.twins[key] = (_plain(absent, probe.twin), len(asked))
        text, work = self.twins[key]
        wrong = []
        if _plain(answer, probe.url) != text:
            wrong.append("the answer differs from that for a row that is not there")
        if queries != work:
            wrong.append(f"{queries} queries, {work} for a row that is not there")
        return wrong


def _plain(answer: Seen, url: str) -> str:
    """Return an answer without what differs each time: tokens, and the address itself."""
    text = re.sub(r'(name="csrfmiddlewaretoken" value=)"[^"]*"', r"\1", answer.text)
    text = re.sub(r"^X-Request-ID: .*$", "", text, flags=re.MULTILINE)
    return text.replace(url, "(address)")


# What must not change, and must not be joined ---------------------------------------------------------


@cache
def tenant_models() -> tuple[type[Model], ...]:
    """Return every model whose rows belong to an organisation."""
    found = [model for model in apps.get_models() if issubclass(model, TenantRow)]
    return (*found, Membership)


def fingerprint(house: House) -> str:
    """Return a digest of every row of a house, its people's sign-ins and its trail."""
    digest = hashlib.sha256()
    with tenant(house.org.pk):
        for model in tenant_models():
            rows = model._default_manager.filter(organization_id=house.org.pk).order_by("pk")
            digest.update(repr(list(rows.values_list())).encode())
        digest.update(repr(list(Event.objects.values_list("sequence", "hash"))).encode())
    digest.update(repr(list(Organization.objects.filter(pk=house.org.pk).values_list())).encode())
    people = User.objects.filter(memberships__organization_id=house.org.pk).order_by("pk")
    digest.update(repr(list(people.values_list("pk", "password", "email", "signed_out_at"))).encode())
    return digest.hexdigest()


def cross_links(house: House, tables: Iterable[str]) -> list[str]:
    """Return a line for each row of a house, in these tables, that points out of it."""
    named = set(tables)
    wrong = []
    with tenant(house.org.pk):
        for model in tenant_models():
            if model._meta.db_table in named:
                wrong += [
                    f"{model._meta.label}.{column.name} points into another house"
                    for column in model._meta.get_fields()
                    if isinstance(column, ForeignKey) and _points_out(model, column, house)
                ]
    return wrong


def _points_out(model: type[Model], column: ForeignKey[Any, Any], house: House) -> bool:
    other = column.related_model
    if other is User:
        inside: Any = User.objects.filter(memberships__organization_id=house.org.pk)
    elif isinstance(other, type) and issubclass(other, TenantRow):
        inside = other._default_manager.filter(organization_id=house.org.pk)
    else:
        return False
    rows = model._default_manager.filter(organization_id=house.org.pk, **{f"{column.name}__isnull": False})
    return bool(rows.exclude(**{f"{column.name}__in": inside}).exists())
