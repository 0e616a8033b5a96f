"""Drawn strokes are moves and lines between whole numbers in the box, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiop.domain.signatures import HEIGHT, MAX_CHARACTERS, WIDTH, Flaw, flaw_of_strokes, is_same_name

GOOD = "M10 90L40 60L80 120L120 70L160 110L200 80M220 60L221 61"


def test_strokes_of_a_hand_pass() -> None:
    assert flaw_of_strokes(GOOD) is None


@pytest.mark.parametrize(
    ("path", "flaw"),
    [
        ("", Flaw.NOT_STROKES),
        ("L10 10L20 20", Flaw.NOT_STROKES),
        ("M10 90 L40 60", Flaw.NOT_STROKES),
        ("M10,90L40,60", Flaw.NOT_STROKES),
        ("M10 90C1 2 3 4 5 6", Flaw.NOT_STROKES),
        ("M-1 90L40 60", Flaw.NOT_STROKES),
        ("M1e2 90L40 60", Flaw.NOT_STROKES),
        ('M10 90"/><script>', Flaw.NOT_STROKES),
        ("M10 90L40 60\n", Flaw.NOT_STROKES),
        ("M٣ ٤L٥ ٦", Flaw.NOT_STROKES),
        ("M10 90L601 60", Flaw.OUTSIDE),
        ("M10 181L60 60", Flaw.OUTSIDE),
        ("M10 90", Flaw.TOO_LITTLE),
        ("M10 90L11 91L12 92L13 93L12 94L11 95", Flaw.TOO_LITTLE),
        ("M10 90L500 90", Flaw.TOO_LITTLE),
        ("M10 90" + "L10 90" * (MAX_CHARACTERS // 6), Flaw.TOO_LONG),
    ],
)
def test_what_is_no_signature_says_why(path: str, flaw: Flaw) -> None:
    assert flaw_of_strokes(path) is flaw


@given(st.text(alphabet="ML 0123456789<>\"'&,.-eC\n\0", max_size=60))
def test_nothing_but_strokes_ever_passes(path: str) -> None:
    if flaw_of_strokes(path) is None:
        assert set(path) <= set("ML 0123456789")
        numbers = path.replace("M", " ").replace("L", " ").split()
        assert all(0 <= int(n) <= (WIDTH, HEIGHT)[i % 2] for i, n in enumerate(numbers))


@pytest.mark.parametrize(
    ("typed", "same"),
    [("ana velora", True), ("  Ana   Velora ", True), ("Aná Velora", True), ("Ana", False), ("", False)],
)
def test_a_typed_name_is_the_name_give_or_take_accents_and_capitals(typed: str, *, same: bool) -> None:
    assert is_same_name(typed, "Ana Velora") is same
