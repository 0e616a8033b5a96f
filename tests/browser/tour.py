"""python -m tests.browser.tour SAMPLE: take the pictures of docs/tour.md anew.

SAMPLE is the shared Synthea bundle of Trey Leffler. The same day and seed give the same pictures.
"""

from __future__ import annotations

import base64
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import PROGRAMS, enter_as
from tests.browser.story import MONDAY, WEDNESDAY, Story, live_at
from tests.browser.test_front_door import ZIP
from tests.live import ROOT, Live

FOLDER = ROOT / "docs" / "tour"
SHRINK = """async picture => {
  const image = new Image();
  image.src = "data:image/png;base64," + picture;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), {width: image.width, height: image.height});
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", 0.85).split(",")[1];
}"""
WINDOW, PHONE = {"width": 1120, "height": 760}, {"width": 390, "height": 720}


def main(bundle: Path) -> None:
    """Tell the story once and keep a picture of each stop."""
    program = next(filter(None, map(shutil.which, PROGRAMS)))
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        site = live_at(Path(folder), MONDAY).start()
        story = Story(lambda: window(browser, site), bundle, "Trey Leffler", keep)
        try:
            front_door(window(browser, site), keep)
            front_door_in_spanish(window(browser, site, viewport=PHONE, locale="es"), keep)
            for step in (
                story.intake_receives, story.client_signs, story.therapist_assesses, story.therapist_decides,
                story.therapist_admits, story.prescriber_certifies, story.client_signs_for_part_2,
                story.intake_places,
            ):  # fmt: skip
                step()
            site.stop()
            site = live_at(Path(folder), WEDNESDAY).start()
            story.windows.clear()
            for step in (
                story.facilitator_marks, story.director_looks, story.auditor_reads, story.reviewer_reads,
                story.nurse_looks, story.biller_counts, story.administrator_manages, story.client_sees_the_week,
                story.family_sees_what_was_released,
            ):  # fmt: skip
                step()
            evening(window(browser, site), keep)
        finally:
            site.stop()
        browser.close()


def front_door(page: Page, look: Callable[[Page, str], None]) -> None:
    """The public side as somebody in a bad week meets it: three questions, a place, a sum with its steps, a talk."""
    page.goto("/")
    look(page, "d1-start")
    page.goto("/right-for-me/")
    page.locator("button[name=asker]").first.click()
    page.locator("[name=age]").fill("31")
    page.locator("button[value=next]").click()
    look(page, "d2-question")
    page.goto(f"/find/?where={ZIP}#results")
    look(page, "d6-find")
    page.locator("article.card h3 a").first.click()
    look(page, "d7-place")
    page.goto("/cost/")
    page.locator("button[value=insurance]").click()
    for answers in (
        {"active": "yes", "network": "in", "family": "no"},
        {"rule": "coinsurance", "applies": "yes"},
    ):
        for name, value in answers.items():
            page.locator(f"[name={name}][value={value}]").check()
        if "rule" in answers:
            page.locator("[name=pct]").fill("20")
        page.locator("button[value=next]").click()
    for amounts in (
        {"deductible": "1500", "maximum": "4000"},
        {"met_deductible": "1200", "met_maximum": "1300"},
        {"billed": "425"},
    ):
        for name, amount in amounts.items():
            page.locator(f"[name={name}]").fill(amount)
        if "deductible" in amounts:
            page.locator("[name=month]").select_option("1")
        page.locator("button[value=next]").click()
    look(page, "d3-cost")
    page.goto("/at/rising-son/talk/")
    look(page, "d4-talk")
    page.goto("/at/rising-son/about/first-day/")
    look(page, "d5-first-day")


def front_door_in_spanish(page: Page, look: Callable[[Page, str], None]) -> None:
    """The ends of the three journeys on a phone."""
    page.goto("/right-for-me/")
    page.locator("button[name=asker]").first.click()
    page.locator("button[value=finish]").click()
    look(page, "d8-result-es")
    page.goto(f"/find/?where={ZIP}#results")
    look(page, "d9-find-es")
    page.goto("/cost/")
    page.locator("button[value=self]").click()
    page.locator("[name=billed]").fill("375")
    page.locator("button[value=next]").click()
    look(page, "d10-cost-es")


def evening(page: Page, look: Callable[[Page, str], None]) -> None:
    """The care record: before a group, a note that becomes many charts, one of them, a plan with its ratings."""
    enter_as(page, "Therapist and facilitator")
    page.goto("/staff/today/?who=all")
    page.locator('a[href*="/huddle/"]').first.click()
    look(page, "e1-huddle")
    page.goto("/staff/unsigned/")
    look(page, "e2-my-notes")
    page.locator('form[action*="/sessions/"] button').first.click()
    page.locator("[name=f-topic]").fill("The first ten minutes of an urge")
    page.locator("[name=f-interventions]").fill("Drew the curve of an urge, then surfed one together.")
    for number, field in enumerate(page.locator("textarea[name$=-response]").all()):
        field.fill(f"Named {number + 2} triggers of the week and chose one skill for each.")
    for field in page.locator("select[name$=-participation], select[name$=-risk]").all():
        field.select_option(index=1)
    for field in page.locator("select[name$=-objective]").all():
        more = field.locator("option").count() > 1
        reason = page.locator(
            f"[name={str(field.get_attribute('name')).replace('objective', 'no_objective')}]"
        )
        field.select_option(index=1) if more else reason.fill("The plan is being written.")
    expect(page.locator("[data-saved]")).to_contain_text("Saved at")
    look(page, "e3-group-note")
    page.get_by_role("button", name="Review and sign").click()
    page.get_by_label("Type your name to sign").fill("Tomás Averly-Demo")
    page.get_by_label("I sign this.").check()
    page.get_by_role("button", name="Sign every chart").click()
    page.locator("tbody a").first.click()
    look(page, "e4-chart")
    page.get_by_role("link", name="Treatment plan").last.click()
    look(page, "e5-plan")


def window(browser: Browser, site: Live, **options: Any) -> Page:
    """Open a window of the pictures' size."""
    usual = {"base_url": site.url, "viewport": WINDOW, "locale": "en", "reduced_motion": "reduce"}
    return browser.new_context(**usual | options).new_page()


def keep(page: Page, name: str) -> None:
    """Keep what the window shows: the top of the page, or the part that its address names."""
    if "#" not in page.url:
        page.evaluate("window.scrollTo(0, 0)")
    blank = page.context.new_page()
    picture = base64.b64encode(page.screenshot()).decode()
    (FOLDER / f"{name}.webp").write_bytes(base64.b64decode(blank.evaluate(SHRINK, picture)))
    blank.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
