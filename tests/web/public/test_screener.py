"""The public questions: one a page, every one may be skipped, nothing is stored, danger stops the questions."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from openiop import catalog

CALM = catalog.load("criteria", "open-screener").body["example_bases"]["calm"]
QUESTIONS = "/right-for-me/questions/"
pytestmark = pytest.mark.django_db


def typed(value: object) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def carried(**changes: object) -> dict[str, str]:
    """The hidden fields of somebody who has answered everything."""
    return {"asker": "me"} | {f"a-{key}": typed(value) for key, value in {**CALM, **changes}.items()}


def hidden(page: str) -> dict[str, str]:
    return {
        name: unescape(value)
        for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
        if name != "csrfmiddlewaretoken"
    }


def heading(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert found
    return unescape(found[1].strip())


def test_help_comes_before_anything_is_asked(client: Client) -> None:
    page = client.get("/right-for-me/").content.decode()
    assert page.index("Call or text 988, or chat") < page.index("Who is this for?")
    assert 'href="tel:911"' in page
    assert "data-quick-exit" in page


def test_opening_the_questions_without_a_start_leads_to_the_start(client: Client) -> None:
    assert client.get(QUESTIONS).headers["Location"] == "/right-for-me/"


def test_an_answer_travels_with_the_page_and_the_next_question_follows(client: Client) -> None:
    first = client.post(QUESTIONS, {"asker": "my_child", "go": "first"}).content.decode()
    assert "How old is the person?" in first
    second = client.post(QUESTIONS, {**hidden(first), "age": "15", "go": "next"}).content.decode()
    assert hidden(second)["a-age"] == "15"
    assert "Has the person wished to be dead" in second
    back = client.post(QUESTIONS, {**hidden(second), "go": "back"}).content.decode()
    assert 'value="15"' in back


def test_a_wrong_answer_is_named_at_its_field_and_stays(client: Client) -> None:
    page = client.post(
        QUESTIONS, {"asker": "me", "at": "age", "age": "thirty", "go": "next"}
    ).content.decode()
    assert "Write a whole number from 5 to 110, or skip the question." in page
    assert 'value="thirty"' in page


def test_a_question_that_hangs_on_another_is_asked_only_after_it(client: Client) -> None:
    asked = {"asker": "me", "at": "cssrs_q2", "go": "next"}
    assert "how you might do this" in client.post(QUESTIONS, {**asked, "cssrs_q2": "yes"}).content.decode()
    assert (
        "Have you ever done anything" in client.post(QUESTIONS, {**asked, "cssrs_q2": "no"}).content.decode()
    )
    skipped = client.post(QUESTIONS, {**asked, "go": "skip"}).content.decode()
    assert "Have you ever done anything" in skipped


def test_danger_stops_the_questions_and_one_may_go_on(client: Client) -> None:
    page = client.post(
        QUESTIONS, {"asker": "me", "a-age": "31", "at": "harm_others", "harm_others": "yes", "go": "next"}
    ).content.decode()
    assert heading(page) == "Please get emergency help now"
    on = client.post(QUESTIONS, {**hidden(page), "go": "resume"}).content.decode()
    assert "Have you wished you were dead" in on
    after = client.post(QUESTIONS, {**hidden(on), "cssrs_q1": "no", "go": "next"}).content.decode()
    assert "thoughts of killing yourself" in after


def test_the_result_gives_reasons_the_skipped_and_what_would_change_it(client: Client) -> None:
    page = client.post(QUESTIONS, {**carried(), "at": "payment", "payment": "none", "go": "next"})
    text = page.content.decode()
    assert heading(text) == "An IOP may fit"
    assert "Weekly care has not been enough" in text
    answers = {key: value for key, value in carried().items() if key != "a-fainting"}
    skipped = client.post(QUESTIONS, {**answers, "go": "finish"}).content.decode()
    assert heading(skipped) == "Please talk with a clinician today"
    assert "Did you faint, or almost faint" in skipped


def test_the_result_can_be_read_in_spanish_without_losing_an_answer(client: Client) -> None:
    page = client.post(QUESTIONS, {**carried(), "go": "finish", "speak": "es"}).content.decode()
    assert heading(page) == "Un IOP puede ser lo indicado"
    assert hidden(page)["a-care_now"] == "weekly_not_enough"


def test_what_no_page_of_ours_sends_changes_nothing(client: Client) -> None:
    odd = {"asker": "boss", "a-age": "-5", "a-home": "<b>", "a-nothing": "1", "at": "nowhere", "go": "edit-x"}
    page = client.post(QUESTIONS, odd)
    assert page.status_code == 200
    carried_on = hidden(page.content.decode())
    assert carried_on["asker"] == "me"
    assert [name for name in carried_on if name.startswith("a-")] == []


def test_nothing_is_stored(client: Client, django_assert_max_num_queries: Any) -> None:
    # The only question to the database is which organization this is.
    with django_assert_max_num_queries(2) as asked:
        client.post(QUESTIONS, {**carried(), "go": "finish"})
    assert all(query["sql"].startswith("SELECT") for query in asked.captured_queries)
    assert "openiop" not in client.cookies


def test_the_result_is_handed_over_as_a_pdf_whose_name_says_nothing(client: Client) -> None:
    answer = client.post("/right-for-me/answers.pdf", carried())
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-answers.pdf"'
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert "An IOP may fit" in text
    assert "Call or text 988" in text
    assert client.get("/right-for-me/answers.pdf").headers["Location"] == "/right-for-me/"
