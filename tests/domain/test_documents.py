"""Words of a document: filled, and laid out in blocks that nothing typed can forge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiop.domain.documents import Block, BlockKind, blocks, fill
from openiop.domain.errors import InvalidInput


def test_a_text_is_laid_out_in_its_order() -> None:
    body = "## Who\n\nAna,\nborn in May.\n\n- one\n- two\n\n## What\nAll of it.\n"
    assert blocks(body) == (
        Block(BlockKind.HEADING, text="Who"),
        Block(BlockKind.PARAGRAPH, text="Ana, born in May."),
        Block(BlockKind.ITEMS, items=("one", "two")),
        Block(BlockKind.HEADING, text="What"),
        Block(BlockKind.PARAGRAPH, text="All of it."),
    )


def test_a_hole_without_a_value_is_refused_by_name() -> None:
    with pytest.raises(InvalidInput, match="recipient"):
        fill("To {recipient} of {client}", {"client": "Ana"})


def test_a_value_is_never_filled_again() -> None:
    assert fill("{client}", {"client": "{recipient}", "recipient": "x"}) == "{recipient}"


@given(st.text(max_size=80))
def test_what_people_type_brings_no_mark(value: str) -> None:
    body = fill("## Title\n\n{client}\n\n- {client}", {"client": value})
    kinds = [block.kind for block in blocks(body)]
    assert kinds.count(BlockKind.HEADING) == 1
    assert sum(len(block.items) for block in blocks(body)) <= 1
