"""The consent forms, notices, kinds of record and minors' rules that ship."""

from __future__ import annotations

import re

import pytest

from openiop import catalog
from openiop.domain.consent_templates import (
    HOLES,
    ConsentTemplate,
    Needed,
    NoticeForm,
    Statement,
    read_notice,
    read_scopes,
    read_template,
)
from openiop.domain.consents import (
    DISCLOSING,
    NOTES_SCOPE,
    Basis,
    Consent,
    Expires,
    Kind,
    NotesType,
    Purpose,
    Scope,
    missing_before_signing,
)
from openiop.domain.documents import blocks, holes
from openiop.domain.minors import read_minor_rules

FORMS = [read_template(entry.body) for entry in catalog.load_all("consents")]
VALUES = {hole: hole.upper() for hole in HOLES}


def by_id(form: ConsentTemplate) -> str:
    return form.id


def test_the_seven_forms_ship() -> None:
    assert [form.id for form in FORMS] == [
        "legal-proceeding",
        "part2-tpo",
        "psychotherapy-notes",
        "release",
        "sud-notes",
        "telehealth",
        "treatment",
    ]


@pytest.mark.parametrize("form", FORMS, ids=by_id)
def test_a_form_says_the_same_in_both_languages(form: ConsentTemplate) -> None:
    for section in form.sections:
        assert holes(section.text.en) == holes(section.text.es) <= HOLES, section.title.en
    english, spanish = (blocks(form.compose(language, VALUES)) for language in ("en", "es"))
    assert [block.kind for block in english] == [block.kind for block in spanish]
    assert [len(block.items) for block in english] == [len(block.items) for block in spanish]


@pytest.mark.parametrize("form", [form for form in FORMS if form.kind in DISCLOSING], ids=by_id)
def test_a_filled_form_has_every_element_before_it_is_signed(form: ConsentTemplate) -> None:
    for purpose in form.purposes:
        consent = Consent(
            id="c",
            kind=form.kind,
            patient="Ana Velora-Demo",
            body=form.compose("en", VALUES),
            discloser="Test Clinic",
            info_description="As listed",
            scopes=frozenset(form.scopes),
            recipient=form.recipient.en or "Dr. Chen",
            purpose=purpose,
            purpose_words="To keep informed",
            tpo_single=form.tpo_single,
            redisclosure_statement=form.makes(Statement.REDISCLOSURE),
            refusal_statement=form.makes(Statement.REFUSAL),
            revocation_text=form.statement_text(Statement.REVOCATION, "en", VALUES),
            expires_kind=Expires.EVENT,
            expires_event="The end",
            notes_type=form.notes_type,
            legal_proceeding=form.legal_proceeding,
            part2=True,
        )
        assert missing_before_signing(consent) == ()


@pytest.mark.parametrize("form", [form for form in FORMS if form.kind in DISCLOSING], ids=by_id)
def test_a_form_that_lets_records_out_names_them_and_their_receiver(form: ConsentTemplate) -> None:
    words = " ".join(section.text.en for section in form.sections)
    assert {"client", "discloser", "recipient", "information", "expiry", "signer"} <= holes(words)


def test_part2_records_need_the_tpo_form_and_only_it_is_a_single_consent() -> None:
    assert [form.id for form in FORMS if form.needed is Needed.PART2] == ["part2-tpo"]
    assert [form.id for form in FORMS if form.tpo_single] == ["part2-tpo"]
    assert [form.id for form in FORMS if form.needed is Needed.ALWAYS] == ["treatment"]


def test_separated_notes_stand_in_no_other_form() -> None:
    for form in FORMS:
        notes = {NOTES_SCOPE[scope] for scope in form.scopes if scope in NOTES_SCOPE}
        assert notes == ({form.notes_type} if form.notes_type is not NotesType.NONE else set())
        if form.legal_proceeding:
            assert Purpose.TPO not in form.purposes
        if form.kind is Kind.RELEASE:
            assert Expires.NONE not in form.expiries


def test_both_statements_of_the_notice_ship_and_say_how_sure_we_are() -> None:
    notices = {notice.form: notice for notice in (read_notice(e.body) for e in catalog.load_all("notices"))}
    assert set(notices) == set(NoticeForm)
    assert {notice.tag for notice in notices.values()} == {"U"}
    assert notices[NoticeForm.SHORT].text.en == (
        "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
    )
    assert "against the patient" in notices[NoticeForm.LONG].text.en
    assert notices[NoticeForm.LONG].pinned == "part2-long.1"


def test_every_kind_of_record_has_its_words() -> None:
    words = read_scopes(catalog.load("scopes", "record").body)
    assert [row.scope for row in words] == list(Scope)


def test_every_basis_has_its_path_and_its_source() -> None:
    rules = read_minor_rules(catalog.load("minors", "california").body)
    assert {path.basis for path in rules.paths} == set(Basis)
    assert all(path.source and path.tag for path in rules.paths)


def test_forms_keep_to_short_sentences() -> None:
    """The safe-messaging rule asks for plain language; the longest sentence is counted, not guessed."""
    for form in FORMS:
        text = " ".join(" ".join((block.text, *block.items)) for block in blocks(form.compose("en", VALUES)))
        longest = max(re.split(r"(?<=[.!?:;])\s", text), key=lambda sentence: len(sentence.split()))
        assert len(longest.split()) <= 45, (form.id, longest)
