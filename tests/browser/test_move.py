"""A session moved by form alone, and dragged over the board: refused in words, led to the same form."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import NARROW, WIDE, axe, enter_as, overflow, screenshot
from tests.live import Live

pytestmark = pytest.mark.browser
ANSWERED = ".drag-tip[data-tone=ok], .drag-tip[data-tone=warn], .drag-tip[data-tone=bad]"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server of its own: what is moved here stays moved."""
    site = Live(tmp_path_factory.mktemp("moved")).start()
    yield site
    assert site.stop() == 0
    assert not [line for line in site.said if "Traceback" in line]


@pytest.fixture
def week(own: Live, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open the director's board of next week, by days or by rooms."""
    opened = []

    def board(show: str = "groups", **options: object) -> Page:
        window = chromium.new_context(**{"base_url": own.url, "viewport": WIDE, "locale": "en"} | options)
        window.set_default_timeout(20_000)
        opened.append(window)
        page = window.new_page()
        enter_as(page, "Clinical director")
        page.goto(f"/staff/week/?show={show}")
        page.get_by_role("link", name="Next week").click()
        return page

    yield board
    for window in opened:
        window.close()


def drag(page: Page, item: Locator, place: Locator) -> None:
    """Hold an item over the middle of a place until the place is answered."""
    item.scroll_into_view_if_needed()
    one, other = item.bounding_box(), place.bounding_box()
    assert one is not None
    assert other is not None
    page.mouse.move(one["x"] + 12, one["y"] + 6)
    page.mouse.down()
    page.mouse.move(other["x"] + other["width"] / 2, one["y"] + 30, steps=4)
    page.locator(ANSWERED).wait_for()


def first_link(page: Page) -> str:
    href = page.locator("[data-move] a").first.get_attribute("href")
    assert href is not None
    return href


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_alone_shows_the_effect_first(week: Callable[..., Page], scheme: str) -> None:
    page = week(java_script_enabled=False, viewport=NARROW, color_scheme=scheme)
    page.goto(first_link(page))
    page.get_by_role("link", name="Move it to another day, time or room").click()
    page.get_by_label("From", exact=True).fill("23:00")
    page.get_by_role("button", name="See what it would do").click()
    expect(page.get_by_text("It would end after midnight.")).to_be_visible()
    expect(page.get_by_role("button", name="Move it")).to_have_count(0)
    assert overflow(page) == 0
    screenshot(page, f"move-form-390-{scheme}")


def test_the_form_and_its_answers_are_clean(week: Callable[..., Page]) -> None:
    page = week()
    assert axe(page) == []
    page.goto(f"{first_link(page)}move/")
    assert axe(page) == []
    page.get_by_role("button", name="See what it would do").click()
    expect(page.get_by_text("It stands there already.")).to_be_visible()
    assert axe(page) == []
    screenshot(page, "move-form-1440")


def test_a_place_is_refused_in_words_and_a_drop_there_leads_nowhere(week: Callable[..., Page]) -> None:
    page = week()
    board = page.url
    columns = page.locator("section[data-place]")
    for number in range(1, columns.count()):
        drag(page, page.locator("[data-move]").first, columns.nth(number))
        if page.locator(".drag-tip").get_attribute("data-tone") == "bad":
            break
        page.keyboard.press("Escape")
        page.mouse.up()
    said = page.locator("[data-aloud]").inner_text()
    assert len(said) > 20
    assert axe(page) == []
    screenshot(page, "move-refused-1440")
    page.mouse.up()
    assert page.url == board
    expect(page.locator(".drag-tip")).to_be_visible()


def test_a_drop_on_a_free_place_opens_the_form_with_it_and_moves(week: Callable[..., Page]) -> None:
    page = week()
    items, columns = page.locator("[data-move]"), page.locator("section[data-place]")
    for item, number in ((i, n) for i in range(4) for n in range(columns.count())):
        drag(page, items.nth(item), columns.nth(number))
        if page.locator(".drag-tip").get_attribute("data-tone") != "bad":
            break
        page.keyboard.press("Escape")
        page.mouse.up()
    page.mouse.up()
    page.wait_for_url("**/move/?**")
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_text("now meets on")).to_be_visible()


def test_the_private_address_is_shown_once_and_read_without_signing_in(
    week: Callable[..., Page], own: Live, chromium: Browser
) -> None:
    page = week(viewport=NARROW)
    page.goto("/accounts/calendar/")
    assert axe(page) == []
    page.get_by_role("button", name="Make an address").click()
    field = page.get_by_label("Copy it now")
    address = field.input_value()
    assert axe(page) == []
    assert overflow(page) == 0
    screenshot(page, "calendar-390")
    stranger = chromium.new_context()
    answer = stranger.request.get(address)
    assert answer.status == 200
    assert answer.text().startswith("BEGIN:VCALENDAR")
    page.goto("/accounts/calendar/")
    expect(field).to_have_count(0)
    page.get_by_role("button", name="End the address").click()
    assert stranger.request.get(address).status == 404
    stranger.close()
