"""Who may sign, by age and kind of care, under the California rules that ship."""

from __future__ import annotations

from datetime import date

import pytest

from openiop import catalog
from openiop.domain.consents import Basis
from openiop.domain.minors import (
    CareKind,
    age_on,
    minor_may_consent,
    read_minor_rules,
    ways_to_release,
    ways_to_sign,
)

CALIFORNIA = read_minor_rules(catalog.load("minors", "california").body)
ON = date(2026, 3, 2)
MENTAL, SUBSTANCE = CareKind.MENTAL_HEALTH, CareKind.SUBSTANCE_USE


def ways(birth_date: date | None, care: CareKind, on: date = ON) -> set[str]:
    return {str(path.basis) for path in ways_to_sign(CALIFORNIA, birth_date, on, care)}


@pytest.mark.parametrize(
    ("birth_date", "on", "age"),
    [
        (date(2008, 3, 2), date(2026, 3, 1), 17),
        (date(2008, 3, 2), date(2026, 3, 2), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age_is_in_completed_years(birth_date: date, on: date, age: int) -> None:
    assert age_on(birth_date, on) == age


def test_an_adult_signs_alone_or_someone_whom_a_court_named() -> None:
    assert ways(date(2008, 3, 2), MENTAL) == {"adult", "conservator", "court"}
    assert ways(date(2008, 3, 2), SUBSTANCE) == {"adult", "conservator", "court"}


def test_from_twelve_a_minor_may_sign_alone_under_the_law_for_that_care() -> None:
    twelve = date(2014, 3, 2)
    assert ways(twelve, MENTAL) == {"minor_6924", "minor_124260", "parent", "parent_and_minor", "court"}
    assert ways(twelve, SUBSTANCE) == {"minor_6929", "parent", "parent_and_minor", "court"}


def test_before_twelve_a_minor_may_not_sign_alone() -> None:
    eleven = date(2014, 3, 3)
    assert ways(eleven, MENTAL) == ways(eleven, SUBSTANCE) == {"parent", "parent_and_minor", "court"}


def test_the_amended_family_code_counts_from_its_first_day() -> None:
    assert "minor_6924" not in ways(date(2010, 1, 1), MENTAL, date(2024, 6, 30))
    assert "minor_6924" in ways(date(2010, 1, 1), MENTAL, date(2024, 7, 1))


def test_without_a_birth_date_nobody_can_tell() -> None:
    assert ways(None, MENTAL) == set()
    assert ways(date(2027, 1, 1), MENTAL) == set()


def test_only_a_minor_decides_as_a_minor() -> None:
    assert minor_may_consent(CALIFORNIA, date(2011, 1, 1), ON, SUBSTANCE) is True
    assert minor_may_consent(CALIFORNIA, date(2015, 1, 1), ON, SUBSTANCE) is False
    assert minor_may_consent(CALIFORNIA, date(2000, 1, 1), ON, SUBSTANCE) is False


def test_a_minor_who_signs_alone_needs_conditions_confirmed() -> None:
    path = CALIFORNIA.path(Basis.MINOR_6924)
    assert path is not None
    assert len(path.conditions) == 3
    assert (path.source, path.tag) == ("Family Code 6924 as amended by AB 665 (2023)", "V")


def test_a_parent_alone_never_releases_part2_records() -> None:
    def releases(birth_date: date, *, part2: bool) -> set[str]:
        return {str(path.basis) for path in ways_to_release(CALIFORNIA, birth_date, ON, part2=part2)}

    assert releases(date(2011, 1, 1), part2=True) == {"minor_6929", "court"}
    assert releases(date(2015, 1, 1), part2=True) == {"parent_and_minor", "court"}
    assert "parent" in releases(date(2011, 1, 1), part2=False)
    assert releases(date(1990, 1, 1), part2=True) == {"adult", "conservator", "court"}
