"""The assessment saves itself while it is filled in; a button pressed meanwhile waits for that."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.story import answer

pytestmark = pytest.mark.browser


def test_a_button_pressed_while_an_answer_is_on_its_way_waits_for_it(sign_in: Callable[..., Page]) -> None:
    page = sign_in("Therapist and facilitator")
    waiting = page.locator("#tasks li", has_text="Assess the level of care")
    waiting.get_by_role("link").first.click()
    page.get_by_role("button", name="Begin an assessment").click()
    held: list[Route] = []
    page.route("**/so-far/", lambda route: held.append(route))  # noqa: PLW0108 - Playwright wants a function

    with page.expect_request("**/so-far/"):
        answer(page, "cssrs_q1", "no")
    page.get_by_role("button", name="Save", exact=True).click(no_wait_after=True)
    assert len(held) == 1
    held[0].continue_()

    expect(page.locator("#messages")).to_contain_text("Assessment saved.")
    expect(page.locator("main")).not_to_contain_text("Someone else saved this assessment meanwhile")
    expect(page.locator("input[name=cssrs_q1][value=no]")).to_be_checked()
