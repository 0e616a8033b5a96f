"""Who signs: licensed alone, unlicensed with a second one (Rule 65D-30.0044 F.A.C.); client and family answer."""

from __future__ import annotations

import pytest

from openiop.domain.treatment.signing import (
    Answer,
    Flaw,
    Given,
    Party,
    Signer,
    Standing,
    flaw_of_answer,
    flaw_of_cosigner,
    standing_of,
    still_asked,
)

SUPERVISED = Given(Party.SUPERVISOR, Answer.COSIGNED)
BACK = Given(Party.SUPERVISOR, Answer.SENT_BACK)


def test_a_license_or_a_prescribers_role_counts_alone():
    assert Signer(1, ("therapist",), has_license=True).is_licensed
    assert Signer(1, ("prescriber",)).is_licensed
    assert not Signer(1, ("therapist",)).is_licensed


def test_nobody_signs_beside_themselves_nor_without_a_license_nor_where_nothing_is_needed():
    licensed = Signer(2, has_license=True)
    assert flaw_of_cosigner(licensed, author=1, needed=True) is None
    assert flaw_of_cosigner(licensed, author=2, needed=True) is Flaw.OWN_PLAN
    assert flaw_of_cosigner(Signer(3), author=1, needed=True) is Flaw.UNLICENSED
    assert flaw_of_cosigner(licensed, author=1, needed=False) is Flaw.NOT_NEEDED


def test_the_supervisors_last_answer_counts():
    assert standing_of([], needs_cosign=True) is Standing.AWAITS_COSIGN
    assert standing_of([BACK], needs_cosign=True) is Standing.SENT_BACK
    assert standing_of([BACK, SUPERVISED], needs_cosign=True) is Standing.COMPLETE
    assert standing_of([], needs_cosign=False) is Standing.COMPLETE


def test_a_client_who_disagrees_stops_no_plan():
    given = [SUPERVISED, Given(Party.CLIENT, Answer.DISAGREES)]
    assert standing_of(given, needs_cosign=True) is Standing.COMPLETE
    assert still_asked(given) == (Party.FAMILY,)


@pytest.mark.parametrize(
    ("party", "answer", "words", "flaw"),
    [
        (Party.CLIENT, Answer.AGREES, "", None),
        (Party.CLIENT, Answer.DISAGREES, "", Flaw.NO_WORDS),
        (Party.FAMILY, Answer.DISAGREES, "Too many evenings", None),
        (Party.CLIENT, Answer.COSIGNED, "", Flaw.NOT_THEIRS),
        (Party.SUPERVISOR, Answer.AGREES, "", Flaw.NOT_THEIRS),
        (Party.SUPERVISOR, Answer.SENT_BACK, " ", Flaw.NO_WORDS),
    ],
)
def test_who_says_no_says_why(party, answer, words, flaw):
    assert flaw_of_answer(party, answer, words) is flaw
