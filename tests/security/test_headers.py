"""What every answer carries, and what no page holds: scripts, styles and handlers in the page itself."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from tests.factories.registry import routes, url_of
from tests.security.expectations import YES, lines
from tests.security.sendings import SENDINGS
from tests.security.visitors import ACTORS
from tests.security.world import Seen, World, undone

pytestmark = pytest.mark.django_db
ROUTES = {route.name: route for route in routes()}
LINES = [line for line in lines() if line.method == "GET"]


class Inline(HTMLParser):
    """Collects what a strict policy would have to forbid."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.found += [
            f"<{tag} {name}>" for name in given if name.startswith(("on", "hx-on")) or name == "style"
        ]
        self.found += [
            f"<{tag} {n}={v}>" for n, v in given.items() if v.strip().lower().startswith("javascript:")
        ]
        # A block of JSON is data that no browser runs.
        is_data = given.get("type") == "application/json"
        if tag == "style" or (tag == "script" and not given.get("src") and not is_data):
            self.found.append(f"<{tag}> in the page")


def faults(answer: Seen) -> list[str]:
    headers = answer.response.headers
    wanted = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if getattr(answer.response, "is_open_data", False):
        # Public facts for any finder: every cache may keep them, every page may read them.
        wanted |= {
            "Cache-Control": "public, max-age=60",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Access-Control-Allow-Origin": "*",
        }
    wrong = [f"{name}: {headers.get(name)}" for name, value in wanted.items() if headers.get(name) != value]
    policy = headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe-" in policy:
        wrong.append(f"Content-Security-Policy: {policy}")
    if "camera=()" not in headers.get("Permissions-Policy", ""):
        wrong.append("Permissions-Policy")
    wrong += [f"cookie {name}" for name in answer.response.cookies if name == "messages"]
    if headers.get("Content-Type", "").startswith("text/html"):
        wrong += Inline(answer.response.content.decode()).found  # type: ignore[attr-defined]
    return wrong


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.route)
def test_every_page_carries_the_headers_and_nothing_inline(world: World, line) -> None:
    who = next((who for who in ACTORS if line.cells[who] == YES), "anonymous")
    with undone():
        answer = Seen(world.visitors[who].send("GET", url_of(world.here, ROUTES[line.route])), frozenset())
    assert faults(answer) == []


def test_a_message_that_names_a_client_waits_in_the_session_and_in_no_cookie(world: World) -> None:
    with undone():
        data = SENDINGS["client_new"](world.here, "intake")
        answer = Seen(world.visitors["intake"].send("POST", "/staff/clients/new/", data), frozenset())
    assert answer.status == 302
    assert faults(answer) == []
    assert "Newly" not in str(answer.response.cookies)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_no_route_takes_another_method(world: World, method: str) -> None:
    visitor = world.visitors["director"]
    with undone():
        answers = {
            route.name: visitor.send(method, url_of(world.here, route)).status_code
            for route in ROUTES.values()
        }
    assert {name: status for name, status in answers.items() if status != 405} == {}
