"""Who may do what to a note, and how it then stands."""

from __future__ import annotations

import pytest

from openiop.domain.notes.standing import (
    Act,
    Doer,
    Mark,
    Marked,
    Refusal,
    Standing,
    Version,
    may_save_over,
    refusal_of,
    standing_of,
)

AUTHOR, COLLEAGUE, SUPERVISOR = Doer(True), Doer(False), Doer(False, is_licensed=True)
DRAFT = [Version(1, False)]
SIGNED = [Version(1, True)]
UNLICENSED = [Version(1, True, needs_cosign=True)]
REWRITTEN = [Version(1, True, needs_cosign=True), Version(2, True, needs_cosign=True)]
BACK, COSIGNED = Marked(Mark.SENT_BACK, 1), Marked(Mark.COSIGNED, 1)
GONE = Marked(Mark.RETRACTED, 1)


@pytest.mark.parametrize(
    ("versions", "marks", "expected"),
    [
        (DRAFT, [], Standing.DRAFT),
        (SIGNED, [], Standing.SIGNED),
        (SIGNED, [Marked(Mark.ADDENDUM, 1)], Standing.SIGNED),
        ([*SIGNED, Version(2, False)], [], Standing.SIGNED),
        ([*SIGNED, Version(2, True)], [], Standing.AMENDED),
        (UNLICENSED, [], Standing.AWAITS_COSIGN),
        (UNLICENSED, [BACK], Standing.SENT_BACK),
        (UNLICENSED, [BACK, COSIGNED], Standing.COSIGNED),
        (REWRITTEN, [BACK], Standing.AWAITS_COSIGN),
        (REWRITTEN, [COSIGNED, GONE], Standing.RETRACTED),
        (DRAFT, [GONE], Standing.RETRACTED),
    ],
)
def test_a_note_stands_as_its_last_signed_version_and_what_was_said_to_it(versions, marks, expected):
    assert standing_of(versions, marks) is expected


@pytest.mark.parametrize(
    ("act", "doer", "versions", "marks", "expected"),
    [
        (Act.SAVE, AUTHOR, DRAFT, [], None),
        (Act.SAVE, COLLEAGUE, DRAFT, [], Refusal.NOT_AUTHOR),
        (Act.SIGN, SUPERVISOR, DRAFT, [], Refusal.NOT_AUTHOR),
        (Act.SAVE, AUTHOR, SIGNED, [], Refusal.SIGNED),
        (Act.ADDEND, COLLEAGUE, SIGNED, [], None),
        (Act.ADDEND, AUTHOR, DRAFT, [], Refusal.NOT_SIGNED),
        (Act.AMEND, AUTHOR, SIGNED, [], None),
        (Act.AMEND, SUPERVISOR, SIGNED, [], Refusal.NOT_AUTHOR),
        (Act.AMEND, AUTHOR, [*SIGNED, Version(2, False)], [], Refusal.DRAFT_OPEN),
        (Act.COSIGN, SUPERVISOR, UNLICENSED, [], None),
        (Act.COSIGN, SUPERVISOR, UNLICENSED, [BACK], None),
        (Act.COSIGN, COLLEAGUE, UNLICENSED, [], Refusal.UNLICENSED),
        (Act.COSIGN, Doer(True, is_licensed=True), UNLICENSED, [], Refusal.OWN_NOTE),
        (Act.COSIGN, SUPERVISOR, SIGNED, [], Refusal.NOT_NEEDED),
        (Act.COSIGN, SUPERVISOR, UNLICENSED, [COSIGNED], Refusal.NOT_NEEDED),
        (Act.RETRACT, AUTHOR, DRAFT, [], None),
        (Act.RETRACT, SUPERVISOR, SIGNED, [], None),
        (Act.RETRACT, COLLEAGUE, SIGNED, [], Refusal.NOT_AUTHOR),
        (Act.ADDEND, AUTHOR, SIGNED, [GONE], Refusal.RETRACTED),
        (Act.RETRACT, AUTHOR, SIGNED, [GONE], Refusal.RETRACTED),
    ],
)
def test_each_act_has_its_people_and_its_time(act, doer, versions, marks, expected):
    assert refusal_of(act, doer, versions, marks) is expected


def test_a_page_saves_over_what_it_has_seen_and_over_its_own_words_alone():
    assert may_save_over(sent=3, sent_tab="a", stands=3, stands_tab="b")
    assert may_save_over(sent=2, sent_tab="a", stands=3, stands_tab="a")
    assert not may_save_over(sent=2, sent_tab="a", stands=3, stands_tab="b")
    assert not may_save_over(sent=2, sent_tab="", stands=3, stands_tab="")
