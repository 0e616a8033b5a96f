"""Markdown of the organisation's own pages: what is written is shown, and nothing of it runs or calls out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiop.engines.markdown import to_html


def test_headings_begin_at_the_second_level_and_lists_and_tables_are_there() -> None:
    html = to_html("# One\n\n- a\n- **b**\n\n| x | y |\n|---|---|\n| 1 | 2 |")
    assert "<h2>One</h2>" in html
    assert "<li><strong>b</strong></li>" in html
    assert "<td>1</td>" in html


def test_html_is_shown_as_it_was_typed() -> None:
    assert to_html("<script>alert(1)</script>") == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"
    assert "<b" not in to_html("a <b onclick=x>c</b>")


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "//elsewhere.example/x", "JaVaScRiPt:x"],
)
def test_a_link_to_anything_that_runs_or_hides_stays_text(address: str) -> None:
    assert "<a" not in to_html(f"[words]({address})")


def test_a_link_outside_says_nothing_of_where_one_came_from() -> None:
    assert to_html("[x](https://a.example/)") == (
        '<p><a href="https://a.example/" rel="noreferrer nofollow">x</a></p>\n'
    )
    assert to_html("[call](tel:988)") == '<p><a href="tel:988">call</a></p>\n'


def test_a_picture_is_no_picture() -> None:
    assert "<img" not in to_html("![x](https://a.example/x.png)")


TAGS = "p h2 h3 h4 h5 h6 ul ol li strong em a code pre blockquote hr br table thead tbody tr th td".split()


@given(st.text(alphabet=st.sampled_from("<>/\"'=[]()!#*_-`|\n ajsonerrorscript:&;"), max_size=120))
def test_whatever_is_typed_only_our_tags_come_out(text: str) -> None:
    html = to_html(text)
    assert set(re.findall(r"</?([a-zA-Z][a-zA-Z0-9]*)", html)) <= set(TAGS)
    assert not re.search(r"<[^>]*\son[a-z]+=", re.sub(r'"[^"]*"', '""', html))
