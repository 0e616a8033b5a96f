"""Before the group: from Today to one screen, read on a phone, and one page of paper for twelve people."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import BrowserContext, expect
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


def test_twelve_people_are_printed_on_one_page(sheet: str, context_of: Callable[..., BrowserContext]) -> None:
    page = context_of().new_page()
    enter_as(page, "Therapist and facilitator")
    page.goto("/staff/today/?who=all")
    page.locator('a[href*="/huddle/"]').first.click()
    for address in (page.url, sheet.replace("/attendance/", "/huddle/")):
        page.goto(address)
        assert len(PdfReader(BytesIO(page.pdf(format="Letter"))).pages) == 1
