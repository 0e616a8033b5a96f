"""Words are found by their beginnings, without accents, in small letters or capitals; the excerpt is the text itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiop.domain.errors import InvalidInput
from openiop.domain.wordsearch import LEFT_OUT, ROOM, Piece, excerpt, folded, terms_of, words_in


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Slept four hours.", "slept four hours"),
        ("Ansiedad, depresión y pánico", "ansiedad depresion y panico"),
        ("El año del niño", "el ano del nino"),
        ("don't ex-wife", "don t ex wife"),
        ("nin\u0303o decomposed", "nino decomposed"),
        ("Stra\u00dfe \ufb01ne", "strasse fine"),
        ("F41.1 2x/day", "f41 1 2x day"),
        ("'); DROP TABLE x; \" * OR NEAR", "drop table x or near"),
        ("", ""),
    ],
)
def test_words_are_folded(text, words):
    assert folded(text) == words


def test_a_question_asks_for_each_word_once():
    assert terms_of("Pánico, panico y SUEÑO") == ("panico", "y", "sueno")


@pytest.mark.parametrize("question", ["", "a", "?!", "ñ", "\x00"])
def test_a_question_of_less_than_two_letters_is_refused(question):
    with pytest.raises(InvalidInput) as refused:
        terms_of(question)
    assert refused.value.field == "words"


def test_the_excerpt_marks_every_hit_as_it_stands():
    assert excerpt("La Ansiedad bajó; ansioso no.", ("ansi",)) == (
        Piece("La "),
        Piece("Ansiedad", is_hit=True),
        Piece(" bajó; "),
        Piece("ansioso", is_hit=True),
        Piece(" no."),
    )


def test_a_long_text_is_cut_at_words_on_both_sides():
    text = f"{'before ' * 50}needle {'after ' * 100}"
    pieces = excerpt(text, ("need",))
    assert pieces[0] == Piece(LEFT_OUT)
    assert pieces[-1] == Piece(LEFT_OUT)
    assert Piece("needle", is_hit=True) in pieces
    shown = "".join(piece.text for piece in pieces[1:-1])
    assert shown in text
    assert shown.startswith("before ")
    assert shown.endswith(" after")
    assert len(shown) <= ROOM


def test_words_far_apart_are_each_shown():
    text = f"needle {'between ' * 200}thread {'after ' * 100}"
    pieces = excerpt(text, ("need", "thre"))
    assert [piece.text for piece in pieces if piece.is_hit] == ["needle", "thread"]
    assert pieces.count(Piece(LEFT_OUT)) == 2
    assert sum(len(piece.text) for piece in pieces) <= 2 * ROOM + 2 * len(LEFT_OUT)


@given(st.text(max_size=900), st.text(min_size=1, max_size=12))
def test_whatever_the_text_the_excerpt_is_a_stretch_of_it_and_hits_begin_with_a_term(text, question):
    terms = tuple(word.folded for word in words_in(question)) or ("zzz",)
    pieces = excerpt(text, terms)
    stretches = "".join(piece.text for piece in pieces).split(LEFT_OUT)
    if LEFT_OUT not in text:
        assert all(stretch in text for stretch in stretches)
    for piece in pieces:
        if piece.is_hit:
            assert folded(piece.text).startswith(terms)
    found = any(word.folded.startswith(terms) for word in words_in(text))
    assert (
        found == any(piece.is_hit for piece in pieces) or max(map(len, text.split()), default=0) > ROOM // 2
    )


@given(st.text(max_size=300))
def test_what_is_folded_stays_as_it_is(text):
    assert folded(folded(text)) == folded(text)
    for word in words_in(text):
        assert folded(text[word.start : word.end]).startswith(word.folded[:1])
