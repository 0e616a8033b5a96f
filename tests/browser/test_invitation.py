"""The invitation journey: staff make a link, a relative sets a password, and sees only what was released."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import NARROW, axe, overflow, screenshot

pytestmark = pytest.mark.browser
PASSWORD = "a kind word in the morning"


def test_a_mother_is_invited_and_sees_what_her_child_released(
    sign_in: Callable[..., Page], context_of: Callable[..., BrowserContext]
) -> None:
    staff = sign_in("Intake coordinator")
    staff.goto("/staff/consents/?show=all&track=adolescent")
    tidewell = staff.locator("#site option", has_text="Tidewell").get_attribute("value")
    staff.goto(f"/staff/consents/?show=all&track=adolescent&site={tidewell}")
    for address in staff.locator("tbody th a").evaluate_all(
        "all => all.map(one => one.getAttribute('href'))"
    ):
        staff.goto(address.replace("consents/", "portal/"))
        if staff.get_by_text("Invited, not used yet").count():
            break
    card = staff.locator(".card", has=staff.get_by_text("Invited, not used yet"))
    expect(card).to_contain_text("May see today: That I am in this program, My schedule")
    assert axe(staff) == []
    card.get_by_role("link", name="Send a new link").click()
    staff.get_by_role("button", name="Make the link").click()
    link = staff.get_by_label("Link", exact=True).input_value()
    assert axe(staff) == []

    window = context_of(viewport=NARROW)
    mother = window.new_page()
    mother.goto(urlsplit(link).path)
    assert overflow(mother) <= 0
    assert axe(mother) == []
    screenshot(mother, "invitation-390")
    mother.get_by_label("Choose a password").fill(PASSWORD)
    mother.get_by_label("Once more").fill(PASSWORD)
    mother.get_by_role("button", name="Open my page").click()
    expect(mother.locator("h1")).to_have_text("What I may see")
    assert axe(mother) == []
    mother.goto("/staff/clients/")
    expect(mother.get_by_role("heading", level=1)).to_have_text("There is nothing here for you")
    mother.goto(urlsplit(link).path)
    expect(mother.get_by_role("heading", level=1)).to_have_text("This link was used already")

    staff.goto(staff.url)
    staff.get_by_role("link", name="Portal").first.click()
    expect(staff.get_by_text("Has a way in")).to_be_visible()


def test_wrong_links_are_explained_on_a_phone(context_of: Callable[..., BrowserContext]) -> None:
    page = context_of(viewport=NARROW, locale="es", java_script_enabled=False).new_page()
    answer = page.goto("/welcome/abc/")
    assert answer is not None
    assert answer.status == 404
    assert page.locator("h1").inner_text() == "Este enlace no abre nada"
    assert overflow(page) <= 0
