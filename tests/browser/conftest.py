"""A real server with the demo's data, and a real browser on it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.live import ROOT, Live

SCREENS = ROOT / ".test" / "screens"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The demo, served."""
    site = Live(tmp_path_factory.mktemp("demo")).start()
    yield site
    assert site.stop() == 0
    assert not [line for line in site.said if "Traceback" in line]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("no Chromium on the path: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def context_of(chromium: Browser, live: Live) -> Iterator[Callable[..., BrowserContext]]:
    """Open browser windows: `context_of(viewport=NARROW, color_scheme="dark", locale="es")`."""
    opened: list[BrowserContext] = []

    def open_window(**options: Any) -> BrowserContext:
        window = chromium.new_context(**{"base_url": live.url, "viewport": WIDE, "locale": "en"} | options)
        window.set_default_timeout(15_000)
        opened.append(window)
        return window

    yield open_window
    for window in opened:
        window.close()


@pytest.fixture
def sign_in(context_of: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Sign in by the demo's door: `sign_in("Clinical director", viewport=NARROW)`; returns the first page."""

    def enter(role: str, **options: Any) -> Page:
        page = context_of(**options).new_page()
        enter_as(page, role)
        return page

    return enter


@pytest.fixture
def sheet(live: Live) -> str:
    """The address of a session of twelve that nobody has marked."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.browser.twelve", "tomas"],
        cwd=ROOT, env=live.env,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return f"/staff/sessions/{done.stdout.strip()}/attendance/"


def enter_as(page: Page, role: str) -> None:
    """Click a role at the demo's door, whatever the language of the page."""
    page.goto("/demo/")
    offers = page.locator("button[name=membership]")
    named = offers.filter(has=page.locator("b", has_text=re.compile(f"^{re.escape(role)}$")))
    named.first.click()
    page.wait_for_load_state()


def screenshot(page: Page, name: str) -> Path:
    """Keep what the page looks like; ./test browser leaves the pictures in .test/screens."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    path = SCREENS / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path


def axe(page: Page) -> list[str]:
    """Return what axe holds against the page, a line for each element."""
    found = Axe().run(page, options=RULES | {"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{violation['id']}: {node['target']} {node['html'][:160]}"
        for violation in found
        for node in violation["nodes"]
    ]


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
