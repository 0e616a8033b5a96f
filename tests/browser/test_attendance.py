"""Attendance of twelve people by keyboard alone, and by a plain form without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import NARROW, axe, enter_as, overflow, screenshot

pytestmark = pytest.mark.browser

MOST_KEYS = 40
"""A slow typist presses two keys a second: forty keys are twenty seconds."""


class Keys:
    """A keyboard that counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def __call__(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1


def counted(page: Page) -> list[str]:
    return page.locator("tbody td.num").all_inner_texts()


def test_twelve_are_marked_by_keyboard_alone_in_under_a_minute(
    sheet: str, context_of: Callable[..., BrowserContext]
) -> None:
    page = context_of().new_page()
    enter_as(page, "Therapist and facilitator")
    page.goto(sheet)
    keys = Keys(page)
    keys("a")  # everyone is present, but for these four:
    keys("ArrowDown", "ArrowDown", "l", *"+15", "ArrowDown")
    keys("ArrowDown", "x", "s", "Enter")
    keys("ArrowDown", "n")
    keys("ArrowDown", "e", *"-20")
    expect(page.locator("[data-marked]")).to_have_text("12 of 12 marked")
    screenshot(page, "attendance-typed")
    keys("Enter")
    expect(page.locator("#messages")).to_contain_text("Attendance saved: 12 people marked.")
    minutes = [text.replace("\xa0", " ") for text in counted(page)]
    assert minutes == [
        "50 min", "50 min", "35 min", "50 min", "0 min", "50 min", "0 min", "50 min", "30 min", "50 min",
        "50 min", "50 min",
    ]  # fmt: skip
    assert keys.pressed <= MOST_KEYS
    print(f"{keys.pressed} keys for twelve people")
    assert axe(page) == []


def test_the_same_works_as_a_plain_form(sheet: str, context_of: Callable[..., BrowserContext]) -> None:
    page = context_of(java_script_enabled=False).new_page()
    enter_as(page, "Therapist and facilitator")
    page.goto(sheet)
    rows = page.locator("tbody tr")
    rows.nth(0).get_by_role("radio", name="Present").check(force=True)
    rows.nth(1).get_by_role("radio", name="No-show").check(force=True)
    rows.nth(1).get_by_label("What stood in the way of Person01 Twelve01-Demo").select_option("ride")
    page.get_by_role("button", name="Save attendance").click()
    expect(page.locator("#messages")).to_contain_text("Attendance saved: 2 people marked.")
    assert [text.replace("\xa0", " ") for text in counted(page)[:3]] == ["50 min", "0 min", ""]


def test_on_a_phone_the_lines_are_cards(sheet: str, context_of: Callable[..., BrowserContext]) -> None:
    page = context_of(viewport=NARROW).new_page()
    enter_as(page, "Therapist and facilitator")
    page.goto(sheet)
    page.get_by_role("button", name="All present").click()
    expect(page.locator("[data-marked]")).to_have_text("12 of 12 marked")
    assert overflow(page) == 0
    assert axe(page) == []


def test_leaving_with_unsaved_marks_asks_first(sheet: str, context_of: Callable[..., BrowserContext]) -> None:
    page = context_of().new_page()
    enter_as(page, "Therapist and facilitator")
    page.goto(sheet)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.keyboard.press("p")
    page.goto("/")
    assert asked == ["beforeunload"]


def test_a_lost_connection_loses_nothing_typed(sheet: str, context_of: Callable[..., BrowserContext]) -> None:
    window = context_of()
    page = window.new_page()
    enter_as(page, "Therapist and facilitator")
    page.goto(sheet)
    page.keyboard.press("a")
    window.set_offline(True)
    page.get_by_role("button", name="Save attendance").click()
    expect(page.locator("[data-marked]")).to_contain_text("No connection. Nothing is lost")
    assert page.locator('[data-key="P"]:checked').count() == 12
    window.set_offline(False)
    page.get_by_role("button", name="Save attendance").click()
    expect(page.locator("#messages")).to_contain_text("Attendance saved: 12 people marked.")


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_without_a_seat_is_added_and_the_marks_typed_before_stay(
    sheet: str, context_of: Callable[..., BrowserContext], scripts: bool
) -> None:
    page = context_of(viewport=NARROW, java_script_enabled=scripts).new_page()
    enter_as(page, "Therapist and facilitator")
    page.goto(sheet)
    first = page.locator("[data-line]", has_text="Person00").locator("input[value=no_show]")
    first.check()
    who = page.get_by_label("Name", exact=True)
    last = sheet.split("/")[3]
    who.fill(last)
    with page.expect_navigation():
        who.press("Enter") if scripts else page.get_by_role("button", name="Find", exact=True).click()
    with page.expect_navigation():
        page.get_by_role("button", name=f"Add, present Wanda {last}-Demo").click()
    expect(page.locator("#walk-in")).to_contain_text(f"Wanda {last}-Demo is on the sheet for this date")
    added = page.locator("[data-line]", has_text=f"Wanda {last}-Demo")
    expect(added).to_contain_text("Came without a seat")
    expect(added.locator("input[value=present]")).to_be_checked()
    expect(first).to_be_checked()
    assert overflow(page) == 0
    if scripts:
        assert axe(page) == []
    with page.expect_navigation():
        page.get_by_role("button", name="Save attendance").click()
    expect(page.locator("#messages")).to_contain_text("Attendance saved: 1 person marked.")
