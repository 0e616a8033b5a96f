"""A listed place is a site's where they share a telephone or a street; what is a month old is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from openiop.domain.finder.claims import Call, ClaimRules, Marks, Proof, proofs_of
from openiop.domain.invitations import code_as_printed, code_as_typed

AT = datetime(2026, 3, 2, 17, tzinfo=UTC)
RULES = ClaimRules("listing", 1, date(2026, 1, 1), confirm_every=timedelta(days=30), code_holds=14)


def marks(phones: str = "", streets: str = "") -> Marks:
    return Marks(frozenset(phones.split()), frozenset(streets.split()))


@pytest.mark.parametrize(
    ("listed", "site", "proofs"),
    [
        (marks("4155550110", "elm"), marks("4155550110", "oak"), (Proof.PHONE,)),
        (marks("4155550110", "elm"), marks("4155550111", "elm"), (Proof.STREET,)),
        (marks("4155550110 4155550199", "elm"), marks("4155550199", "elm"), (Proof.PHONE, Proof.STREET)),
        (marks("4155550110", "elm"), marks("4155550111", "oak"), ()),
        (marks("4155550110", ""), marks("", ""), ()),
        (marks("", ""), marks("", ""), ()),
    ],
)
def test_a_place_is_a_sites_by_telephone_or_street(
    listed: Marks, site: Marks, proofs: tuple[Proof, ...]
) -> None:
    assert proofs_of(listed, site) == proofs


def test_a_listing_is_due_after_thirty_days_and_before_the_first_word() -> None:
    assert RULES.is_due(None, at=AT)
    assert not RULES.is_due(AT - timedelta(days=30), at=AT)
    assert RULES.is_due(AT - timedelta(days=30, seconds=1), at=AT)


@pytest.mark.parametrize(("ago", "holds"), [(0, True), (14, True), (15, False), (-1, False)])
def test_a_code_is_taken_on_its_day_and_for_two_weeks_after(ago: int, holds: bool) -> None:
    call = Call("house", "place")
    code = call.code("secret", AT.date() - timedelta(days=ago))
    assert call.is_proved(code, "secret", today=AT.date(), rules=RULES) is holds


def test_a_code_proves_one_place_of_one_organization_on_one_installation() -> None:
    code = Call("house", "place").code("secret", AT.date())
    others = [("house", "another", "secret"), ("stranger", "place", "secret"), ("house", "place", "else")]
    for organization, place, secret in others:
        assert not Call(organization, place).is_proved(code, secret, today=AT.date(), rules=RULES)


def test_a_code_is_typed_as_it_is_printed() -> None:
    code = Call("house", "place").code("secret", AT.date())
    assert code_as_typed(code_as_printed(code)) == code
