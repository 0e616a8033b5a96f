"""Dates that cannot be are named beside what was understood and never become part of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from openiop.formats.fhir import read_referral, understood
from openiop.formats.fhir.packet import ReferralPacket
from tests.formats.bundles import about, bundle, concept, condition, file_of, patient

ON = date(2026, 3, 2)


def read(*resources: dict[str, Any], on: date | None = ON) -> ReferralPacket:
    return read_referral(file_of(bundle(*resources)), on=on)


def dates_left(packet: ReferralPacket) -> list[tuple[str, str, str]]:
    rows = packet.not_understood
    return [(row.kind, row.reason, row.detail) for row in rows if row.reason.startswith("date-")]


@pytest.mark.parametrize(
    ("born", "reason"),
    [
        ("2091-05-17", "date-in-future"),
        ("2026-03-04", "date-in-future"),
        ("2026-04", "date-in-future"),
        ("2027", "date-in-future"),
        ("1790-05-17", "date-too-long-ago"),
    ],
)
def test_a_birth_date_that_cannot_be_is_no_birth_date(born: str, reason: str) -> None:
    packet = read(patient(birthDate=born), condition())
    assert packet.person.birth_date is None
    assert dates_left(packet) == [("Patient", reason, f"birthDate {born}")]
    assert "no-birth-date" in packet.remarks
    assert understood(packet)["patient"]["birthDate"] is None


@pytest.mark.parametrize("born", ["2026-03-02", "2026-03-03", "2026-03", "2026", "1990-05-17", "1897"])
def test_a_birth_date_that_can_be_stays(born: str) -> None:
    packet = read(patient(birthDate=born))
    assert packet.person.birth_date is not None
    assert packet.person.birth_date.text == born
    assert dates_left(packet) == []


@pytest.mark.parametrize(
    ("died", "reason"),
    [
        ("1980-01-01", "date-before-birth"),
        ("1985", "date-before-birth"),
        ("2026-03-09T10:00:00Z", "date-in-future"),
    ],
)
def test_a_death_that_cannot_be_keeps_that_the_person_died_and_not_when(died: str, reason: str) -> None:
    packet = read(patient(birthDate="1990-05-17", deceasedDateTime=died))
    assert packet.person.deceased
    assert packet.person.deceased_on is None
    assert dates_left(packet) == [("Patient", reason, f"deceasedDateTime {died}")]


@pytest.mark.parametrize("died", ["1990-05-17", "1990", "2026-03-02"])
def test_a_death_on_the_day_of_birth_or_later_stays(died: str) -> None:
    packet = read(patient(birthDate="1990-05-17", deceasedDateTime=died))
    assert packet.person.deceased_on is not None
    assert dates_left(packet) == []


def test_a_diagnosis_before_birth_or_ahead_keeps_its_words_and_loses_the_day() -> None:
    packet = read(
        patient(birthDate="1990-05-17"),
        condition("Depression", onsetDateTime="1970-01-01"),
        condition("Anxiety", recordedDate="2030-01-01"),
        condition("Insomnia", onsetDateTime="1990"),
    )
    assert [(problem.what.text, problem.onset is None) for problem in packet.problems] == [
        ("Depression", True),
        ("Anxiety", True),
        ("Insomnia", False),
    ]
    assert packet.problems[1].recorded is None
    assert dates_left(packet) == [
        ("Condition", "date-before-birth", "onset 1970-01-01"),
        ("Condition", "date-in-future", "recorded 2030-01-01"),
    ]


def test_an_end_before_its_beginning_goes_and_a_planned_visit_stays() -> None:
    over = {"start": "2025-06-01", "end": "2024-06-01"}
    packet = read(
        patient(birthDate="1990-05-17"),
        about("Encounter", status="finished", type=[concept("Stay")], period=over),
        about("Encounter", status="planned", type=[concept("Visit")], period={"start": "2026-05-01"}),
        about("Encounter", status="finished", type=[concept("Odd")], period={"start": "2026-05-01"}),
    )
    assert [(e.what.text, e.start and e.start.text, e.end) for e in packet.encounters] == [
        ("Stay", "2025-06-01", None),
        ("Visit", "2026-05-01", None),
        ("Odd", None, None),
    ]
    assert dates_left(packet) == [
        ("Encounter", "date-before-start", "end 2024-06-01"),
        ("Encounter", "date-in-future", "start 2026-05-01"),
    ]


def test_a_measure_of_a_day_that_cannot_be_is_not_the_latest() -> None:
    def score(value: int, day: str) -> dict[str, Any]:
        code = concept("PHQ-9 total", "44261-6", "http://loinc.org")
        return about("Observation", status="final", code=code, valueInteger=value, effectiveDateTime=day)

    packet = read(patient(birthDate="1990-05-17"), score(14, "2026-02-20"), score(3, "2062-02-20"))
    (measure,) = packet.measures
    assert (measure.value.number, measure.times) == (14, 1)
    assert dates_left(packet) == [("Observation", "date-in-future", "effective 2062-02-20")]
    left = sum(row.count for row in packet.not_understood if not row.partly)
    assert sum(count for _kind, count in packet.read) + left == packet.entries


def test_without_a_day_of_reading_only_dates_against_each_other_are_judged() -> None:
    packet = read(patient(birthDate="2091-05-17", deceasedDateTime="1980-01-01"), on=None)
    assert packet.person.birth_date is not None
    assert [reason for _kind, reason, _detail in dates_left(packet)] == ["date-before-birth"]
