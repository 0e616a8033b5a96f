"""Markdown to HTML that is safe on a public page: no HTML of the writer's, no pictures, no scripts.

CommonMark with tables, by markdown-it-py. A heading of the first level becomes one of the second, for the
page has its first.
A link leads to the web, to a telephone or to mail; anything else stays plain text.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

SCHEMES = ("https://", "http://", "tel:", "mailto:", "/", "#")
HIGHEST = 2


def to_html(text: str) -> str:
    """Return the text as HTML; what looks like HTML in it is shown as it was typed."""
    return str(_parser().render(text))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    parser.validateLink = _is_safe  # type: ignore[method-assign]
    parser.core.ruler.push("openiop", _adapt)
    return parser


def _is_safe(url: str) -> bool:
    """Tell whether a link may stand: `//elsewhere` would leave the house without saying so."""
    lowered = url.strip().lower()
    return lowered.startswith(SCHEMES) and not lowered.startswith("//")


def _adapt(state: Any) -> None:
    """Leave the first heading to the page, and send no address of this page along with a link."""
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{max(int(token.tag[1]), HIGHEST)}"
        _quiet_links(token.children or ())


def _quiet_links(tokens: Sequence[Any]) -> None:
    for token in tokens:
        attributes: MutableMapping[str, Any] = token.attrs
        if token.type == "link_open" and str(attributes.get("href", "")).lower().startswith("http"):
            attributes["rel"] = "noreferrer nofollow"
