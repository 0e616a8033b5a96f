"""The canary: a house whose every text carries one word is walked through; the word must stay inside.

Architecture, D3, row 24. Every route is asked for by everyone and sent its good form, and each once more
while the database fails in the middle of it with the names in its complaint. Then logs (at their most
talkative), mails, addresses, cookies and error pages are searched for the word and for what was typed.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import unquote_plus

import pytest
from django.conf import settings
from django.core import mail
from django.db import IntegrityError, connection
from django.http import HttpResponseBase

from openiop.apps.core.logs import formatter
from tests.factories.house import JOIN_LINK
from tests.factories.registry import routes, url_of
from tests.factories.signing import PASSWORD, TOTP_SECRET
from tests.security.sendings import FRESH, SENDINGS, same
from tests.security.visitors import visitor_of
from tests.security.world import World, undone

pytestmark = pytest.mark.django_db
TYPED = (
    "newly",
    "noor",
    "555-01",
    "flight",
    "cabinet",
    "called in crisis",
    "court order",
    PASSWORD,
    FRESH,
    TOTP_SECRET,
)
"""What the forms of sendings.py say about people, and what opens doors."""

COOKIES = frozenset(
    {"openiop", "csrftoken", "django_language", "theme", "density", "contrast", "motion", "text"}
)
GALLERY = " design"
"""The gallery of components shows a form that leads nowhere."""

WALKERS = ("everything", "client", "family")
FORM_AGAIN = frozenset({409, 422, 429})
"""Answers that show a form once more, with what was typed, to the person who typed it."""

_ADDRESS = re.compile(r'\s(?:href|src|action|formaction|poster|hx-[a-z-]+|data-url)="([^"]*)"')
_BY_GET = re.compile(r'<form[^>]*method="get".*?</form>', re.IGNORECASE | re.DOTALL)
_BACK_HERE = re.compile(r'<input type="hidden" name="next" value="[^"]*">')
"""Where the choice of language leads back to: the address the person is at already."""

_FREE_TEXT = re.compile(r'<input[^>]*type="(?:text|search|email|tel)"|<textarea', re.IGNORECASE)


CHANCE = 6
"""Letters: a shorter word comes up by chance in the keys of sessions, so it counts only where it stands alone."""


def _holds(said: str, needle: str) -> bool:
    if len(needle) < CHANCE and needle.isalpha():
        return re.search(rf"(?<![a-z0-9]){needle}(?![a-z0-9])", said) is not None
    return needle in said


@dataclass
class Canary:
    """What got out of the house, by the way it took."""

    needles: tuple[str, ...]
    log: io.StringIO
    own: tuple[str, ...] = ()
    out: dict[str, list[str]] = field(default_factory=dict)
    asked: int = 0
    faults: int = 0
    addresses: int = 0

    def hear(self, way: str, where: str, said: str) -> None:
        """Keep what was said if it holds one of the needles."""
        low = unquote_plus(unescape(said)).casefold()
        found = [needle for needle in self.needles if _holds(low, needle.casefold())]
        if found:
            self.out.setdefault(way, []).append(f"{where}: {found[0]} in {_around(low, found[0].casefold())}")

    def look_at(self, name: str, response: HttpResponseBase) -> None:
        """Search an answer's addresses, cookies and, where it is an error, its page."""
        self.asked += 1
        body = getattr(response, "content", b"").decode(errors="replace")
        found = [response.headers.get("Location", ""), *_ADDRESS.findall(body)]
        for address in found:
            if not address.startswith(("mailto:", "tel:", "data:")):
                self.addresses += 1
                self.hear("address", name, address)
        if extra := set(response.cookies) - COOKIES:
            self.out.setdefault("cookie", []).append(f"{name}: {sorted(extra)}")
        for cookie in response.cookies.values():
            self.hear("cookie", name, str(cookie.value))
        if response.status_code >= 400 and response.status_code not in FORM_AGAIN:
            # The frame of the page names the place and the person who looks at it.
            for own in self.own:
                body = body.replace(own, "")
            self.hear("error page", f"{name} {response.status_code}", body)
        for form in [] if GALLERY in name else _BY_GET.findall(body):
            if _FREE_TEXT.search(form):
                self.out.setdefault("form by GET", []).append(f"{name}: {form[:300]}")
        self.faults += response.status_code >= 500


def _around(said: str, needle: str) -> str:
    """Return the words around a needle."""
    at = said.index(needle)
    return " ".join(said[max(at - 120, 0) : at + 80].split())


