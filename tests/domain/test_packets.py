"""What of a chart goes into one document, and which kinds of record that is."""

from __future__ import annotations

from datetime import date

import pytest

from openiop.domain.consents import NOTES_SCOPE, Scope
from openiop.domain.errors import InvalidInput
from openiop.domain.packets import SCOPES, Part, choose

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


def test_a_choice_holds_its_days_and_its_parts_in_the_order_of_reading() -> None:
    choice = choose(FIRST, LAST, ["documents", "plan", "secret"], allowed=Part)
    assert choice.ordered == (Part.PLAN, Part.DOCUMENTS)
    assert choice.scopes == {Scope.ENROLLED, Scope.PLAN, Scope.DOCUMENTS}
    assert [choice.holds(day) for day in (date(2026, 2, 28), FIRST, LAST, date(2026, 4, 1))] == [
        False, True, True, False,
    ]  # fmt: skip


def test_what_the_reader_may_not_read_is_no_part() -> None:
    assert choose(FIRST, FIRST, ["plan", "notes"], allowed=[Part.PLAN]).parts == {Part.PLAN}


@pytest.mark.parametrize(
    ("first", "last", "parts", "field"), [(LAST, FIRST, ["plan"], "last"), (FIRST, LAST, ["notes"], "parts")]
)
def test_what_cannot_be_right_is_told_at_its_field(
    first: date, last: date, parts: list[str], field: str
) -> None:
    with pytest.raises(InvalidInput) as raised:
        choose(first, last, parts, allowed=[Part.PLAN])
    assert raised.value.field == field


def test_every_part_has_its_kind_of_record_and_none_is_of_notes_kept_apart() -> None:
    assert SCOPES.keys() == set(Part)
    assert not set(SCOPES.values()) & NOTES_SCOPE.keys()
