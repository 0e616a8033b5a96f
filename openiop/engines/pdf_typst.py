"""Documents as tagged PDF by Typst: a template of ours and data in, bytes out.

The data reaches the template as JSON through `sys.inputs.data`, so a value is always text and never markup.
A template begins:

    #let data = json(bytes(sys.inputs.data))
    #set document(title: data.title)
    #set text(lang: data.lang)

and names its title, or the PDF/UA-1 check refuses it. The library is loaded at the first document.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

STANDARD: Literal["ua-1"] = "ua-1"
"""PDF/UA-1: tags, reading order, language and title are checked by the compiler itself."""


class PdfError(Exception):
    """The template is wrong or the data does not fit it; the text is Typst's own."""


class PdfEngine(Protocol):
    """Turns a template and its data into a PDF."""

    def render(self, template: str | Path, data: Mapping[str, Any], *, lang: str, at: datetime) -> bytes:
        """Return the document's bytes."""
        ...


class TypstEngine:
    """The engine in use. The same template, data and `at` give the same bytes."""

    def render(self, template: str | Path, data: Mapping[str, Any], *, lang: str, at: datetime) -> bytes:
        """Return a tagged PDF in `lang`. `template` is Typst source, or the path of a `.typ` file.

        `at` is written into the document as its date. A template on disk may include its neighbours and
        nothing else; a source string may include nothing.
        """
        import typst

        body = json.dumps({"lang": lang, **data}, ensure_ascii=False, default=str)
        # Any: Typst's types ask for one type of source and root, its code does not.
        source: Any = template.read_bytes() if isinstance(template, Path) else template.encode()
        with tempfile.TemporaryDirectory() as empty:
            root = str(template.parent) if isinstance(template, Path) else empty
            try:
                pdf: bytes = typst.compile(
                    source,
                    root=root,
                    format="pdf",
                    ignore_system_fonts=True,
                    sys_inputs={"data": body},
                    pdf_standards=[STANDARD],
                    timestamp=int(at.astimezone(UTC).timestamp()),
                )
            except (typst.TypstError, RuntimeError) as error:
                raise PdfError(str(error)) from error
        return pdf


ENGINE: PdfEngine = TypstEngine()