@pytest.fixture
def canary(world: World) -> Iterator[Canary]:
    """Listen to everything that is logged, SQL with its values too, through the lines that people keep."""
    logging.disable(logging.NOTSET)
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(formatter())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    sql, sql_level = logging.getLogger("django.db.backends"), logging.getLogger("django.db.backends").level
    sql.setLevel(logging.DEBUG)
    connection.force_debug_cursor, before = True, connection.force_debug_cursor
    house = world.here
    own = (house.org.name, *(house.users[who].shown_name for who in WALKERS))
    yield Canary((house.word, *TYPED), heard, own)
    connection.force_debug_cursor = before
    root.removeHandler(handler)
    root.setLevel(level)
    sql.setLevel(sql_level)


def failing(house: Any, at: int) -> Callable[..., Any]:
    """Return a database that refuses its `at`-th statement, names and values in its complaint."""
    count = 0

    def execute(
        run: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]
    ) -> Any:
        nonlocal count
        count += 1
        if count == at:
            raise IntegrityError(f"Key (last_name)=({house.word}-Demo) is refused: {params}")
        return run(sql, params, many, context)

    return execute


def test_the_word_of_the_house_stays_inside(world: World, canary: Canary) -> None:
    house = world.here
    walkers = {who: visitor_of(house, who) for who in WALKERS} | {"anonymous": world.visitors["anonymous"]}
    for route in routes():
        url = url_of(house, route)
        for who, walker in walkers.items():
            for method in sorted({"GET", "POST"} & set(route.methods)):
                data = SENDINGS.get(route.name, same())(house, who) if method == "POST" else None
                with undone():
                    canary.look_at(f"{method} {route.name} by {who}", walker.send(method, url, data))
        with undone(), connection.execute_wrapper(failing(house, 12)):
            canary.look_at(f"failing {route.name}", walkers["everything"].send("GET", url))
    for message in mail.outbox:
        canary.hear("mail", message.subject, f"{message.subject}\n{message.body}")
    for line in canary.log.getvalue().splitlines():
        canary.hear("log", "", line)
    said = canary.log.getvalue() + "".join(f"{one.subject}\n{one.body}" for one in mail.outbox)
    assert JOIN_LINK not in said
    assert canary.out == {}, "\n".join(f"{way}: {one}" for way, all_ in canary.out.items() for one in all_)
    lines = canary.log.getvalue().splitlines()
    print(
        f"\n{canary.asked} requests, {canary.faults} of them made to fail, {canary.addresses} addresses, "
        f"{len(lines)} log lines, {len(mail.outbox)} mails: 0 hits"
    )
    assert canary.asked > 500
    assert canary.faults > 50
    assert len(lines) > 10 * canary.asked
    assert len(mail.outbox) > 2


def test_a_name_in_what_somebody_typed_as_an_address_is_not_said_again(world: World, canary: Canary) -> None:
    canary.needles = ("Quillmark",)
    for path in ("/staff/clients/{}/", "/{}/", "/staff/clients/?q={}", "/accounts/login/?next=/{}/x"):
        for who in ("director", "anonymous"):
            with undone():
                response = world.visitors[who].send("GET", path.format("Quillmark"))
            if response.status_code >= 400:
                page = response.content.decode()  # type: ignore[attr-defined]
                canary.hear("error page", path, _BACK_HERE.sub("", page))
    for line in canary.log.getvalue().splitlines():
        canary.hear("log", "", line)
    assert canary.out == {}
    assert len(canary.log.getvalue().splitlines()) >= 8


def test_the_canary_sings(world: World, canary: Canary) -> None:
    """What would be a leak is heard as one, so that silence means something."""
    canary.hear("log", "x", f'{{"event": "Not found: /staff/clients/{world.here.word.lower()}%2DDemo/"}}')
    canary.hear("mail", "x", "Noor &amp; co")
    canary.hear("address", "x", "/staff/clients/0123456789abcdef/")
    assert {way: len(found) for way, found in canary.out.items()} == {"log": 1, "mail": 1}
    naming = logging.StreamHandler(plain := io.StringIO())
    logging.getLogger().addHandler(naming)
    logging.getLogger("library").warning("Not Found: %s", world.here.word)
    logging.getLogger().removeHandler(naming)
    assert world.here.word in plain.getvalue()
    assert world.here.word not in canary.log.getvalue()


def test_messages_wait_in_the_session() -> None:
    assert settings.MESSAGE_STORAGE.endswith("session.SessionStorage")
