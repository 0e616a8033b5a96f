"""The acceptance test: one referral from the file to hours attended, in a real browser, as each role in turn."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import WIDE, enter_as
from tests.browser.story import MONDAY, WEDNESDAY, Story, answer, live_at
from tests.live import Live
from tests.shared_data import shared

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's data as they are on that Monday; each test takes a copy."""
    folder = tmp_path_factory.mktemp("story")
    end(live_at(folder, MONDAY).start())
    return folder


@pytest.fixture
def on(built: Path, tmp_path: Path) -> Iterator[Callable[..., Live]]:
    """Start the server at a moment; the one before is stopped first, the data stay."""
    folder = tmp_path / "var"
    shutil.copytree(built, folder)
    running: list[Live] = []

    def start(moment: object) -> Live:
        while running:
            end(running.pop())
        running.append(live_at(folder, moment).start())  # type: ignore[arg-type]
        return running[-1]

    yield start
    for site in running:
        end(site)


def end(site: Live) -> None:
    """Stop the server; it ends cleanly and has nothing to complain of."""
    assert site.stop() == 0, "".join(site.said[-30:])
    assert not [line for line in site.said if "Traceback" in line]


def windows(chromium: Browser, site: Callable[[], Live], *, scripts: bool) -> Callable[[], Page]:
    """Return what opens a window onto the server that runs now."""

    def enter() -> Page:
        window = chromium.new_context(
            base_url=site().url, viewport=WIDE, locale="en", java_script_enabled=scripts
        )
        window.set_default_timeout(15_000)
        return window.new_page()

    return enter


@pytest.mark.parametrize(
    ("scripts", "bundle", "name"),
    [(True, "trey-leffler", "Trey Leffler"), (False, "robby-becker", "Robby Becker")],
    ids=["with-scripts", "without-scripts"],
)
def test_from_a_referral_to_hours_attended(
    scripts: bool, bundle: str, name: str, on: Callable[..., Live], chromium: Browser
) -> None:
    site = on(MONDAY)
    story = Story(
        windows(chromium, lambda: site, scripts=scripts),
        shared("fhir-samples", "fhir", f"synthea-{bundle}.json"),
        name,
    )
    story.intake_receives()
    story.client_signs()
    story.therapist_assesses()
    story.therapist_decides()
    story.therapist_admits()
    story.prescriber_certifies()
    story.client_signs_for_part_2()
    story.intake_places()
    site = on(WEDNESDAY)
    story.windows.clear()
    story.facilitator_marks()
    story.director_looks()
    story.reviewer_reads()
    story.nurse_looks()
    story.biller_counts()
    story.administrator_manages()
    story.client_sees_the_week()
    story.family_sees_what_was_released()
    story.auditor_reads()
    assert site.run("audit", "verify").returncode == 0


def test_the_same_person_twice_a_refusal_and_a_hand_on(on: Callable[..., Live], chromium: Browser) -> None:
    site = on(MONDAY)
    page = windows(chromium, lambda: site, scripts=True)()
    story = Story(lambda: page, shared("fhir-samples", "fhir", "synthea-clara-monta.json"), "Clara Montañez")
    story.intake_receives()

    # The very same file again: told, and led to where it is.
    page.goto("/staff/referrals/upload/")
    page.get_by_label("File").set_input_files(story.bundle)
    page.get_by_role("button", name="Upload and read").click()
    expect(page.locator("main")).to_contain_text("already received")

    # The same person by telephone: found as likely the same, and added to that record.
    take_enquiry(page, "Clara", "Montanez", born="1967-07-31", phone="555-748-4970")
    expect(page.locator("#accept")).to_contain_text("likely the same")
    page.get_by_label("It is Clara Montañez: add to that record").check()
    page.get_by_role("button", name="Accept").click()
    assert page.url == site.url + story.record

    # Somebody whom the program does not suit: declined with a reason, which is asked for.
    take_enquiry(page, "Otto", "Falwick-Demo")
    page.get_by_text("Decline", exact=True).click()
    page.get_by_role("button", name="Decline the referral").click()
    expect(page.locator("main")).to_contain_text("Choose a reason")
    page.get_by_label("Reason").select_option(label="Weekly care is enough")
    page.get_by_role("button", name="Decline the referral").click()
    expect(page.locator("#messages")).to_contain_text("The referral is declined.")

    # And somebody who is handed on to care that fits.
    take_enquiry(page, "Ilse", "Garmere-Demo")
    page.get_by_text("Refer the person on", exact=True).click()
    page.get_by_label("To whom or where").fill("County withdrawal unit")
    page.get_by_role("button", name="Refer on").click()
    expect(page.locator("#messages")).to_contain_text("referred on to County withdrawal unit")
    page.get_by_role("link", name="Referrals", exact=True).first.click()
    page.get_by_role("link", name="Referred on").click()
    expect(page.locator("tbody")).to_contain_text("Ilse Garmere-Demo")


def take_enquiry(page: Page, first: str, last: str, *, born: str = "", phone: str = "415-555-0188") -> None:
    """Write down who calls, and that they were spoken with."""
    enter_as(page, "Intake coordinator")
    page.get_by_role("link", name="Take an enquiry").click()
    page.get_by_label("First name").fill(first)
    page.get_by_label("Last name").fill(last)
    page.get_by_label("Telephone").first.fill(phone)
    if born:
        page.get_by_label("Birth date").fill(born)
    page.get_by_role("button", name="Save the enquiry").click()
    page.get_by_role("button", name="Note it").click()
    expect(page.locator("#contact")).to_contain_text("Reached in time")


def test_a_button_pressed_while_an_answer_is_on_its_way_waits_for_it(
    on: Callable[..., Live], chromium: Browser
) -> None:
    site = on(MONDAY)
    page = windows(chromium, lambda: site, scripts=True)()
    enter_as(page, "Therapist and facilitator")
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
