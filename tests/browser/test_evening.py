"""A facilitator's evening: huddle, group, one note that becomes twelve charts, a correction, a second signature.

The note is typed by keyboard alone. A typist of forty words a minute presses two hundred keys in one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import NARROW, axe, enter_as, overflow, screenshot
from tests.browser.test_attendance import Keys
from tests.live import Live

pytestmark = pytest.mark.browser
KEYS_A_MINUTE = 200
MOST_MINUTES = 5
SAID = (
    "Named Friday.",
    "Felt calmer.",
    "Spoke of work.",
    "Tried it twice.",
    "Asked for help.",
    "Slept well.",
)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A demo whose charts may be written."""
    site = Live(tmp_path_factory.mktemp("evening")).start()
    yield site
    assert site.stop() == 0
    assert not [line for line in site.said if "Traceback" in line]


def write(page: Page, keys: Keys, people: int) -> None:
    """Write the group's part once and a line for each person, from the first field on."""
    page.locator("[name=f-topic]").focus()
    for words in ("Urges pass", "", "Surfed an urge", ""):
        keys(*words, "Tab")
        # The quick phrases below a question are stops of their own.
        while page.evaluate("document.activeElement.matches('[data-phrase]')"):
            keys("Tab")
    for number in range(people):
        keys("Tab", "ArrowDown", "Tab")  # How they came is left; took part: the first answer.
        keys(*SAID[number % len(SAID)], "Tab")
        keys(
            "ArrowDown", "Tab", "Tab", "Tab", "Tab"
        )  # No sign of risk; nothing more to say; no plan is signed.
        keys(*"No plan yet", "Tab")


def sign(page: Page, name: str, button: str) -> None:
    """Sign as the demo asks."""
    page.get_by_label("Type your name to sign").fill(name)
    page.get_by_label("I sign this.").check()
    page.get_by_role("button", name=button, exact=True).click()


def test_one_note_becomes_twelve_charts_and_a_correction_loses_no_word(
    sheet: str, context_of: Callable[..., BrowserContext]
) -> None:
    page = context_of().new_page()
    enter_as(page, "Therapist and facilitator")
    page.goto(sheet.replace("/attendance/", "/huddle/"))
    expect(page.locator("tbody tr")).to_have_count(12)
    page.get_by_role("link", name="Take attendance").click()
    page.get_by_role("button", name="All present").click()
    page.get_by_role("button", name="Save attendance").click()
    expect(page.locator("#messages")).to_contain_text("Attendance saved: 12 people marked.")
    page.get_by_role("button", name="Write the group note").click()
    keys = Keys(page)
    write(page, keys, 12)
    expect(page.locator("[data-saved]")).to_contain_text("Saved at")
    screenshot(page, "evening-note")
    page.get_by_role("button", name="Review and sign").click()
    expect(page.get_by_text("still missing")).to_have_count(0)
    assert axe(page) == []
    sign(page, "Tomás Averly-Demo", "Sign every chart")
    expect(page.locator("#messages")).to_contain_text("12 charts signed.")
    print(f"{keys.pressed} keys for twelve charts: {keys.pressed / KEYS_A_MINUTE:.1f} minutes of typing")
    assert keys.pressed <= KEYS_A_MINUTE * MOST_MINUTES
    charts = page.locator("tbody a")
    assert charts.count() == 12
    charts.nth(3).click()
    text = page.locator("main").inner_text()
    assert "Tried it twice." in text
    assert not [n for n in range(12) if n != 3 and f"Person{n:02d}" in text]
    screenshot(page, "evening-chart")
    correct(page, sheet)


def correct(page: Page, sheet: str) -> None:
    """Correct the roster after signing: the chart gets its next version, and the former one stays."""
    page.goto(sheet)
    line = page.locator("[data-line]", has_text="Person03")
    line.locator("input[value=left_early]").check(force=True)
    line.locator("input[name^=left-]").fill("-20")
    page.fill("#why", "He left twenty minutes early")
    page.get_by_role("button", name="Save attendance").click()
    expect(page.locator("#messages")).to_contain_text("1 mark corrected")
    page.goto("/staff/unsigned/")
    row = page.locator("tbody tr", has_text="He left twenty minutes early")
    expect(row).to_contain_text("New version to sign")
    row.locator("th a").click()
    expect(page.locator("main")).to_contain_text("What version 2 changed")
    assert axe(page) == []
    page.get_by_role("link", name="Go on with the draft").click()
    page.get_by_role("button", name="Review and sign").click()
    sign(page, "Tomás Averly-Demo", "Sign the note")
    text = page.locator("main").inner_text()
    assert "Amended" in text
    assert "Version 1: Tomás Averly-Demo" in text
    assert "Tried it twice." in text
    screenshot(page, "evening-corrected")


def test_on_a_phone_one_line_is_open_and_the_others_say_how_they_stand(
    sheet: str, context_of: Callable[..., BrowserContext]
) -> None:
    page = context_of(viewport=NARROW).new_page()
    enter_as(page, "Therapist and facilitator")
    page.goto(sheet)
    page.get_by_role("button", name="All present").click()
    page.get_by_role("button", name="Save attendance").click()
    page.get_by_role("button", name="Write the group note").click()
    lines = page.locator("details[data-person]")
    expect(lines).to_have_count(12)
    opened = page.locator("details[data-person][open]")
    expect(opened).to_have_count(1)
    expect(opened).to_contain_text("Person00")
    opened.get_by_label("Took part").select_option(index=1)
    opened.locator("textarea").first.fill("Named Friday.")
    opened.get_by_label("Risk", exact=True).select_option(index=1)
    opened.get_by_label("Or why none").fill("No plan yet")
    expect(lines.first.locator("[data-done]")).to_be_visible()
    expect(lines.first.locator("[data-missing]")).to_be_hidden()
    expect(lines.nth(1).locator("[data-missing]")).to_be_visible()
    expect(lines.nth(1).locator("[data-missing]")).to_contain_text("To fill in: 4")
    lines.nth(1).locator("summary").press("Enter")
    expect(opened).to_have_count(1)
    expect(opened).to_contain_text("Person01")
    assert (axe(page), overflow(page)) == ([], 0)
    screenshot(page, "evening-phone")
    page.reload()
    expect(opened).to_contain_text("Person01")


def test_a_supervisor_signs_beside_somebody_without_a_license(
    context_of: Callable[..., BrowserContext],
) -> None:
    page = context_of().new_page()
    enter_as(page, "Clinical director")
    page.goto("/staff/unsigned/")
    waiting = page.locator('a[href*="/cosign/"]')
    before = waiting.count()
    waiting.first.click()
    page.get_by_label("I sign beside the author").check()
    sign(page, "Clara Whitlow-Demo", "Sign")
    expect(page.locator("#messages")).to_contain_text("Note co-signed.")
    expect(waiting).to_have_count(before - 1)
