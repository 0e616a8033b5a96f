"""What a record says about a person: one form for what was typed, and every fault named at its field."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from openiop.domain.persons import Details, age_on, problems, tidy, tidy_phone

TODAY = date(2026, 3, 2)
GOOD = Details(
    first_name="Aurelia", last_name="Quillmark-Demo", birth_date=date(1990, 2, 28), phone="(415) 555-0142"
)


def test_a_person_with_two_names_has_no_problem() -> None:
    assert problems(GOOD, today=TODAY) == {}
    assert problems(Details(first_name="Rory", last_name="Unknown"), today=TODAY) == {}


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"first_name": ""}, "first_name", "Give a first name"),
        ({"last_name": ""}, "last_name", "Give a last name"),
        ({"last_name": "x" * 81}, "last_name", "too long"),
        ({"birth_date": date(2026, 3, 3)}, "birth_date", "in the future"),
        ({"birth_date": date(1890, 1, 1)}, "birth_date", "check the year"),
        ({"phone": "call me"}, "phone", "area code"),
        ({"phone": "555"}, "phone", "area code"),
        ({"email": "a@b"}, "email", "name@example.org"),
        ({"language": "Spanish"}, "language", "Choose a language"),
        ({"sex": "F"}, "sex", "Choose one"),
        ({"postal_code": "9411"}, "postal_code", "five digits"),
        ({"has_no_address": True, "street": "1 Alder Way"}, "street", "there is none"),
    ],
)
def test_a_fault_is_named_at_its_field(change: dict[str, object], field: str, words: str) -> None:
    found = problems(replace(GOOD, **change), today=TODAY)  # type: ignore[arg-type]
    assert list(found) == [field]
    assert words in found[field]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("4155550142", "(415) 555-0142"),
        ("+1 415-555-0142", "(415) 555-0142"),
        ("415.555.0142", "(415) 555-0142"),
        ("415 555 0142 x12", "415 555 0142 x12"),
        ("+44 20 7946 0000", "+44 20 7946 0000"),
        ("", ""),
    ],
)
def test_telephone_numbers_get_one_form(typed: str, kept: str) -> None:
    assert tidy_phone(typed) == kept


def test_spaces_go_and_former_names_stand_once() -> None:
    typed = replace(
        GOOD, first_name="  Aurelia \n Mae ", former_names=("Tarnbeck", " Tarnbeck ", ""), phone="4155550142"
    )
    assert tidy(typed) == replace(GOOD, first_name="Aurelia Mae", former_names=("Tarnbeck",))


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        (date(2008, 3, 2), date(2026, 3, 1), 17),
        (date(2008, 3, 2), date(2026, 3, 2), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age_is_in_whole_years(born: date, day: date, years: int) -> None:
    assert age_on(born, day) == years
