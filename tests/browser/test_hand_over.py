"""The tablet journey: staff prepare and hand over, the client signs by hand, staff take the device back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import NARROW, axe, enter_as, overflow, screenshot
from tests.live import Live

pytestmark = pytest.mark.browser

TABLET = {"width": 820, "height": 1180}


def to_someone_with_something_to_sign(page: Page) -> str:
    """Open the first client of the list whom the device can be handed to; return their address."""
    page.goto("/staff/consents/")
    row = page.locator("tbody tr", has=page.get_by_text("Not prepared")).first
    address = row.locator("th a").get_attribute("href") or ""
    page.goto(address.removesuffix("consents/"))
    return address


def test_a_tablet_is_handed_over_signed_on_and_taken_back(sign_in: Callable[..., Page], live: Live) -> None:
    page = sign_in("Intake coordinator", viewport=TABLET, has_touch=True)
    chart = to_someone_with_something_to_sign(page)
    name = page.locator("h1").inner_text()
    page.get_by_role("button", name="Prepare and hand the device over").click()

    expect(page.locator("h1")).to_have_text(f"Forms for {name}")
    for address in (chart, "/staff/clients/", "/demo/", "/", "/accounts/login/"):
        page.goto(address)
        assert page.url == f"{live.url}/sign/", address
    page.go_back()
    assert "/sign/" in page.url
    assert axe(page) == []
    screenshot(page, "device-start")

    page.get_by_role("link", name="Begin").click()
    expect(page.get_by_role("heading", name="In short")).to_be_visible()
    assert axe(page) == []
    pad = page.locator("canvas[data-signature]")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 20 + step * 22, box["y"] + 60 + (18 if step % 2 else -18))
    page.mouse.up()
    page.get_by_label("I have read this and sign it electronically").check()
    screenshot(page, "device-form")
    page.get_by_role("button", name="Sign").click()

    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    page.get_by_role("link", name="For staff: take the device back").click()
    page.get_by_label("Your password").fill("wrong")
    page.get_by_role("button", name="Unlock this device").click()
    expect(page.get_by_text("The password is not right.").first).to_be_visible()
    assert axe(page) == []
    page.get_by_label("Your password").fill("demo")
    page.get_by_role("button", name="Unlock this device").click()
    expect(page.get_by_text("The device is yours again: 1 form signed.")).to_be_visible()
    assert page.url == live.url + chart


def test_without_scripts_a_typed_name_signs_on_a_phone(
    context_of: Callable[..., BrowserContext],
) -> None:
    page = context_of(viewport=NARROW, java_script_enabled=False).new_page()
    enter_as(page, "Intake coordinator")
    page.goto("/staff/consents/")
    row = page.locator("tbody tr", has=page.get_by_text("To sign", exact=True)).first
    row.get_by_role("button", name=re.compile("^Hand the device to")).click()
    page.get_by_role("link", name="Begin").click()
    assert page.locator("canvas").count() == 0 or not page.locator("canvas").first.is_visible()
    said = page.locator("#id_name_hint").inner_text()
    page.get_by_label("Type your full name").fill(said.removeprefix("As it is written here: ").rstrip("."))
    page.get_by_label("I have read this and sign it electronically").check()
    page.get_by_role("button", name="Sign").click()
    assert page.locator("h1").inner_text() == "Thank you"
    page.goto("/sign/back/")
    page.get_by_label("Your password").fill("demo")
    page.get_by_role("button", name="Unlock this device").click()
    assert "1 form signed" in page.locator("#messages").inner_text()


def test_the_device_fits_a_phone(sign_in: Callable[..., Page]) -> None:
    page = sign_in("Intake coordinator", viewport=NARROW)
    page.goto("/staff/consents/")
    page.get_by_role("button", name=re.compile("^Hand the device to")).first.click()
    for address in ("/sign/", page.get_by_role("link", name="Begin").get_attribute("href"), "/sign/back/"):
        page.goto(address or "")
        assert overflow(page) <= 0, address
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
