"""What a consent must contain, and whether it holds on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from openiop.domain.consent_templates import months_after
from openiop.domain.consents import (
    Basis,
    Consent,
    Element,
    Expires,
    Kind,
    Method,
    NotesType,
    Purpose,
    Scope,
    State,
    completeness,
    missing_before_signing,
    state_on,
)

TPO = Consent(
    id="c1",
    kind=Kind.PART2_TPO,
    patient="Ana Velora-Demo",
    body="I agree.",
    discloser="Test Clinic",
    info_description="My substance use records",
    scopes=frozenset({Scope.PLAN}),
    recipient="My treating providers",
    purpose=Purpose.TPO,
    tpo_single=True,
    redisclosure_statement=True,
    refusal_statement=True,
    revocation_text="I may take it back.",
    expires_kind=Expires.EVENT,
    expires_event="The end of treatment",
    signed_by="Ana Velora-Demo",
    signed_on=date(2026, 1, 2),
    method=Method.TYPED,
    signature="Ana Velora-Demo",
    part2=True,
)
DATED = replace(TPO, expires_kind=Expires.DATE, expires_on=date(2026, 6, 30), expires_event="")


def test_a_whole_part2_consent_lacks_nothing() -> None:
    assert completeness(TPO) == ()


@pytest.mark.parametrize(
    ("change", "element", "section"),
    [
        ({"patient": " "}, Element.PATIENT, "42 CFR 2.31(a)(1)"),
        ({"discloser": ""}, Element.DISCLOSER, "42 CFR 2.31(a)(2)"),
        ({"info_description": ""}, Element.INFORMATION, "42 CFR 2.31(a)(3)"),
        ({"scopes": frozenset()}, Element.INFORMATION, "42 CFR 2.31(a)(3)"),
        ({"recipient": ""}, Element.RECIPIENT, "42 CFR 2.31(a)(4)"),
        ({"purpose": Purpose.SPECIFIC}, Element.PURPOSE, "42 CFR 2.31(a)(5)"),
        ({"revocation_text": ""}, Element.REVOCATION, "42 CFR 2.31(a)(6)"),
        ({"expires_event": ""}, Element.EXPIRY, "42 CFR 2.31(a)(7)"),
        ({"expires_kind": Expires.DATE}, Element.EXPIRY, "42 CFR 2.31(a)(7)"),
        ({"signature": ""}, Element.SIGNATURE, "42 CFR 2.31(a)(8)"),
        ({"method": None}, Element.SIGNATURE, "42 CFR 2.31(a)(8)"),
        ({"basis": Basis.PARENT}, Element.AUTHORITY, "42 CFR 2.31(a)(8)"),
        ({"signed_on": None}, Element.DATE, "42 CFR 2.31(a)(9)"),
        ({"redisclosure_statement": False}, Element.REDISCLOSURE, "42 CFR 2.31(a)(10)"),
        ({"refusal_statement": False}, Element.REFUSAL, "42 CFR 2.31(a)(10)"),
        ({"scopes": frozenset({Scope.SUD_COUNSELING_NOTES})}, Element.NOTES_ALONE, "42 CFR 2.31(b)"),
        ({"notes_type": NotesType.SUD_COUNSELING}, Element.NOTES_ALONE, "42 CFR 2.31(b)"),
        ({"legal_proceeding": True}, Element.LEGAL_ALONE, "42 CFR 2.31(d)"),
        ({"interpreter_needed": True}, Element.INTERPRETER, "45 CFR 92.201"),
    ],
)
def test_what_is_missing_is_named_with_its_section(
    change: dict[str, Any], element: Element, section: str
) -> None:
    missing = completeness(replace(TPO, **change))
    assert [(row.element, row.section) for row in missing] == [(element, section)]


def test_without_an_end_a_named_release_is_deficient_and_a_tpo_consent_is_not() -> None:
    endless = replace(TPO, expires_kind=Expires.NONE, expires_event="")
    assert completeness(endless) == ()
    named = replace(endless, kind=Kind.RELEASE, purpose=Purpose.SELF, tpo_single=False)
    assert [row.element for row in completeness(named)] == [Element.EXPIRY]


def test_other_records_are_held_to_hipaa() -> None:
    release = replace(TPO, kind=Kind.RELEASE, tpo_single=False, part2=False, discloser="")
    assert [row.section for row in completeness(release)] == ["45 CFR 164.508(c)(1)(ii)"]


def test_a_consent_to_treatment_needs_words_and_a_signature_but_no_recipient() -> None:
    treatment = Consent(id="c2", kind=Kind.TREATMENT, patient="Ana Velora-Demo")
    assert [row.element for row in completeness(treatment)] == [
        Element.WORDS,
        Element.SIGNATURE,
        Element.DATE,
    ]


def test_before_signing_only_the_words_are_checked() -> None:
    unsigned = replace(TPO, signed_on=None, signed_by="", method=None, signature="", discloser="")
    assert [row.element for row in missing_before_signing(unsigned)] == [Element.DISCLOSER]


@pytest.mark.parametrize(
    ("consent", "on", "state"),
    [
        (replace(TPO, signed_on=None), date(2026, 3, 2), State.PREPARED),
        (TPO, date(2026, 1, 1), State.PREPARED),
        (TPO, date(2026, 1, 2), State.SIGNED),
        (TPO, date(2036, 1, 2), State.SIGNED),
        (replace(TPO, event_on=date(2026, 3, 2)), date(2026, 3, 1), State.SIGNED),
        (replace(TPO, event_on=date(2026, 3, 2)), date(2026, 3, 2), State.EXPIRED),
        (DATED, date(2026, 5, 31), State.SIGNED),
        (DATED, date(2026, 6, 1), State.EXPIRES_SOON),
        (DATED, date(2026, 6, 30), State.EXPIRES_SOON),
        (DATED, date(2026, 7, 1), State.EXPIRED),
        (replace(DATED, revoked_on=date(2026, 3, 2)), date(2026, 3, 1), State.SIGNED),
        (replace(DATED, revoked_on=date(2026, 3, 2)), date(2026, 3, 2), State.REVOKED),
        (replace(DATED, revoked_on=date(2026, 3, 2)), date(2026, 7, 1), State.REVOKED),
        (replace(TPO, signed_on=None, revoked_on=date(2026, 3, 2)), date(2026, 3, 2), State.SET_ASIDE),
        (
            replace(TPO, signed_on=None, revoked_on=date(2026, 3, 2), declined=True),
            date(2026, 3, 2),
            State.DECLINED,
        ),
        (
            replace(TPO, signed_on=None, revoked_on=date(2026, 3, 2), declined=True),
            date(2026, 3, 1),
            State.PREPARED,
        ),
    ],
)
def test_a_consent_stands_somewhere_on_each_day(consent: Consent, on: date, state: State) -> None:
    assert state_on(consent, on, warn_days=30) is state


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 3, 2), 12, date(2027, 3, 2)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(
    day: date, months: int, later: date
) -> None:
    assert months_after(day, months) == later
