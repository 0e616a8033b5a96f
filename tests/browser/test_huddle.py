"""Before the group: from Today to one screen, read on a phone, and one page of paper for twelve people."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader

from tests.browser.conftest import NARROW, axe, enter_as, overflow, screenshot

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("size", "scheme"), [({"width": 1440, "height": 900}, "light"), (NARROW, "dark")])
def test_everyone_of_the_room_is_on_one_screen(
    sheet: str, context_of: Callable[..., BrowserContext], size: dict[str, int], scheme: str
) -> None:
    page = context_of(viewport=size, color_scheme=scheme).new_page()
    enter_as(page, "Therapist and facilitator")
    page.goto(sheet.replace("/attendance/", "/huddle/"))
    expect(page.locator("tbody tr")).to_have_count(12)
    expect(page.get_by_role("heading", level=1)).to_have_text("Before the group: Twelve")
    assert axe(page) == []
    assert overflow(page) == 0
    screenshot(page, f"huddle-{size['width']}")


def coming_huddle(page: Page) -> str:
    """Return the huddle of a demo group within the next days: no groups meet on Sundays and holidays."""
    for number in range(7):
        page.goto("/staff/today/?who=all") if number == 0 else page.get_by_role(
            "link", name="Next day"
        ).click()
        page.wait_for_load_state()
        links = page.locator('a[href*="/huddle/"]')
        if links.count():
            return str(links.first.get_attribute("href"))
    raise AssertionError("no group meets within a week")


def test_twelve_people_are_printed_on_one_page(sheet: str, context_of: Callable[..., BrowserContext]) -> None:
    page = context_of().new_page()
    enter_as(page, "Therapist and facilitator")
    for address in (coming_huddle(page), sheet.replace("/attendance/", "/huddle/")):
        page.goto(address)
        assert len(PdfReader(BytesIO(page.pdf(format="Letter"))).pages) == 1
