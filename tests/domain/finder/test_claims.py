"""A listed place is a site's where they share a telephone or a street; what is a month old is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from openiop.domain.finder.claims import Marks, Proof, is_due, proofs_of

AT = datetime(2026, 3, 2, 17, tzinfo=UTC)


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
    assert is_due(None, at=AT)
    assert not is_due(AT - timedelta(days=30), at=AT)
    assert is_due(AT - timedelta(days=30, seconds=1), at=AT)
