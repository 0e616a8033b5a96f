"""What would it cost? One topic a page, everything skippable, nothing stored, no number that would be a guess."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.test import Client
from pypdf import PdfReader

from openiop.apps.accounts.selectors import system_actor
from openiop.apps.core.tenancy import tenant
from openiop.apps.directory.services.programs import Offer, publish_program
from tests.factories import AT, make_organization, make_site

QUESTIONS = "/cost/questions/"
pytestmark = pytest.mark.django_db
MONDAY = "2026-03-02T17:00:00Z"
KNOWN = {
    "way": "insurance",
    "active": "yes",
    "network": "in",
    "family": "no",
    "rule": "coinsurance",
    "pct": "20",
    "applies": "yes",
    "deductible": "1,500",
    "maximum": "$4000",
    "month": "1",
    "met_deductible": "1200",
    "met_maximum": "1300",
    "as_of": "2026-03-01",
    "start": "2026-03-02",
    "billed": "425",
}


@pytest.fixture(autouse=True)
def monday() -> Any:
    with time_machine.travel(MONDAY, tick=False):
        yield


def ask(client: Client, **sent: str) -> str:
    answer = client.post(QUESTIONS, sent)
    assert answer.status_code == 200
    return answer.content.decode()


def heading(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert found
    return unescape(found[1].strip())


def test_help_comes_before_anything_is_asked(client: Client) -> None:
    page = client.get("/cost/").content.decode()
    assert page.index('href="tel:988"') < page.index("How would you pay?")
    assert "data-quick-exit" in page


def test_the_answers_travel_with_the_page(client: Client) -> None:
    page = ask(client, way="insurance", at="plan", active="yes", network="in", family="no", go="next")
    assert heading(page) == "Your share of a day"
    assert '<input type="hidden" name="network" value="in">' in page
    back = ask(client, way="insurance", network="in", at="share", go="back")
    assert re.search(r'value="in"[^>]*checked', back)


def test_a_full_set_of_answers_gives_a_figure_with_every_step(client: Client) -> None:
    page = unescape(ask(client, **KNOWN, go="finish"))
    assert heading(page) == "About $2,535"
    assert "Mar 2, 2026: $325.00. $300.00 is the last of your deductible." in page
    assert "26 days, Mar 4, 2026 to May 1, 2026: $85.00 each. This is your share." in page
    assert "<svg" in page
    assert "Week 1" in page


def test_without_the_rule_there_is_no_number_but_the_words_to_ask(client: Client) -> None:
    page = unescape(ask(client, **{**KNOWN, "rule": ""}, go="finish"))
    assert heading(page) == "No number yet"
    assert "Do I pay a percent, or the same amount each day?" in page
    assert "S9480" in page
    assert "$2,535" not in page


def test_nothing_answered_still_leads_somewhere(client: Client) -> None:
    page = unescape(ask(client, way="insurance", go="finish"))
    assert heading(page) == "No number yet"
    assert "What does one day of the program cost with my plan?" in page


def test_a_family_that_is_not_on_the_plan_is_not_asked_about(client: Client) -> None:
    assert "family's deductible" not in unescape(ask(client, way="insurance", family="no", go="edit-limits"))
    assert "family's deductible" in unescape(ask(client, way="insurance", family="yes", go="edit-limits"))


def test_a_wrong_amount_is_named_at_its_field_and_stays(client: Client) -> None:
    page = unescape(ask(client, way="insurance", at="limits", deductible="much", go="next"))
    assert "Write an amount in dollars, for example 1500." in page
    assert 'value="much"' in page


def test_skipping_takes_back_what_stood_on_the_page(client: Client) -> None:
    page = ask(client, **KNOWN, at="share", go="skip")
    assert 'name="rule"' not in page
    assert heading(page) == "Your yearly limits"


def test_who_pays_alone_sees_the_price_and_their_rights_with_days(client: Client) -> None:
    page = unescape(ask(client, way="self", billed="300", start="2026-03-30", go="finish"))
    assert heading(page) == "About $8,100"
    assert "by Mar 5, 2026" in page
    assert "If the bill is $400 or more above the estimate" in page


def test_who_pays_alone_has_no_plan_year_that_turns(client: Client) -> None:
    page = unescape(ask(client, way="self", billed="300", start="2026-12-01", go="finish"))
    assert "27 days, Dec 2, 2026 to Feb 1, 2027: $300.00 each." in page
    assert "plan year" not in page


def test_public_insurance_is_asked_on_the_telephone(client: Client) -> None:
    page = ask(client, way="medicare", go="first")
    assert heading(page) == "Your plan can tell you"
    assert "since 2024" in page


def test_the_estimate_is_handed_over_as_a_pdf(client: Client) -> None:
    answer = client.post("/cost/estimate.pdf", KNOWN)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert "$2,535" in text
    assert "not a promise" in text
    assert client.get("/cost/estimate.pdf").headers["Location"] == "/cost/"


def test_who_pays_alone_has_the_whole_page_on_paper(client: Client) -> None:
    sent = {"way": "self", "billed": "300", "start": "2026-03-30"}
    text = on_paper(client, **sent)
    page = unescape(ask(client, **sent, go="finish"))
    for line in (
        "within 3 business days: by Mar 5, 2026",
        "$400 or more above the estimate",
        "up to 12 months",
    ):
        assert line in page
        assert line in text


def test_our_published_prices_stand_in_the_pdf_with_their_day(client: Client) -> None:
    organization = make_organization()
    site = make_site(organization, "Alder North", phone="415-555-0110")
    by = system_actor(organization, "test")
    for track, price in (("depression", Decimal(340)), ("eating", None)):
        offer = Offer(track, ["iop"], price=price)
        with tenant(organization.pk):
            publish_program(by=by, site=site, offer=offer, at=AT)
    text = on_paper(client, way="self")
    assert "What a day costs without insurance" in text
    assert "Alder North: $340.00 (as of Mar 2, 2026)" in text
    assert "Alder North: Call 415-555-0110" in text
    one = on_paper(client, way="self", track="depression")
    assert "$340.00" in one
    assert "Call 415-555-0110" not in one
    assert "Alder North: $340.00" not in on_paper(client, way="self", track="depression", billed="300")


def on_paper(client: Client, **sent: str) -> str:
    pages = PdfReader(BytesIO(client.post("/cost/estimate.pdf", sent).content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_result_can_be_read_in_spanish_without_losing_an_answer(client: Client) -> None:
    page = unescape(ask(client, **KNOWN, go="finish", speak="es"))
    assert heading(page) == "Unos $2,535"
    assert '<input type="hidden" name="pct" value="20">' in page


def test_nothing_is_stored(client: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(2) as asked:
        client.post(QUESTIONS, {**KNOWN, "go": "finish"})
    assert all(query["sql"].startswith("SELECT") for query in asked.captured_queries)


def test_the_first_page_asks_the_three_questions_and_shows_the_doors(client: Client) -> None:
    page = client.get("/").content.decode()
    assert page.index("Is it right for me?") < page.index("What would it cost?") < page.index("Sign in")
    assert 'href="tel:911"' in page
