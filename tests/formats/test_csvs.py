"""Tables that open in a spreadsheet without surprises."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from openiop.formats.csvs import BYTE_ORDER_MARK, write_csv


def test_commas_quotes_and_lines_stay_inside_their_cell() -> None:
    text = write_csv(["name", "hours"], [['Ana "A", Velora', 9.5], ["two\nlines", None]])
    assert text == BYTE_ORDER_MARK + 'name,hours\r\n"Ana ""A"", Velora",9.5\r\n"two\nlines",\r\n'


def test_what_a_spreadsheet_would_run_is_made_text() -> None:
    text = write_csv(["x"], [["=1+1"], ["@cmd"], ["+1"], ["-1"], [-1]])
    assert text.removeprefix(BYTE_ORDER_MARK).splitlines() == ["x", "'=1+1", "'@cmd", "'+1", "'-1", "-1"]


@given(st.lists(st.lists(st.text(st.characters(exclude_characters="\x00\r")), min_size=2, max_size=2)))
def test_what_is_written_reads_back_and_never_begins_a_formula(rows: list[list[str]]) -> None:
    body = write_csv(["a", "b"], rows).removeprefix(BYTE_ORDER_MARK)
    read = list(csv.reader(io.StringIO(body, newline="")))
    assert read[0] == ["a", "b"]
    for wanted, found in zip(rows, read[1:], strict=True):
        assert [cell.removeprefix("'") for cell in wanted] == [cell.removeprefix("'") for cell in found]
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in found)
