"""When an enquiry is the same one once more, and what it adds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from openiop.domain.enquiry import Again, Enquiry, sent_again

NOOR = Enquiry(first_name="Noor", phone="(415) 555-0150")
BY_KIM = Enquiry(first_name="N.", referrer_name="Dr. Kim", referrer_phone="(415) 555-0151", note="Panic.")


def test_the_same_adds_nothing():
    assert sent_again(NOOR, NOOR) == Again({}, {})


def test_what_was_empty_is_filled_and_what_differs_is_told():
    first = replace(NOOR, best_time="after 5")
    second = replace(NOOR, first_name="noor", best_time="mornings", is_urgent=True, risk_note="Alone")
    assert sent_again(first, second) == Again(
        {"is_urgent": True, "risk_note": "Alone"}, {"best_time": "mornings"}
    )


def test_what_the_second_leaves_out_stays():
    assert sent_again(replace(NOOR, note="Nights.", is_urgent=True), NOOR) == Again({}, {})


@pytest.mark.parametrize(
    "change",
    [
        {"first_name": "Nora"},
        {"phone": "(415) 555-0199"},
        {"phone": "", "email": "noor@example.org"},
        {"referrer_name": "Dr. Ito"},
    ],
)
def test_another_person_or_referrer_stands_alone(change):
    assert sent_again(replace(NOOR, referrer_name="Dr. Kim"), replace(NOOR, **change)) is None


@pytest.mark.parametrize("change", [{"last_name": "Bell"}, {"birth_date": date(2000, 1, 2)}])
def test_one_number_and_two_names_are_two_people(change):
    first = replace(NOOR, last_name="Amari", birth_date=date(1990, 1, 2))
    assert sent_again(first, replace(first, **change)) is None


def test_without_a_way_to_the_person_every_word_must_be_the_same():
    assert sent_again(BY_KIM, BY_KIM) == Again({}, {})
    assert sent_again(BY_KIM, replace(BY_KIM, note="Panic, at night.")) is None
