"""Two records of one person are found by name, birth date, telephone and numbers, with the reasons."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiop.domain.duplicates import (
    REASONS,
    Band,
    PersonFacts,
    compare,
    phone_digits,
    plain_name,
    rank,
    slips_of,
)

BORN = date(1990, 3, 12)


def person(
    first: str = "Clara",
    last: str = "Montañez",
    born: date | None = BORN,
    key: str = "",
    **more: tuple[object, ...],
) -> PersonFacts:
    return PersonFacts(key=key, first_names=(first,), last_names=(last,), birth_date=born, **more)  # type: ignore[arg-type]


def codes(one: PersonFacts, other: PersonFacts) -> list[str]:
    return [reason.code for reason in compare(one, other).reasons]


@pytest.mark.parametrize(
    ("other", "band", "reasons"),
    [
        (person(), Band.LIKELY, ["same-birth-date", "same-last-name", "same-first-name"]),
        (person("CLARA", "Montanez"), Band.LIKELY, ["same-birth-date", "same-last-name", "same-first-name"]),
        (person("Clarra", "Montañes"), Band.POSSIBLE, ["same-birth-date", "similar-last-name", "similar-first-name"]),
        (person("Clara", "Montañez Ruiz"), Band.LIKELY, ["same-birth-date", "part-of-last-name", "same-first-name"]),
        (person("Montanez", "Clara"), Band.LIKELY, ["names-exchanged", "same-birth-date"]),
        (person(born=date(1990, 12, 3)), Band.LIKELY, ["same-last-name", "birth-day-month", "same-first-name"]),
        (person(born=date(1990, 3, 21)), Band.LIKELY, ["same-last-name", "birth-digits", "same-first-name"]),
        (person(born=date(1909, 3, 12)), Band.LIKELY, ["same-last-name", "birth-digits", "same-first-name"]),
        (person(born=None), Band.POSSIBLE, ["same-last-name", "same-first-name"]),
        (person(born=date(1961, 7, 4)), Band.UNLIKELY, ["same-last-name", "different-birth-date", "same-first-name"]),
        (person("Ines"), Band.POSSIBLE, ["same-birth-date", "same-last-name", "different-first-name"]),
        (person("Ines", "Vellbrook"), Band.UNLIKELY, ["same-birth-date", "different-first-name"]),
        (person("Ines", "Vellbrook", None), Band.UNLIKELY, ["different-first-name"]),
    ],
)  # fmt: skip
def test_a_pair_gets_its_band_and_reasons(other: PersonFacts, band: Band, reasons: list[str]) -> None:
    match = compare(person(), other)
    assert (match.band, [reason.code for reason in match.reasons]) == (band, reasons)
    assert set(reasons) <= set(REASONS)


def test_twins_at_one_telephone_are_never_likely() -> None:
    phone = ("(415) 555-0142",)
    match = compare(person("Alma", phones=phone), person("Vera", phones=phone))
    assert match.band is Band.POSSIBLE
    assert "different-first-name" in [reason.code for reason in match.reasons]


def test_the_same_record_number_is_always_shown() -> None:
    number = (("https://hospital.example/mrn", "7"),)
    stranger = person("Odell", "Tarnbeck", date(1961, 7, 4), identifiers=number)
    assert compare(person(identifiers=number), stranger).score == 45
    assert (
        compare(person("Klara", born=None, identifiers=number), person(identifiers=number)).band
        is Band.LIKELY
    )
    assert "same-identifier" not in codes(
        person(identifiers=number), person(identifiers=(("https://clinic.example/mrn", "7"),))
    )


def test_a_former_name_still_finds_the_person() -> None:
    married = PersonFacts(first_names=("Clara",), last_names=("Vellbrook", "Montañez"), birth_date=BORN)
    assert compare(person(), married).band is Band.LIKELY


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O'Neil", "Oneil"),
        ("Lee-Ortiz", "Lee Ortiz"),
        ("Łukasz", "lukasz"),
        ("Søren", "Soren"),
        ("Velora Jr.", "Velora"),
    ],
)
def test_punctuation_accents_and_suffixes_do_not_part_names(one: str, other: str) -> None:
    assert plain_name(one) == plain_name(other)


def test_short_names_must_be_equal() -> None:
    assert "similar-last-name" not in codes(person("Ana", "Lee"), person("Ana", "Lea"))


def test_neighbours_in_the_wrong_order_are_one_slip() -> None:
    assert "similar-first-name" in codes(person("Aurelia"), person("Auerlia"))


@pytest.mark.parametrize(
    ("sent", "digits"),
    [
        ("(415) 555-0142", "4155550142"),
        ("+1 415 555 0142", "4155550142"),
        ("555-0142", "5550142"),
        ("12", ""),
        ("", ""),
    ],
)
def test_telephone_numbers_compare_by_their_digits(sent: str, digits: str) -> None:
    assert phone_digits(sent) == digits


def test_the_ranking_leaves_out_the_unlikely_and_orders_the_rest() -> None:
    others = [person(born=None, key="b"), person(key="a"), person("Ines", "Vellbrook", None, key="c")]
    assert [match.key for match in rank(person(), others)] == ["a", "b"]


def test_an_empty_person_matches_nobody() -> None:
    assert compare(PersonFacts(), PersonFacts()).score == 0
    assert compare(PersonFacts(first_names=("",), last_names=("",)), person()).reasons == ()


names = st.text(alphabet="abcdeñéz '-", max_size=12)
people = st.builds(
    PersonFacts,
    first_names=st.tuples(names),
    last_names=st.tuples(names),
    birth_date=st.none() | st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    phones=st.tuples(st.text(alphabet="0123456789-() ", max_size=14)),
)


@given(one=people, other=people)
def test_the_order_of_the_two_does_not_matter(one: PersonFacts, other: PersonFacts) -> None:
    there, back = compare(one, other), compare(other, one)
    assert (there.score, there.reasons) == (back.score, back.reasons)
    assert 0 <= there.score <= 100


@given(day=st.dates(date(1900, 1, 1), date(2030, 12, 31)))
def test_slips_of_a_date_hold_the_date_and_are_few(day: date) -> None:
    slips = slips_of(day)
    assert day in slips
    assert len(slips) <= 80


@given(
    day=st.dates(date(1900, 1, 1), date(2030, 12, 31)), other=st.dates(date(1900, 1, 1), date(2030, 12, 31))
)
def test_a_slip_is_told_as_the_list_of_slips_tells_it(day: date, other: date) -> None:
    for one in (*slips_of(day), other):
        told = {
            reason.code
            for reason in compare(PersonFacts(birth_date=day), PersonFacts(birth_date=one)).reasons
        }
        assert (one in slips_of(day)) == ("different-birth-date" not in told)
