"""The design gallery in a real browser: accessible in every scheme, whole at 320 pixels, obedient to the policy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import axe, overflow
from tests.live import ROOT, Live

pytestmark = pytest.mark.browser

PAGES = ("/design/", "/design/staff/", "/demo/", "/accounts/login/", "/no-such-page/")


@pytest.fixture
def page(context_of: Callable[..., BrowserContext]) -> Iterator[Page]:
    """Open a window of its own; anything the browser complains about fails the test."""
    page = context_of().new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert [words for words in complaints if "404 (Not Found)" not in words] == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_have_no_accessibility_fault(
    page: Page, path: str, scheme: Literal["light", "dark"], language: str
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_extra_http_headers({"Accept-Language": language})
    page.goto(path)
    assert axe(page) == []


@pytest.mark.parametrize("path", PAGES[:4])
@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_no_page_is_wider_than_its_window(page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.set_extra_http_headers({"Accept-Language": "es"})
    page.goto(path)
    assert overflow(page) <= 0


RULES_OF = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return [...sheet.cssRules].flatMap(rule => rule.cssText.split("\\n"));
}"""


def test_the_served_sheet_has_the_rules_of_its_source(page: Page) -> None:
    source = (ROOT / "openiop/web/static/css/openiop.css").read_text(encoding="utf-8")
    page.goto("/design/")
    address = page.locator("link[rel=stylesheet]").get_attribute("href")
    served = page.evaluate("async address => (await fetch(address)).text()", address)
    # Addresses of files gain a hash; conditions and lists in custom properties keep their spaces as written.
    plain = re.compile(r"(?<=[,:]) |url\([^)]*\)")
    wanted, found = (
        [plain.sub("", rule) for rule in page.evaluate(RULES_OF, css)] for css in (source, served)
    )
    assert len(found) > 300
    assert found == wanted
    assert len(served.encode()) < len(source.encode())


def test_forced_colors_keep_what_is_chosen_visible(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    page.goto("/design/staff/")
    current = page.locator(".rail [aria-current]").first
    assert current.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    assert axe(page) == []


def test_the_theme_is_kept_by_cookie_and_drawn_by_the_server(page: Page) -> None:
    page.goto("/design/")
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Light", exact=True).click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark


def test_the_theme_works_without_scripts(context_of: Callable[..., BrowserContext], live: Live) -> None:
    page = context_of(java_script_enabled=False).new_page()
    page.goto("/design/")
    page.get_by_role("button", name="Dark").click()
    expect(page).to_have_url(f"{live.url}/design/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_dialog_opens_takes_the_focus_and_closes(page: Page) -> None:
    page.goto("/design/")
    page.get_by_role("button", name="Open a dialog").click()
    dialog = page.get_by_role("dialog", name="End this enrollment?")
    expect(dialog).to_be_visible()
    assert dialog.evaluate("e => e.contains(document.activeElement)")
    page.get_by_role("button", name="Keep it").click()
    expect(dialog).to_be_hidden()


def test_the_summary_of_errors_takes_the_focus_and_leads_to_the_field(page: Page) -> None:
    page.goto("/design/")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_role("link", name="Name you go by: This field is required.").click()
    expect(page.locator("#wrong_name")).to_be_focused()


def test_the_menu_on_a_phone_holds_what_the_bar_cannot(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/design/staff/")
    expect(page.get_by_role("link", name="Audit trail")).to_be_hidden()
    page.get_by_role("button", name="More").click()
    expect(page.get_by_role("link", name="Audit trail")).to_be_visible()


def test_targets_are_large_enough_for_a_finger(page: Page) -> None:
    page.goto("/accounts/login/")
    small = page.evaluate(
        """() => [...document.querySelectorAll("main :is(button, input:not([type=hidden]), select), .crisis a")]
        .filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML)"""
    )
    assert small == []


def test_quick_exit_leaves_and_takes_the_page_out_of_the_history(page: Page) -> None:
    page.route("https://www.weather.gov/", lambda route: route.fulfill(body="<title>Weather</title>"))
    page.goto("/demo/")
    page.goto("/design/")
    for _press in range(3):
        page.keyboard.press("Escape")
    expect(page).to_have_url("https://www.weather.gov/")
    page.go_back()
    assert page.url.endswith("/demo/")
