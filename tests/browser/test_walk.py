"""Each role walks every page it can reach by links; each kind of page is held to the same rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import NARROW, WIDE, axe, enter_as, overflow, screenshot
from tests.live import Live

pytestmark = pytest.mark.browser

ROLES = (
    "Intake coordinator", "Therapist and facilitator", "Prescriber", "Nurse or dietitian", "Utilization reviewer",
    "Biller", "Clinical director", "Administrator", "Client", "Family contact", "Auditor",
)  # fmt: skip
PUBLIC_ID = re.compile(r"(?<=/)[0-9a-hjkmnp-tv-z]{16}(?=/|$)")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
FILES = "performance.getEntriesByType('resource').reduce((sum, one) => sum + one.encodedBodySize, 0)"
"""The bytes of what the page itself uses, from the network or from the browser's store."""
LEAST_BYTES = 5_000
"""The style sheet alone is more."""
TIGHT = {"width": 1120, "height": 900}
"""Two columns, with the least room for them."""
STICKS_OUT = """() => [...document.querySelectorAll(".card .table")].filter(table =>
  table.getBoundingClientRect().right > table.closest(".card").getBoundingClientRect().right + 1
).map(table => table.getAttribute("aria-label"))"""
PAGE_KILOBYTES = 250
MOST_PAGES = 60


@dataclass
class Walk:
    """What one walk saw."""

    visited: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def kind_of(address: str) -> str:
    """Return the address with ids and dates blanked: one kind of page is walked once."""
    path = urlsplit(address).path
    return DATE.sub("{date}", PUBLIC_ID.sub("{id}", path))


def links_of(page: Page, live: Live) -> list[str]:
    """Return the addresses of our own pages that the page links to."""
    every = page.eval_on_selector_all("a[href]:not([download])", "nodes => nodes.map(node => node.href)")
    ours = [link for link in every if link.startswith(live.url + "/")]
    return [
        link for link in ours if not re.search(r"\.(pdf|csv|ics|json)$|/static/|/demo/$", urlsplit(link).path)
    ]


def walk(page: Page, live: Live, look: Callable[[Page, str], list[str]]) -> Walk:
    """Follow links from where the page is; look at each kind of page once."""
    seen, waiting = Walk(), [page.url]
    while waiting and len(seen.visited) < MOST_PAGES:
        address = waiting.pop(0)
        kind = kind_of(address)
        if kind in seen.visited:
            continue
        seen.visited[kind] = address
        answer = page.goto(address)
        status = answer.status if answer else 0
        if status != 200:
            seen.faults.append(f"{kind} answers {status}")
            continue
        if "text/html" not in (answer.headers.get("content-type", "") if answer else ""):
            continue
        seen.faults += [f"{kind}: {fault}" for fault in look(page, kind)]
        waiting += links_of(page, live)
    return seen


def listen(page: Page) -> list[str]:
    """Collect what the browser complains about: script errors, refused content, failed files."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on(
        "response",
        lambda answer: complaints.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None,
    )
    return complaints


def name_of(role: str, kind: str, how: str) -> str:
    """Return a file name for a screenshot."""
    return re.sub(r"[^a-z0-9]+", "-", f"{role}-{kind}-{how}".lower()).strip("-")


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The demo as it is made: other tests leave dozens of people behind, and their pages grow heavy."""
    site = Live(tmp_path_factory.mktemp("walk")).start()
    yield site
    assert site.stop() == 0
    assert not [line for line in site.said if "Traceback" in line]


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_accessible_in_light_and_dark(
    role: str, context_of: Callable[..., BrowserContext], live: Live
) -> None:
    page = context_of(viewport=WIDE).new_page()
    complaints = listen(page)
    enter_as(page, role)

    def look(page: Page, kind: str) -> list[str]:
        faults = []
        for scheme in ("light", "dark"):
            # Colors are judged when they have settled, not in the middle of a transition.
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.evaluate("Promise.all(document.getAnimations().map(one => one.finished.catch(() => null)))")
            faults += [f"{scheme}: {fault}" for fault in axe(page)]
            screenshot(page, name_of(role, kind, f"1440-{scheme}"))
        wider = overflow(page)
        faults += [f"is {wider} px wider than its window"] if wider > 0 else []
        page.set_viewport_size(TIGHT)
        faults += [f"a table sticks out of its card: {words}" for words in page.evaluate(STICKS_OUT)]
        page.set_viewport_size(WIDE)
        return faults

    seen = walk(page, live, look)
    assert seen.faults == []
    assert complaints == []
    assert len(seen.visited) >= 2


@pytest.mark.parametrize("role", ROLES)
def test_every_page_fits_a_phone_and_stays_light(
    role: str, context_of: Callable[..., BrowserContext], live: Live
) -> None:
    page = context_of(viewport=NARROW).new_page()
    enter_as(page, role)

    def look(page: Page, kind: str) -> list[str]:
        screenshot(page, name_of(role, kind, "390"))
        wider = overflow(page)
        faults = [f"is {wider} px wider than a phone"] if wider > 0 else []
        files = page.evaluate(FILES)
        whole = (len(page.content()) + files) // 1000
        if files < LEAST_BYTES:
            faults.append(f"seems to load {files} bytes of style and script: the measure is broken")
        if whole > PAGE_KILOBYTES:
            faults.append(f"weighs {whole} kB; at most {PAGE_KILOBYTES}")
        return faults

    assert walk(page, live, look).faults == []


@pytest.mark.parametrize("role", ["Clinical director", "Client"])
def test_every_page_works_without_scripts_and_in_spanish(
    role: str, context_of: Callable[..., BrowserContext], live: Live
) -> None:
    spanish = {"Clinical director": "Director clínico", "Client": "Cliente"}[role]
    page = context_of(java_script_enabled=False, locale="es").new_page()
    enter_as(page, spanish)

    def look(page: Page, kind: str) -> list[str]:
        language = page.locator("html").get_attribute("lang")
        faults = [] if language == "es" else [f"is in {language}"]
        if page.locator("h1").count() != 1:
            faults.append("has no single first heading")
        return faults

    assert walk(page, live, look).faults == []
