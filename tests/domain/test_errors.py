"""Errors carry the user's words, a stable code and, where there is one, the field to mend."""

from __future__ import annotations

import pytest

from openiop.domain.errors import Conflict, DomainError, InvalidInput, NotAllowed


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (DomainError, "refused"),
        (InvalidInput, "invalid"),
        (NotAllowed, "not-allowed"),
        (Conflict, "conflict"),
    ],
)
def test_each_kind_has_its_own_code(kind: type[DomainError], code: str) -> None:
    error = kind("Say what is wrong.")
    assert (error.message, error.code, error.field) == ("Say what is wrong.", code, None)
    assert str(error) == "Say what is wrong."


def test_code_and_field_can_be_named() -> None:
    error = InvalidInput("Too late.", code="past-date", field="start")
    assert (error.code, error.field) == ("past-date", "start")
