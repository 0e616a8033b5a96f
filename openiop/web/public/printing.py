"""A public page as a PDF: made on the fly, handed over, kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.core import clock
from openiop.apps.core.words import date_pattern, day_words
from openiop.engines.pdf_typst import ENGINE

LETTER = Path(catalog.__file__).parent / "letters" / "public.typ"
Block = dict[str, Any]


def heading(text: Any) -> Block:
    """Return a heading of the second level."""
    return {"kind": "heading", "text": str(text)}


def paragraph(text: Any) -> Block:
    """Return a paragraph."""
    return {"kind": "paragraph", "text": str(text)}


def items(lines: Iterable[Any], *, numbered: bool = False) -> Block:
    """Return a list."""
    return {"kind": "steps" if numbered else "items", "items": [str(line) for line in lines]}


def table(head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Block:
    """Return a table."""
    return {
        "kind": "table",
        "head": [str(word) for word in head],
        "rows": [[str(cell) for cell in row] for row in rows],
    }


def pdf(title: str, blocks: Sequence[Block], *, name: str) -> HttpResponse:
    """Return the document as a download. Its name says nothing about health: files lie in shared folders."""
    content = pdf_bytes(title, blocks, house="OpenIOP", at=clock.now())
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


def pdf_bytes(title: str, blocks: Sequence[Block], *, house: str, at: datetime) -> bytes:
    """Return the document."""
    data = {
        "title": title,
        "organization": house,
        "footer": day_words(at.date(), date_pattern()),
        "page_word": _("Page"),
        "crisis": _("In danger now? Call 911. In crisis? Call or text 988, day and night."),
        "blocks": [block for block in blocks if block.get("items") != []],
    }
    return ENGINE.render(LETTER, data, lang=(get_language() or "en")[:2], at=at)
