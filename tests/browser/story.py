"""One client's path, told as each role clicks it: for the acceptance test, and for the pictures of the tour.

Every step signs in at the demo's door, does what that person does, and leaves by what the page says next.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.conftest import enter_as
from tests.live import Live

MONDAY = datetime(2026, 11, 9, 16, 5, tzinfo=UTC)
"""Five past eight in California; the eight weeks behind it cross the end of daylight saving time."""
WEDNESDAY = datetime(2026, 11, 11, 20, 10, tzinfo=UTC)
"""Ten past noon, two days on: the first group is over."""
CLOCK = Path(__file__).resolve().parent.parent / "clock"
THERAPIST, PRESCRIBER = "Tomás Averly-Demo", "Sana Weller-Demo"

CALM = dict.fromkeys(
    "cssrs_q1 cssrs_q2 cssrs_q6 harm_others violence_in_group command_voices acute_psychosis acute_mania delirium "
    "needs_24h sedatives_daily ghb_use opioid_use pregnant chest_pain fainting uncontrolled_condition "
    "eating_concern home_unsafe cannot_follow_group intoxicated_now consent_obstacle cut_down_72h withdrawal_signs "
    "withdrawal_complicated withdrawal_history".split(),
    "no",
)
ANSWERS = {"substance_use": "yes", "alcohol_pattern": "some"} | CALM | {
    "phq9_item9": "0", "self_harm": "none", "d_safety": "0",
    "d_substances": "2", "d_body": "1", "d_mind": "1", "d_daily": "3", "d_surroundings": "2",
    "support_person": "yes", "hours_available": "12", "diagnosis": "made", "current_care": "outpatient",
    "outpatient_tried": "not_enough", "iop_tried": "not_tried", "step_down_from": "none", "readiness": "ready",
}  # fmt: skip
"""What brings up other questions comes first. A man of 69 who drinks, safe today, whose daily life has stopped: the rules ask for partial hospitalization."""


def live_at(folder: Path, moment: datetime) -> Live:
    """Return the real server on that folder, not yet started, living from a moment on."""
    site = Live(folder)
    site.env |= {
        "PYTHONPATH": f"{CLOCK}:{site.env['PYTHONPATH']}",
        "TEST_NOW": moment.isoformat(),
    }
    return site


def nothing(_page: Page, _name: str) -> None:
    """Take no picture."""


@dataclass
class Story:
    """The path of one person. `enter` opens a window; `look` is called where a picture is worth keeping."""

    enter: Callable[[], Page]
    bundle: Path
    name: str
    look: Callable[[Page, str], None] = nothing
    record: str = ""
    windows: dict[str, Page] = field(default_factory=dict)

    def as_(self, role: str) -> Page:
        """Return the window of a role, at its first screen."""
        page = self.windows.get(role) or self.windows.setdefault(role, self.enter())
        enter_as(page, role)
        return page

    def open_record(self, page: Page) -> None:
        """Find the client by name, as everybody does."""
        page.get_by_label("Find a client").fill(self.name.split()[-1])
        page.get_by_label("Find a client").press("Enter")
        page.locator("main").get_by_role("link", name=re.compile(self.name.split()[-1])).first.click()
        expect(page.locator("h1")).to_have_text(self.name)

    # The way in -----------------------------------------------------------------------------------------

    def intake_receives(self) -> None:
        """Upload the referral, note the call, accept it: record, referral and history in one action."""
        page = self.as_("Intake coordinator")
        expect(page.locator("h1")).to_have_text("Referrals")
        self.look(page, "01-pipeline")
        page.get_by_role("link", name="Upload a referral").click()
        page.get_by_label("File").set_input_files(self.bundle)
        page.get_by_role("button", name="Upload and read").click()
        expect(page.locator("h1")).to_have_text(self.name)
        self.look(page, "02-review")
        page.get_by_role("button", name="Note it").click()
        expect(page.locator("#contact")).to_contain_text("Reached in time")
        page.get_by_role("button", name="Accept: record, referral and history").click()
        expect(page.locator("#next")).to_contain_text("To sign: Consent to treatment")
        self.record = urlsplit(page.url).path
        self.look(page, "03-record")

    def client_signs(self) -> None:
        """Hand the device over; the client reads and signs; staff take it back."""
        page = self.as_("Intake coordinator")
        self.open_record(page)
        page.get_by_role("link", name=re.compile("^To sign")).first.click()
        page.get_by_role("button", name="Prepare and hand the device over").click()
        expect(page.locator("h1")).to_have_text(f"Forms for {self.name}")
        page.get_by_role("link", name="Begin").click()
        self.look(page, "04-sign")
        while page.locator("h1").inner_text() != "Thank you":
            page.get_by_label("Type your full name").fill(self.name)
            page.get_by_label("I have read this and sign it electronically").check()
            page.get_by_role("button", name="Sign", exact=True).click()
        page.get_by_role("link", name="For staff: take the device back").click()
        page.get_by_label("Your password").fill("demo")
        page.get_by_role("button", name="Unlock this device").click()
        expect(page.locator("#messages")).to_contain_text("The device is yours again")

    # Level of care --------------------------------------------------------------------------------------

    def therapist_assesses(self) -> None:
        """Find the person in what waits, ask every question, sign; the rules say why."""
        page = self.as_("Therapist and facilitator")
        page.locator("#tasks").get_by_role("link", name=self.name).click()
        page.get_by_role("button", name="Begin an assessment").click()
        for name, value in ANSWERS.items():
            answer(page, name, value)
        self.look(page, "05-assess")
        page.get_by_role("button", name="Save and review").click()
        expect(page.locator("main")).to_contain_text("The answers point to: Partial hospitalization.")
        sign(page, THERAPIST, "Sign the assessment")
        expect(page.locator("main")).to_contain_text("Why not higher")
        self.look(page, "06-determination")

    def therapist_decides(self) -> None:
        """Decide another level: the page insists on a reason and words, and keeps what was typed."""
        page = self.windows["Therapist and facilitator"]
        page.get_by_role("link", name="Decide", exact=True).click()
        page.get_by_label("Intensive outpatient program").check()
        sign(page, THERAPIST, "Sign the decision")
        expect(page.locator("main")).to_contain_text("Choose why the level differs")
        expect(page.get_by_label("Intensive outpatient program")).to_be_checked()
        page.get_by_label("Why it differs").select_option(label="The person chooses another level")
        page.get_by_label("In your words").fill(
            "He works three mornings and keeps his job; reviewed in two weeks."
        )
        self.look(page, "07-decide")
        page.get_by_role("button", name="Sign the decision").click()
        expect(page.locator("main")).to_contain_text("He works three mornings and keeps his job")

    def therapist_admits(self) -> None:
        """Choose the track, order its usual dose, ask the physician to certify."""
        page = self.windows["Therapist and facilitator"]
        page.get_by_role("link", name="Admit and order the dose").click()
        page.get_by_role("link", name="Substance use", exact=True).click()
        expect(page.get_by_label("Hours a week", exact=True)).to_have_value("9")
        page.get_by_label("Certifying physician").select_option(label=f"{PRESCRIBER}, MD")
        self.look(page, "08-order")
        page.get_by_role("button", name="Sign and admit").click()
        expect(page.locator("#messages")).to_contain_text("Admitted. Now find the place in the week.")

    def client_signs_for_part_2(self) -> None:
        """The track puts the record under 42 CFR Part 2: its consent is missing at once."""
        page = self.as_("Intake coordinator")
        self.open_record(page)
        expect(page.locator("h1 ~ *", has_text="42 CFR Part 2").first).to_be_visible()
        expect(page.locator("#next")).to_contain_text("To sign: Sharing substance use records")
        self.client_signs()

    def prescriber_certifies(self) -> None:
        """Certify the order from the list of what waits."""
        page = self.as_("Prescriber")
        page.locator("#tasks").get_by_role("link", name=self.name).click()
        sign(page, PRESCRIBER, "Sign the certificate")
        expect(page.locator("main")).to_contain_text(f"Nov 9, 2026, {PRESCRIBER}")

    # The week -------------------------------------------------------------------------------------------

    def intake_places(self) -> None:
        """Write down when the client can come, look at the weeks found, take the first."""
        page = self.as_("Intake coordinator")
        self.open_record(page)
        page.get_by_role("link", name="Ask when the client can come").click()
        page.locator("[name=kind1]").select_option(label="Can come")
        page.locator("[name=days1]").select_option(label="Monday to Friday")
        page.locator("[name=from1]").fill("08:00")
        page.locator("[name=to1]").fill("13:00")
        page.get_by_role("button", name="Save and look for weeks").click()
        expect(page.locator("main")).to_contain_text("Gives 9\N{NO-BREAK SPACE}h a week")
        self.look(page, "09-weeks")
        page.get_by_role("button", name="Take this week").first.click()
        expect(page.get_by_text("Holds the seat")).to_have_count(6)
        self.look(page, "10-order-and-week")

    def facilitator_marks(self) -> None:
        """Take the attendance of the first group from today's list."""
        page = self.as_("Therapist and facilitator")
        self.look(page, "11-today")
        page.get_by_role("link", name="Take attendance Process group").click()
        row = page.locator("tbody tr", has_text=self.name)
        expect(row).to_contain_text("New here")
        for line in page.locator("tbody tr").all():
            line.locator("label", has_text=re.compile("^Present$")).click()
        self.look(page, "12-attendance")
        page.get_by_role("button", name="Save attendance").click()
        expect(page.locator("#messages")).to_contain_text("Attendance saved")
        expect(row.locator("td.num")).to_have_text("1\N{NO-BREAK SPACE}h 30\N{NO-BREAK SPACE}min")

    # Who looks ------------------------------------------------------------------------------------------

    def director_looks(self) -> None:
        """The board, then the hours board: the client's hours stand against the order."""
        page = self.as_("Clinical director")
        expect(page.locator("main")).to_contain_text("Hours at risk")
        self.look(page, "13-board")
        page.get_by_role("link", name="Hours", exact=True).click()
        row = page.locator("tbody tr", has_text=self.name)
        expect(row).to_contain_text("1\N{NO-BREAK SPACE}h 30\N{NO-BREAK SPACE}min of 9\N{NO-BREAK SPACE}h")
        self.look(page, "14-hours")

    def auditor_reads(self) -> None:
        """Reach the client's history from the trail, in words."""
        page = self.as_("Auditor")
        page.get_by_role("link", name="This client's history").first.click()
        page.goto(f"{self.record}history/")
        expect(page.locator("h1")).to_have_text(f"History of {self.name}")
        for sentence in (
            "marked “Present” in Process group",
            "certified the order",
            "admitted the client to Substance use",
            "signed the decision: intensive outpatient program; recommended was partial hospitalization",
        ):
            expect(page.locator("main")).to_contain_text(sentence)
        self.look(page, "15-history")

    # The other roles, where their day begins --------------------------------------------------------------

    def reviewer_reads(self) -> None:
        """The reviews that are due, longest overdue first; then this client's level of care and its reasons."""
        page = self.as_("Utilization reviewer")
        expect(page.locator("h1")).to_have_text("Reviews due")
        expect(page.locator("tbody tr").first).to_contain_text("Overdue")
        self.look(page, "16-reviews")
        self.open_record(page)
        page.get_by_role("link", name="Level of care", exact=True).first.click()
        expect(page.locator("main")).to_contain_text("Intensive outpatient program")

    def nurse_looks(self) -> None:
        """Who awaits something medical stands in the list of what is to do, and leads to where it is done."""
        page = self.as_("Nurse or dietitian")
        waiting = page.locator("#tasks").get_by_role("link").first
        expect(waiting).to_be_visible()
        self.look(page, "17-nurse")
        waiting.click()
        expect(page.get_by_role("link", name=re.compile("^Level of care")).first).to_be_visible()

    def biller_counts(self) -> None:
        """The hours that were attended are there to be billed; what was said in care is not."""
        page = self.as_("Biller")
        expect(page.locator("h1")).to_contain_text("Hours at")
        expect(page.locator("tbody tr", has_text=self.name)).to_contain_text("1\N{NO-BREAK SPACE}h 30")
        self.look(page, "18-biller")
        assert page.goto(f"{self.record}level-of-care/").status == 404  # type: ignore[union-attr]

    def administrator_manages(self) -> None:
        """People and roles; no client's record opens to who only keeps the house."""
        page = self.as_("Administrator")
        expect(page.locator("main")).to_contain_text("Imani Selwick-Demo")
        self.look(page, "19-people")
        assert page.goto(self.record).status == 404  # type: ignore[union-attr]

    def client_sees_the_week(self) -> None:
        """Somebody further on in care: what comes next, the week, the hours; nobody else's record."""
        page = self.as_("Client")
        expect(page.locator("h1")).to_contain_text("Hello")
        self.look(page, "20-client")
        page.get_by_role("link", name="My whole week").click()
        expect(page.locator("main")).to_contain_text("Wednesday")
        assert page.goto(self.record).status == 404  # type: ignore[union-attr]

    def family_sees_what_was_released(self) -> None:
        """What the client released to the family, what not, and why."""
        page = self.as_("Family contact")
        expect(page.locator("main")).to_contain_text("has released this to you")
        expect(page.locator("main")).to_contain_text("What is said in sessions is never shown here")
        self.look(page, "21-family")


def answer(page: Page, name: str, value: str) -> None:
    """Answer one question: choose it by its label, or type it."""
    choice = page.locator(f'input[name={name}][value="{value}"]')
    if choice.count():
        page.locator(f"label[for={choice.get_attribute('id')}]").click()
    else:
        page.locator(f"[name={name}]").fill(value)


def sign(page: Page, name: str, button: str) -> None:
    """Sign on screen as staff do in the demonstration."""
    page.get_by_label("Type your name to sign").fill(name)
    page.get_by_label("I sign this").check()
    page.get_by_role("button", name=button).click()
