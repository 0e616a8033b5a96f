"""Who asks, what for, and the state of the consents: the table decides (disclosure_scenarios.yaml)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from openiop import catalog
from openiop.domain.consents import Basis, Consent, Expires, Kind, Method, NotesType, Purpose, Scope
from openiop.domain.disclosures import Decision, Reason, RecipientKind, Request, may_disclose
from openiop.domain.minors import read_minor_rules

ON = date(2026, 3, 2)
ROWS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "disclosure_scenarios.yaml").read_text(encoding="utf-8")
)
CALIFORNIA = read_minor_rules(catalog.load("minors", "california").body)
EVERYTHING = frozenset(Scope) - {Scope.PSYCHOTHERAPY_NOTES, Scope.SUD_COUNSELING_NOTES}
WHOLE: dict[str, Any] = {
    "patient": "Ana Velora-Demo",
    "body": "I agree.",
    "discloser": "Test Clinic",
    "info_description": "As listed",
    "redisclosure_statement": True,
    "refusal_statement": True,
    "revocation_text": "I may take it back.",
    "signed_by": "Ana Velora-Demo",
    "signed_on": date(2026, 1, 2),
    "method": Method.TYPED,
    "signature": "Ana Velora-Demo",
    "part2": True,
}
NAMED: dict[str, Any] = {
    "kind": Kind.RELEASE,
    "recipient": "Dr. Chen",
    "recipient_id": "chen",
    "purpose": Purpose.SPECIFIC,
    "purpose_words": "Keep informed",
    "expires_kind": Expires.DATE,
    "expires_on": date(2026, 12, 31),
}
FORMS: dict[str, dict[str, Any]] = {
    "treatment": {"kind": Kind.TREATMENT, "purpose": Purpose.TPO},
    "tpo": {
        "kind": Kind.PART2_TPO,
        "purpose": Purpose.TPO,
        "tpo_single": True,
        "recipient": "My treating providers",
        "scopes": EVERYTHING,
        "expires_kind": Expires.EVENT,
        "expires_event": "The end of treatment",
    },
    "release": NAMED | {"scopes": frozenset({Scope.ATTENDANCE, Scope.SCHEDULE})},
    "sud_notes": NAMED
    | {"scopes": frozenset({Scope.SUD_COUNSELING_NOTES}), "notes_type": NotesType.SUD_COUNSELING},
    "psychotherapy": NAMED
    | {"scopes": frozenset({Scope.PSYCHOTHERAPY_NOTES}), "notes_type": NotesType.PSYCHOTHERAPY},
    "legal": NAMED | {"scopes": frozenset({Scope.ATTENDANCE}), "legal_proceeding": True},
}
TYPES: dict[str, Any] = {
    "purpose": Purpose,
    "expires_kind": Expires,
    "basis": Basis,
    "scopes": lambda given: frozenset(map(Scope, given)),
}


def consent(number: int, row: dict[str, Any]) -> Consent:
    """A consent of the table: a form with what the row says different."""
    given = {key: TYPES.get(key, lambda value: value)(value) for key, value in row.items() if key != "like"}
    values = WHOLE | FORMS[row["like"]] | {"id": f"consent-{number}"} | given
    if given.get("signed_on", ON) is None:
        values |= {"signed_by": "", "method": None, "signature": ""}
    return Consent(**values)


def decide(row: dict[str, Any]) -> Decision:
    """The answer to a row of the table."""
    age = row.get("age", 35)
    person = row.get("person", "chen")
    request = Request(
        recipient={"chen": "Dr. Chen", "ortiz": "Mr. Ortiz"}[person],
        recipient_id=person,
        recipient_kind=RecipientKind(row["to"]),
        purpose=Reason(row["purpose"]),
        scopes=frozenset(map(Scope, row["records"])),
        part2=row.get("part2", True),
        birth_date=None if age is None else date(ON.year - age, 1, 1),
        minor_consented=row.get("minor_consented", False),
        authority=row.get("authority", ""),
        circumstances=row.get("circumstances", ""),
        first_report=row.get("first_report", False),
    )
    consents = [consent(number, given) for number, given in enumerate(row["consents"])]
    return may_disclose(request, consents, ON, minors=CALIFORNIA)


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_the_table_decides(row: dict[str, Any]) -> None:
    decision = decide(row)
    said = [str(reason.why) for reason in decision.reasons]
    assert ("allowed" if decision.allowed else "refused") == row["expect"], said
    if decision.allowed:
        assert decision.basis == row["basis"]
        assert decision.notice_needed is row.get("notice", False)
        assert (decision.consent is not None) == (row["basis"] == "consent")
    else:
        assert row["why"] in said
        assert decision.consent is None
        assert decision.notice_needed is False
    assert all(reason.source and reason.tag in {"V", "S", "U"} for reason in decision.reasons)


def test_the_table_has_at_least_forty_rows_each_with_its_source() -> None:
    assert len(ROWS) >= 40
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert [row["id"] for row in ROWS if len(row["source"]) < 8] == []


def test_the_narrower_consent_is_used_before_the_broad_one() -> None:
    row = {
        "to": "provider",
        "purpose": "treatment",
        "records": ["schedule"],
        "consents": [{"like": "tpo"}, {"like": "release", "purpose": "TPO"}],
    }
    used = decide(row).consent
    assert used is not None
    assert used.kind is Kind.RELEASE


def test_what_is_not_covered_is_named() -> None:
    row = {
        "to": "person",
        "purpose": "specific",
        "records": ["attendance", "plan", "lab"],
        "consents": [{"like": "release"}],
    }
    assert decide(row).reasons[0].scopes == {Scope.PLAN, Scope.LAB}


def test_a_recipient_without_a_relation_is_known_by_name_alone() -> None:
    typed = consent(1, {"like": "release", "recipient_id": "", "recipient": "Lakeside Probation Office"})
    request = Request(
        recipient="LAKESIDE probation  office",
        recipient_kind=RecipientKind.PERSON,
        purpose=Reason.SPECIFIC,
        scopes=frozenset({Scope.ATTENDANCE}),
        part2=True,
        birth_date=date(1990, 1, 1),
    )
    assert may_disclose(request, [typed], ON, minors=CALIFORNIA).allowed is True


def test_every_consent_that_comes_near_says_why_not() -> None:
    row = {
        "to": "person",
        "purpose": "specific",
        "records": ["attendance"],
        "consents": [
            {"like": "release", "revoked_on": date(2026, 2, 1)},
            {"like": "release", "signed_on": None},
        ],
    }
    said = {(reason.consent_id, str(reason.why)) for reason in decide(row).reasons}
    assert said == {("consent-0", "revoked"), ("consent-1", "not_signed")}
