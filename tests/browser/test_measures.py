"""A form from asking to the huddle's word: asked by staff, answered in Spanish on a phone by keyboard, read by staff."""

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
    """A demo in which forms may be filled in."""
    site = Live(tmp_path_factory.mktemp("measures")).start()
    yield site
    assert site.stop() == 0


def sound(page: Page, name: str) -> None:
    """Nothing that axe finds, nothing wider than the page."""
    assert axe(page) == []
    assert overflow(page) == 0
    screenshot(page, name)


def measures_of(staff: Page, name: str) -> str:
    """Return the address of a client's measures."""
    staff.goto(f"/staff/clients/?q={name}")
    staff.get_by_role("link", name=re.compile(name)).first.click()
    staff.get_by_role("link", name="Measures").click()
    staff.wait_for_load_state()
    return staff.url


def test_a_form_is_asked_answered_in_spanish_by_keyboard_and_read(sign_in: Callable[..., Page]) -> None:
    client = sign_in("Cliente", viewport=NARROW, locale="es")
    name = re.sub(r"^Hello, |^Hola, ", "", client.get_by_role("heading", level=1).inner_text())
    staff = sign_in("Therapist and facilitator")
    address = measures_of(staff, name)
    sound(staff, "measures-1440")
    staff.get_by_label("Form", exact=True).select_option("phq-9")
    staff.get_by_role("button", name="Ask in the portal").click()
    expect(staff.get_by_text("The form waits for the client in the portal.")).to_be_visible()

    client.goto("/me/measures/")
    sound(client, "portal-measures-390")
    client.get_by_role("link", name=re.compile("PHQ-9")).click()
    expect(client.get_by_text("9. Pensamientos de que estaría mejor muerto(a)")).to_be_visible()
    sound(client, "portal-measure-390")
    for number in range(1, 10):
        client.locator(f"#id_q{number}_0").focus()
        client.keyboard.press("ArrowDown")
        expect(client.locator(f"#id_q{number}_1")).to_be_checked()
    client.get_by_role("button", name="Enviar a mi equipo").focus()
    client.keyboard.press("Enter")
    expect(client.get_by_text("No tiene que pasar por esto a solas.")).to_be_visible()
    assert "de 27" not in client.locator("main").inner_text()
    sound(client, "portal-measure-done-390")

    staff.goto(address)
    staff.get_by_role("link", name=re.compile("^PHQ-9")).first.click()
    expect(staff.get_by_text("Stay with the client and look at it now")).to_be_visible()
    expect(staff.get_by_text("9 of 27")).to_be_visible()
    sound(staff, "measure-1440")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_staff_fill_a_form_in_on_a_phone(sign_in: Callable[..., Page], scheme: str) -> None:
    page = sign_in("Therapist and facilitator", viewport=NARROW, color_scheme=scheme)
    page.goto("/staff/clients/")
    page.locator("main table a[href*='/staff/clients/']").first.click()
    page.wait_for_load_state()
    page.goto(page.url + "measures/")
    sound(page, f"measures-390-{scheme}")
    page.get_by_label("Form", exact=True).select_option("bam-iop")
    page.get_by_role("button", name="Fill in now, together").click()
    expect(page.get_by_role("button", name="Finish and score")).to_be_visible()
    sound(page, f"measure-fill-390-{scheme}")
