"""Without a mouse: every control is reached, seen and left again; pages hold at 320 pixels and without motion."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import overflow

pytestmark = pytest.mark.browser

INTAKE = ("Intake coordinator", ("/staff/referrals/", "/staff/clients/", "/staff/week/"))
THERAPIST = ("Therapist and facilitator", ("/staff/today/", "/staff/hours/"))
DIRECTOR = ("Clinical director", ("/staff/board/", "/staff/audit/"))
PAGES = [(role, path) for role, paths in (INTAKE, THERAPIST, DIRECTOR) for path in paths]

PARTS_OF_A_DATE = 5
"""A field for a date takes Tab once for each of its parts, and once for its calendar."""

STOPS = """() => {
  const all = 'a[href], button, input, select, textarea, summary, [tabindex]';
  const groups = new Set();
  return [...document.querySelectorAll(all)].filter(one => {
    if (one.tabIndex < 0 || one.disabled || one.type === 'hidden' || !one.checkVisibility()) return false;
    if (one.type !== 'radio') return true;
    // A group of radio buttons is one stop.
    if (groups.has(one.name)) return false;
    groups.add(one.name);
    return true;
  }).length;
}"""
"""How many places Tab should stop at."""

WHERE = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const key = at.type === 'radio' ? 'radio ' + at.name : (at.dataset.stop ??= 'stop ' + Math.random());
  const drawn = [at, at.closest('label'), at.closest('.slot')].some(one => {
    const style = one && getComputedStyle(one);
    return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  });
  const box = at.getBoundingClientRect();
  const x = Math.min(Math.max(box.x + box.width / 2, 1), innerWidth - 1);
  const y = Math.min(Math.max(box.y + Math.min(box.height / 2, innerHeight / 2), 1), innerHeight - 1);
  const hit = document.elementFromPoint(x, y);
  const shown = box.width > 0 && hit && (at.contains(hit) || hit.contains(at) || hit.closest('label')?.control === at);
  return {key, drawn, shown: Boolean(shown), html: at.outerHTML.slice(0, 140)};
}"""
"""Where the focus is, whether an outline says so, and whether nothing covers it."""


def enter_by_keyboard(page: Page, role: str) -> None:
    """Sign in at the demo's door by Tab and Enter."""
    page.goto("/demo/")
    tab_to(page, lambda: role in focused_text(page).splitlines())
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/staff/"))


def tab_to(page: Page, arrived: Callable[[], bool], most: int = 200) -> None:
    """Press Tab until the place is reached."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if arrived():
            return
    raise AssertionError(f"Tab did not get there in {most} steps")


def focused_text(page: Page) -> str:
    """Return the words of what has the focus."""
    return str(page.evaluate("(document.activeElement.innerText ?? '').trim()"))


@pytest.fixture
def page(context_of: Callable[..., BrowserContext]) -> Page:
    """A window of its own."""
    return context_of().new_page()


@pytest.mark.parametrize(("role", "path"), PAGES, ids=[path for _role, path in PAGES])
def test_tab_visits_every_control_shows_it_and_comes_out_again(page: Page, role: str, path: str) -> None:
    enter_by_keyboard(page, role)
    faults, visited, expected = walk_by_tab(page, path)
    assert faults == []
    assert visited == expected


def test_the_attendance_sheet_is_walked_by_tab_too(page: Page, sheet: str) -> None:
    enter_by_keyboard(page, "Therapist and facilitator")
    faults, visited, expected = walk_by_tab(page, sheet)
    assert faults == []
    assert visited == expected


def walk_by_tab(page: Page, path: str) -> tuple[list[str], int, int]:
    """Press Tab through a whole page; return what was not seen well, how many stops there were, and should be."""
    page.goto(path)
    page.wait_for_load_state("networkidle")
    expected = page.evaluate(STOPS)
    seen: dict[str, str] = {}
    faults = []
    last = ""
    for _press in range(expected * PARTS_OF_A_DATE):
        page.keyboard.press("Tab")
        place = page.evaluate(WHERE)
        if place is None or place["key"] == last:
            continue  # between the page's end and its start, or at the next part of a date
        if place["key"] in seen:
            break
        last = place["key"]
        seen[place["key"]] = place["html"]
        if not place["drawn"]:
            faults.append(f"no outline: {place['html']}")
        if not place["shown"]:
            faults.append(f"covered: {place['html']}")
    else:
        faults.append("the focus never came round")
    return faults, len(seen), expected


@pytest.mark.parametrize("path", ["/staff/referrals/", "/staff/clients/"])
def test_the_first_stop_skips_to_the_content(page: Page, path: str) -> None:
    enter_by_keyboard(page, "Intake coordinator")
    page.goto(path)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_client_is_found_and_opened_without_a_mouse(page: Page) -> None:
    enter_by_keyboard(page, "Intake coordinator")
    page.goto("/staff/clients/")
    name = page.locator("tbody th a").first.inner_text()
    last = name.split(",", maxsplit=1)[0]
    page.locator("h1").evaluate("one => document.activeElement.blur()")
    page.keyboard.press("/")
    expect(page.locator("[data-find]")).to_be_focused()
    page.keyboard.type(last)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, lambda: focused_text(page) == name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(last)


def test_the_pipeline_s_first_referral_opens_without_a_mouse(page: Page) -> None:
    enter_by_keyboard(page, "Intake coordinator")
    page.goto("/staff/referrals/")
    name = page.locator("tbody th a").first.inner_text()
    tab_to(page, lambda: focused_text(page) == name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_the_account_menu_opens_takes_the_focus_and_closes(page: Page) -> None:
    enter_by_keyboard(page, "Intake coordinator")
    opener = page.locator("[popovertarget=account-menu]")
    tab_to(page, lambda: bool(opener.evaluate("one => one === document.activeElement")))
    page.keyboard.press("Enter")
    expect(page.locator("#account-menu")).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#account-menu').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(page.locator("#account-menu")).to_be_hidden()
    expect(opener).to_be_focused()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("role", "path"), PAGES, ids=[path for _role, path in PAGES])
def test_no_page_scrolls_sideways_at_320_pixels(
    context_of: Callable[..., BrowserContext], role: str, path: str, language: str
) -> None:
    window = context_of(viewport={"width": 320, "height": 640})
    page = window.new_page()
    enter_by_keyboard(page, role)
    window.add_cookies([{"name": "django_language", "value": language, "domain": "127.0.0.1", "path": "/"}])
    page.goto(path)
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert overflow(page) <= 0


def test_nothing_moves_for_those_who_asked_for_stillness(context_of: Callable[..., BrowserContext]) -> None:
    page = context_of(reduced_motion="reduce").new_page()
    enter_by_keyboard(page, "Intake coordinator")
    moving = page.evaluate(
        """() => [...document.querySelectorAll('*')].filter(one => {
          const style = getComputedStyle(one);
          return parseFloat(style.transitionDuration) > 0 || style.animationName !== 'none';
        }).map(one => one.outerHTML.slice(0, 120))"""
    )
    assert moving == []
