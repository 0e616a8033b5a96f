"""A note is saved as it is typed, whatever happens meanwhile: no line, no session, no server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import enter_as
from tests.live import Live

pytestmark = pytest.mark.browser
ROLE = "Therapist and facilitator"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A demo whose server may be killed."""
    site = Live(tmp_path_factory.mktemp("saving")).start()
    yield site
    assert site.stop() == 0


@pytest.fixture
def note(context_of: Callable[..., BrowserContext]) -> Page:
    """A note that is being written, its first words saved."""
    page = context_of().new_page()
    enter_as(page, ROLE)
    page.goto("/staff/unsigned/")
    page.locator("tbody a", has_text="DAP").first.click()
    page.get_by_role("link", name="Go on with the draft").click()
    type_on(page, "First words.")
    expect(saved(page)).to_contain_text("Saved at")
    return page


def saved(page: Page) -> Locator:
    return page.locator("[data-saved]")


def type_on(page: Page, words: str) -> None:
    page.locator("textarea").first.press("Control+End")
    page.keyboard.type(f" {words}")


def kept(page: Page) -> str:
    """Return what the server has, asked for anew."""
    page.reload()
    return page.locator("textarea").first.input_value()


def test_a_lost_line_loses_no_word(note: Page) -> None:
    note.context.set_offline(True)
    type_on(note, "Said offline.")
    expect(saved(note)).to_contain_text("No connection. Keep this page open")
    note.context.set_offline(False)
    expect(saved(note)).to_contain_text("Saved at", timeout=20_000)
    assert kept(note).endswith("Said offline.")


def test_whoever_was_signed_out_signs_in_elsewhere_and_the_page_goes_on(note: Page) -> None:
    note.context.clear_cookies()
    type_on(note, "Said after the lid was closed.")
    expect(saved(note)).to_contain_text("You are signed out.")
    enter_as(note.context.new_page(), ROLE)
    expect(saved(note)).to_contain_text("Saved at", timeout=30_000)
    assert kept(note).endswith("Said after the lid was closed.")


def test_a_killed_server_comes_back_and_has_every_word(note: Page, live: Live) -> None:
    live.kill()
    type_on(note, "Said to nobody.")
    expect(saved(note)).to_contain_text("No connection. Keep this page open")
    live.start()
    expect(saved(note)).to_contain_text("Saved at", timeout=30_000)
    assert kept(note).endswith("Said to nobody.")
