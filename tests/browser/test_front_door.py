"""The public side in a real browser: the journeys on a phone with and without scripts, in both languages; every page and state."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import NARROW, WIDE, axe, overflow, screenshot
from tests.live import Live

pytestmark = pytest.mark.browser

SMALLEST = {"width": 320, "height": 640}
"""An old phone."""
ZOOMED = {"width": 320, "height": 256}
"""What a window of 1280 x 1024 leaves of itself at a zoom of 400 %."""
PAGE_KILOBYTES = 250
ZIP = "94098"
"""Of the demo's first site."""
PRESSES = 200
SAYS = {
    "en": {
        "me": "I ask for myself", "stop": "Stop here", "send": "Send my answers to the program", "agree": "Yes, send",
        "agreed": "Send my answers", "thanks": "Thank you", "insured": "With insurance", "talk": "Book a first talk",
        "book": "Book this time", "booked": "It is booked.", "cancel": "Cancel this talk", "gone": "This talk is cancelled",
        "next": "Next", "about": "About $1,080", "ask": "Is it right for me?", "cost": "What would it cost?", "find": "Where is a place near me?", "search": "Search", "why": "Why this place",
        "language": "en",
    },
    "es": {
        "me": "Pregunto por mí", "stop": "Detenerse", "send": "Enviar mis respuestas al programa", "agree": "Sí, enviar",
        "agreed": "Enviar mis respuestas", "thanks": "Gracias", "insured": "Con un seguro", "talk": "Reservar una primera charla",
        "book": "Reservar esta hora", "booked": "Está reservada.", "cancel": "Cancelar esta charla",
        "gone": "Esta charla está cancelada", "next": "Siguiente", "about": "Unos $1,080", "ask": "¿Es lo indicado para mí?",
        "cost": "¿Cuánto costaría?", "find": "¿Dónde hay un lugar cerca de mí?", "search": "Buscar",
        "why": "Por qué este lugar", "language": "es",
    },
}  # fmt: skip


@pytest.fixture(params=["en", "en-scripts", "es", "es-scripts"])
def phone(
    request: pytest.FixtureRequest, context_of: Callable[..., BrowserContext]
) -> tuple[Page, dict[str, str]]:
    """A phone with or without scripts, at the first page."""
    language, _, scripts = request.param.partition("-")
    window = context_of(viewport=NARROW, java_script_enabled=bool(scripts), locale=language)
    page = window.new_page()
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", language)
    return page, SAYS[language]


def press(page: Page, name: str) -> None:
    """Press a button that sends a form to people, again while the page asks for once more: nobody is that quick."""
    for _ in range(PRESSES):
        page.get_by_role("button", name=name, exact=True).click()
        if page.get_by_text(re.compile("once more|otra vez")).count() == 0:
            return
    raise AssertionError("the form never went through")


def test_is_it_right_for_me_and_the_answers_are_sent(phone: tuple[Page, dict[str, str]]) -> None:
    page, says = phone
    page.get_by_role("link", name=says["ask"]).click()
    page.get_by_role("button", name=says["me"]).click()
    page.locator("[name=age]").fill("31")
    page.get_by_role("button", name=says["next"], exact=True).click()
    page.locator("button[value=finish]").click()
    screenshot(page, f"door-result-{says['language']}")
    page.get_by_role("button", name=says["send"]).click()
    page.locator("[name=first_name]").fill("Noor")
    page.locator("[name=phone]").fill("415-555-0150")
    page.get_by_label(says["agree"]).check()
    screenshot(page, f"door-send-{says['language']}")
    press(page, says["agreed"])
    expect(page.locator("h1")).to_have_text(says["thanks"])


def test_a_place_near_me_is_found_with_its_reasons_and_called(phone: tuple[Page, dict[str, str]]) -> None:
    page, says = phone
    page.get_by_role("link", name=says["find"]).click()
    page.locator("[name=where]").fill(ZIP)
    page.get_by_role("button", name=says["search"], exact=True).click()
    place = page.locator("article.card").first
    place.locator("summary", has_text=says["why"]).click()
    lines = place.locator("details li").all_inner_texts()
    parts = [re.findall(r"\d+[.,]\d|\d+", line.replace(",", "."))[-2:] for line in lines]
    points = re.search(r"(\d+)\D+100", place.locator("summary").inner_text())
    assert points
    assert sum(float(of) for _got, of in parts) == 100
    assert abs(sum(float(got) for got, _of in parts) - int(points[1])) <= 0.6
    screenshot(page, f"door-find-{says['language']}")
    name = place.locator("h3 a").inner_text()
    place.locator("h3 a").click()
    assert page.locator("h1").inner_text() in name
    assert page.locator("main a[href^='tel:']").count() >= 1
    screenshot(page, f"door-place-{says['language']}")


