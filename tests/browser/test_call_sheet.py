"""What to ask when you call: one sheet of paper, and a page that fits the smallest phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import axe, overflow

pytestmark = pytest.mark.browser
SMALLEST = {"width": 320, "height": 640}


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_longest_list_of_questions_is_one_sheet(
    context_of: Callable[..., BrowserContext], language: str
) -> None:
    page = context_of(viewport=SMALLEST, locale=language).new_page()
    page.goto("/find/?where=94098&level=iop")
    # A program of this installation tells most: its places, days and hours stand beside the questions.
    page.get_by_role("link", name=re.compile("Larkmoor House")).first.click()
    page.locator("a[href$='/call/']").click()
    expect(page.get_by_role("checkbox")).to_have_count(12)
    assert axe(page) == []
    assert overflow(page) == 0
    sheet = page.pdf(format="Letter")
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
