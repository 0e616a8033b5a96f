"""Kill -9 of the server while a note is typed in a real browser: the record has every word, in its order, once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import chromium, enter_as  # noqa: F401 - the fixture is used by its name
from tests.live import Live

pytestmark = pytest.mark.crash
KILLS, LONG_KILLS = 3, 200
LATEST_KILL = 1.4
"""Seconds after the first key of a round; a pause of 0.7 s in typing sends what was typed."""
PATIENCE = 60


class Writer:
    """Somebody who types word after word into a note and never presses Save."""

    def __init__(self, window: BrowserContext) -> None:
        """Open a note that was begun."""
        self.page: Page = window.new_page()
        enter_as(self.page, "Therapist and facilitator")
        self.page.goto("/staff/unsigned/")
        self.page.locator("tbody a", has_text="DAP").first.click()
        self.page.get_by_role("link", name="Go on with the draft").click()
        self.box = self.page.locator("textarea").first
        self.typed, self.words = self.box.input_value(), 0

    def type(self, words: int) -> None:
        """Type some new words at the end, some twenty keys a second."""
        self.box.press("Control+End")
        for _number in range(words):
            self.words += 1
            self.page.keyboard.type(f" word{self.words}", delay=50)
            self.typed += f" word{self.words}"

    def stored(self) -> str:
        """Return what the record has, asked for beside the page that is being typed in."""
        text = self.page.request.get(self.page.url).text()
        begun = text.index("<textarea")
        inside = text[text.index(">", begun) + 1 : text.index("</textarea>", begun)]
        return unescape(inside).removeprefix("\n").replace("\r\n", "\n")

    def wait_until_kept(self) -> None:
        """Wait until the record has everything that was typed."""
        for _try in range(PATIENCE * 4):
            if self.stored() == self.typed:
                return
            self.page.wait_for_timeout(250)
        raise AssertionError(f"typed {self.typed[-60:]!r}, kept {self.stored()[-60:]!r}")


def kill_while(live: Live, typing: Callable[[], None], after: float) -> None:
    """Kill the server so many seconds into the typing, and start it again when the typing is over."""
    killer = threading.Timer(after, live.kill)
    killer.start()
    typing()
    killer.join()
    live.start()


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    """A server that ends with the test, also where it would not start again."""
    server = Live(tmp_path)
    yield server
    if server.process is not None:
        server.stop(signal.SIGKILL)


def test_a_note_that_is_typed_while_the_server_is_killed_keeps_every_word(
    chromium: Browser,  # noqa: F811 - the fixture
    live: Live,
    figures,
    long: bool,
) -> None:
    rng, kills = Random(5), LONG_KILLS if long else KILLS
    live.start()
    window = chromium.new_context(base_url=live.url, locale="en")
    window.set_default_timeout(PATIENCE * 1000)
    writer = Writer(window)
    for _number in range(kills):
        kept = writer.typed
        kill_while(live, lambda: writer.type(3), after=rng.uniform(0, LATEST_KILL))
        assert writer.stored().startswith(kept), "a word was lost that the record had"
        writer.type(1)
        writer.wait_until_kept()
    assert writer.box.input_value() == writer.typed
    window.close()
    assert live.stop() == 0
    verified = live.run("audit", "verify")
    assert verified.returncode == 0, verified.stdout
    figures.note(
        "crash",
        "kill -9 of the server while a note is typed",
        asserts="the record has every word in its order, once; the trail holds",
        SQLite=f"{kills} kills, {writer.words:,} words typed, 0 lost, 0 twice",
    )
