"""The treatment plan, from the referral's problems to the client's own answer, on a server of its own.

Two clinicians walk it: one with scripts, whose words are saved as they are typed, one without.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, axe, overflow, screenshot
from tests.live import Live

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A demo whose plans may be written."""
    site = Live(tmp_path_factory.mktemp("plans")).start()
    yield site
    assert site.stop() == 0


def begin(page: Page) -> None:
    """Open a client whose first plan is due, and begin it."""
    page.goto("/staff/treatment-plans/")
    rows = page.locator("tbody tr", has_text="First plan").filter(has_not_text="draft")
    rows.first.locator("th a").click()
    page.get_by_role("button", name="Write the plan").click()


def say(page: Page, label: str, words: str) -> None:
    """Fill the last field of that name."""
    page.get_by_label(re.compile("^" + re.escape(label))).last.fill(words)


def write(page: Page) -> None:
    """Take out what the record proposed, and write a plan of one problem, one goal and one objective."""
    takes = page.get_by_role("button", name=re.compile("^Take out: (Problem|Goal) "))
    while takes.count():
        takes.first.click()
    page.get_by_role("button", name="Add a problem").click()
    say(page, "Code (ICD-10-CM)", "F10.20")
    page.get_by_role("button", name="Add a goal").click()
    say(page, "In the client's own words", "I want to sing again")
    page.get_by_label("Belongs to").last.select_option(index=1)
    page.get_by_text("Take objectives from the library").last.click()
    page.locator("input[type=checkbox][name$=take]").first.check()
    page.get_by_role("button", name=re.compile("^Take over into")).last.click()
    say(page, "Today", "4 days")
    page.get_by_label("Strengths").fill("Sings")
    page.get_by_label("Done when").fill("Objectives reached at two reviews in a row")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_plan_is_written_signed_and_agreed_to(sign_in: Callable[..., Page], scripts: bool) -> None:
    page = sign_in("Therapist and facilitator", java_script_enabled=scripts)
    begin(page)
    write(page)
    page.get_by_role("button", name="Save and review").click()
    expect(page.get_by_role("heading", name="Review and sign the plan")).to_be_visible()
    if scripts:
        assert axe(page) == []
    page.get_by_label("Type your name to sign").fill("Tomás Averly-Demo")
    page.get_by_label(re.compile("^I sign this")).check()
    page.get_by_role("button", name="Sign the plan").click()
    expect(page.get_by_text("Plan signed.")).to_be_visible()
    expect(page.get_by_text("Alcohol dependence, uncomplicated").first).to_be_visible()
    page.get_by_role("link", name="Client or family signs").click()
    name = page.locator("h1").inner_text()
    page.get_by_label("I do not agree, and say why").check()
    page.get_by_label(re.compile("^In my words")).fill("Mornings are better for me")
    page.get_by_label("Type your name to sign").fill(name)
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("Mornings are better for me")).to_be_visible()
    screenshot(page, f"plan-{'with' if scripts else 'without'}-scripts")


def test_what_is_typed_is_saved_as_it_is_typed(sign_in: Callable[..., Page]) -> None:
    page = sign_in("Therapist and facilitator")
    begin(page)
    before = page.locator("#version").input_value()
    page.get_by_label("Strengths").fill("Two close friends")
    page.get_by_label("Barriers").focus()
    expect(page.locator("#version")).not_to_have_value(before)
    page.reload()
    expect(page.get_by_label("Strengths")).to_have_value("Two close friends")


@pytest.mark.parametrize("look", [{"viewport": NARROW}, {"color_scheme": "dark"}])
def test_the_client_reads_the_plan_and_answers(sign_in: Callable[..., Page], look: dict[str, object]) -> None:
    page = sign_in("Client", **look)
    page.get_by_role("link", name="My plan").first.click()
    expect(page.get_by_role("heading", name="My plan")).to_be_visible()
    assert axe(page) == []
    assert overflow(page) == 0
