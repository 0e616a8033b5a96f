"""Who stands in a client's place, by age, kind of record and appointment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from openiop import catalog
from openiop.domain.consents import Basis, Consent, Kind
from openiop.domain.disclosures import Why
from openiop.domain.minors import read_minor_rules
from openiop.domain.representatives import Standing, may_represent

ON = date(2026, 3, 2)
CALIFORNIA = read_minor_rules(catalog.load("minors", "california").body)
CHILD, TEEN, ADULT = date(2015, 6, 1), date(2011, 6, 1), date(1980, 6, 1)
MOTHER = Standing("Ines Velora-Demo", is_guardian=True, birth_date=CHILD, part2=False)
APPOINTED = Consent(
    id="c1",
    kind=Kind.TREATMENT,
    patient="Ana Velora-Demo",
    basis=Basis.CONSERVATOR,
    signed_by="Ines Velora-Demo",
    signed_on=date(2026, 1, 2),
)


@pytest.mark.parametrize(
    ("who", "consents", "allowed", "why"),
    [
        (MOTHER, [], True, Why.REPRESENTATIVE),
        (replace(MOTHER, is_guardian=False), [], False, Why.NOT_APPOINTED),
        (replace(MOTHER, birth_date=None), [], False, Why.BIRTH_DATE_UNKNOWN),
        (replace(MOTHER, birth_date=TEEN), [], False, Why.MINOR_DECIDES),
        (replace(MOTHER, birth_date=TEEN, part2=True), [], False, Why.MINOR_DECIDES),
        (replace(MOTHER, part2=True), [], False, Why.BOTH_MUST_SIGN),
        (replace(MOTHER, birth_date=ADULT), [], False, Why.NOT_APPOINTED),
        (replace(MOTHER, birth_date=ADULT), [APPOINTED], True, Why.REPRESENTATIVE),
        (
            replace(MOTHER, birth_date=ADULT),
            [replace(APPOINTED, basis=Basis.COURT)],
            True,
            Why.REPRESENTATIVE,
        ),
        (
            replace(MOTHER, birth_date=ADULT),
            [replace(APPOINTED, basis=Basis.ADULT)],
            False,
            Why.NOT_APPOINTED,
        ),
        (
            replace(MOTHER, birth_date=ADULT),
            [replace(APPOINTED, kind=Kind.RELEASE)],
            False,
            Why.NOT_APPOINTED,
        ),
        (
            replace(MOTHER, birth_date=ADULT),
            [replace(APPOINTED, signed_by="Lou Marten-Demo")],
            False,
            Why.NOT_APPOINTED,
        ),
        (replace(MOTHER, birth_date=ADULT), [replace(APPOINTED, revoked_on=ON)], False, Why.NOT_APPOINTED),
        (replace(MOTHER, birth_date=ADULT), [replace(APPOINTED, signed_on=None)], False, Why.NOT_APPOINTED),
    ],
)
def test_the_table_says_who_stands_in(
    who: Standing, consents: list[Consent], allowed: bool, why: Why
) -> None:
    decision = may_represent(who, consents, ON, minors=CALIFORNIA)
    assert (decision.allowed, decision.reasons[0].why) == (allowed, why)
    assert decision.basis == ("representative" if allowed else "")
    assert decision.reasons[0].source


def test_on_the_twelfth_birthday_the_parents_place_ends() -> None:
    day_before = replace(MOTHER, birth_date=date(2014, 3, 3))
    birthday = replace(MOTHER, birth_date=date(2014, 3, 2))
    assert may_represent(day_before, [], ON, minors=CALIFORNIA).allowed is True
    assert may_represent(birthday, [], ON, minors=CALIFORNIA).allowed is False