def test_my_location_is_asked_for_and_stays_out_of_the_address(
    context_of: Callable[..., BrowserContext],
) -> None:
    here = {"latitude": 37.871, "longitude": -122.512}
    page = context_of(viewport=NARROW, permissions=["geolocation"], geolocation=here).new_page()
    page.goto("/find/")
    page.locator("[data-locate]").click()
    expect(page.locator("article.card").first).to_be_visible()
    assert urlsplit(page.url).path == "/find/"
    assert urlsplit(page.url).query == ""


def test_what_would_it_cost_ends_with_a_figure_and_its_steps(phone: tuple[Page, dict[str, str]]) -> None:
    page, says = phone
    page.get_by_role("link", name=says["cost"]).click()
    page.get_by_role("button", name=says["insured"]).click()
    for answers in (
        {"active": "yes", "network": "in", "family": "no"},
        {"rule": "copay", "applies": "no"},
    ):
        for name, value in answers.items():
            page.locator(f"[name={name}][value={value}]").check()
        if "rule" in answers:
            page.locator("[name=copay]").fill("40")
        page.get_by_role("button", name=says["next"], exact=True).click()
    page.locator("button[value=finish]").click()
    expect(page.locator("h1")).to_have_text(says["about"])
    assert page.locator("ol.bullets li").count() >= 1
    assert page.locator("figure svg").count() == 1
    screenshot(page, f"door-cost-{says['language']}")


def test_a_first_talk_is_booked_and_taken_back(phone: tuple[Page, dict[str, str]]) -> None:
    page, says = phone
    page.get_by_role("link", name=says["talk"]).click()
    screenshot(page, f"door-times-{says['language']}")
    page.locator("button[name=time]").last.click()
    for _ in range(PRESSES):
        if "/talk/" in urlsplit(page.url).path and "/at/" not in page.url:
            break
        page.locator("button[name=time]").last.click()
    page.locator("[name=first_name]").fill("Noor")
    page.locator("[name=phone]").fill("415-555-0150")
    press(page, says["book"])
    expect(page.locator(".lede")).to_contain_text(says["booked"])
    page.get_by_role("button", name=says["cancel"]).click()
    expect(page.locator("h1")).to_have_text(says["gone"])


def states(page: Page) -> Iterator[str]:
    """Lead the page through every public page and state of the front door, and name each."""
    for name, address in PAGES.items():
        page.goto(address)
        yield name
    page.goto("/right-for-me/")
    page.locator("button[name=asker]").first.click()
    yield "question"
    page.locator("[name=age]").fill("old")
    page.locator("button[value=next]").click()
    yield "question-error"
    page.locator("button[value=finish]").click()
    yield "result"
    page.locator("button[formaction$='/answers/']").click()
    yield "send"
    page.locator("button[value=send]").click()
    yield "send-errors"
    for step in ("plan", "share", "limits", "paid", "program"):
        page.goto("/cost/")
        page.locator("button[value=insurance]").click()
        while page.locator("input[name=at]").get_attribute("value") != step:
            page.locator("button[value=skip]").click()
        yield f"cost-{step}"
    page.locator("button[value=finish]").click()
    yield "cost-unknown"
    page.goto("/cost/")
    page.locator("button[value=self]").click()
    page.locator("[name=billed]").fill("300")
    page.locator("button[value=next]").click()
    yield "cost-self"
    page.goto("/cost/")
    page.locator("button[value=medicaid]").click()
    yield "cost-public"
    yield from finder_states(page)


def finder_states(page: Page) -> Iterator[str]:
    """Lead the page through the finder: nowhere, found, nothing that fits, a place of ours, one of a list, a report."""
    page.goto("/find/?where=nowhere&level=iop")
    yield "find-nowhere"
    page.goto(f"/find/?where={ZIP}&payment=medicare&level=php")
    yield "find-filtered"
    page.goto(f"/find/?where={ZIP}")
    yield "find-found"
    addresses = [str(link.get_attribute("href")) for link in page.locator("article.card h3 a").all()]
    for link in page.locator("article.card summary").all():
        link.click()
    yield "find-why"
    page.goto(addresses[0])
    yield "place"
    page.goto(addresses[-1])
    yield "place-listed"
    page.goto(f"{addresses[-1]}report/")
    yield "report"
    page.locator("main form button").last.click()
    yield "report-errors"
    page.goto(f"{addresses[-1]}thanks/")
    yield "report-thanks"


