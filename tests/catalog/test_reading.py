"""YAML is read strictly: what is written is what is meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiop.catalog.reading import MAX_BYTES, read_yaml
from openiop.domain.errors import InvalidInput


def _refusal(raw: bytes) -> str:
    with pytest.raises(InvalidInput) as raised:
        read_yaml(raw, name="x.1.yaml")
    return raised.value.message


def test_words_times_and_dates_stay_text() -> None:
    raw = b"a: no\nb: 08:30\nc: 2026-11-23\nd: on\ne: 010\nf: true\ng: 1.5\nh: -3\ni: null\n"
    assert read_yaml(raw, name="x") == {
        "a": "no",
        "b": "08:30",
        "c": "2026-11-23",
        "d": "on",
        "e": "010",
        "f": True,
        "g": 1.5,
        "h": -3,
        "i": None,
    }


def test_a_key_written_twice_is_refused_with_its_line() -> None:
    assert _refusal(b"a: 1\nb: 2\na: 3\n") == "x.1.yaml, line 3: the key 'a' stands twice."


def test_aliases_are_refused() -> None:
    assert "aliases are not used here" in _refusal(b"a: &x [1]\nb: *x\n")


def test_deep_nesting_is_refused() -> None:
    assert "nested deeper than 40 levels" in _refusal(b"a: " + b"[" * 500 + b"]" * 500)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\xff\xfe", "byte 0 is not UTF-8"),
        (b"- 1\n- 2\n", "must be a mapping"),
        (b"", "must be a mapping"),
        (b"a: [1\n", "line 2"),
        (b"? [a]\n: 1\n", "a key must be text"),
        (b"a: !!python/object:os.system {}\n", "could not determine a constructor"),
        (b"x" * (MAX_BYTES + 1), "larger than 1000 kB"),
    ],
)
def test_what_cannot_be_read_says_why(raw: bytes, words: str) -> None:
    assert words in _refusal(raw)


@given(st.binary(max_size=300))
def test_any_bytes_give_a_mapping_or_a_clear_refusal(raw: bytes) -> None:
    said = "x"
    try:
        data: object = read_yaml(raw, name="x")
    except InvalidInput as error:
        data, said = {}, error.message
    assert isinstance(data, dict)
    assert said.startswith("x")