PAGES = {
    "start": "/",
    "screener": "/right-for-me/",
    "cost": "/cost/",
    "program": "/at/rising-son/",
    "week": "/at/rising-son/about/a-week/",
    "questions": "/at/rising-son/about/questions/",
    "families": "/at/rising-son/about/families/",
    "times": "/at/rising-son/talk/",
    "enquire": "/enquire/rising-son/",
    "refer": "/at/rising-son/refer/",
    "thanks": "/enquire/thanks/",
    "find": "/find/",
    "find-how": "/find/how/",
    "letter": "/welcome/",
    "sign-in": "/accounts/login/",
    "doors": "/demo/",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_and_state_is_accessible(context_of: Callable[..., BrowserContext], scheme: str) -> None:
    page = context_of(viewport=WIDE, color_scheme=scheme, reduced_motion="reduce").new_page()
    faults = []
    for name in states(page):
        screenshot(page, f"door-{name}-1440-{scheme}")
        faults += [f"{name}: {fault}" for fault in axe(page)]
    assert faults == []


COVERED = """() => {
  window.scrollTo(0, document.documentElement.scrollHeight / 2);
  const rows = new Set();
  for (const one of document.querySelectorAll("body *")) {
    if (!["fixed", "sticky"].includes(getComputedStyle(one).position)) continue;
    const box = one.getBoundingClientRect();
    const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    if (box.width < innerWidth / 2 || !one.contains(seen)) continue;
    for (let row = Math.max(0, Math.round(box.top)); row < Math.min(innerHeight, box.bottom); row++) rows.add(row);
  }
  window.scrollTo(0, 0);
  return rows.size;
}"""


def covered(page: Page) -> int:
    """Return how many pixels of the window's height lie under what does not scroll away and is half as wide."""
    return int(page.evaluate(COVERED))


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_and_state_fits_320_pixels_and_weighs_little(
    context_of: Callable[..., BrowserContext], language: str
) -> None:
    """An old phone, and a window of 1280 pixels at 400 %: nothing is wider, nothing stands in the way of reading."""
    page = context_of(viewport=SMALLEST, color_scheme="dark", locale=language).new_page()
    sizes: dict[str, int] = {}
    page.on(
        "response", lambda answer: sizes.update({answer.url: int(answer.headers.get("content-length", 0))})
    )
    faults, heaviest = [], 0
    for name in states(page):
        screenshot(page, f"door-{name}-320-{language}")
        if page.locator("html").get_attribute("lang") != language:
            faults.append(f"{name} is not in {language}")
        if overflow(page) > 0:
            faults.append(f"{name} is {overflow(page)} px wider than the phone")
        page.set_viewport_size(ZOOMED)  # type: ignore[arg-type]
        if overflow(page) > 0 or covered(page) > ZOOMED["height"] // 3:
            faults.append(
                f"{name} at 400 %: {overflow(page)} px too wide, {covered(page)} px stay in the way"
            )
        page.set_viewport_size(SMALLEST)  # type: ignore[arg-type]
        whole = (len(page.content()) + sum(size for url, size in sizes.items() if "/static/" in url)) // 1000
        heaviest = max(heaviest, whole)
        if whole > PAGE_KILOBYTES:
            faults.append(f"{name} weighs {whole} kB")
    assert faults == []
    print(f"the heaviest public page weighs {heaviest} kB")


def test_no_page_asks_anything_outside_and_leaves_nothing_behind(
    context_of: Callable[..., BrowserContext], live: Live
) -> None:
    window = context_of(viewport=NARROW)
    page = window.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    assert len(list(states(page))) > 20
    assert [url for url in asked if not url.startswith((live.url + "/", "data:"))] == []
    cookies = window.cookies()
    assert {cookie["name"] for cookie in cookies} <= {"csrftoken"}
    # Gone with the window: no cookie has a day on which it ends.
    assert all(cookie["expires"] == -1 for cookie in cookies)
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
