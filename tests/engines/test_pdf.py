"""PDF documents are tagged, speak their language and never run what is in the data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from openiop.engines.pdf_typst import ENGINE, PdfError

AT = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set text(lang: data.lang)
= #data.title
#data.words
#table(columns: 2, table.header([Day], [Hours]), [Monday], [3], [Tuesday], [2])
"""
DATA = {"title": "Consentimiento de María", "words": "Puede revocarlo."}


def _read(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def _tags(node: Any) -> Iterator[str]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, DictionaryObject):
        if "/S" in node:
            yield str(node["/S"])
        node = node.get("/K", [])
        yield from _tags(node)
    elif isinstance(node, list):
        for child in node:
            yield from _tags(child)


def test_a_document_is_tagged_has_a_language_and_a_title() -> None:
    root = _read(ENGINE.render(TEMPLATE, DATA, lang="es", at=AT)).trailer["/Root"]
    assert root["/Lang"] == "es"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert {"/H1", "/P", "/Table", "/TH", "/TD"} <= set(_tags(root["/StructTreeRoot"]))


def test_a_document_says_that_it_is_pdf_ua_1() -> None:
    xmp = _read(ENGINE.render(TEMPLATE, DATA, lang="es", at=AT)).xmp_metadata
    assert xmp is not None
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp.rdf_root.toxml()


def test_the_text_can_be_read_out_in_order() -> None:
    text = _read(ENGINE.render(TEMPLATE, DATA, lang="es", at=AT)).pages[0].extract_text()
    assert text.split("\n") == [
        "Consentimiento de María",
        "Puede revocarlo.",
        "Day Hours",
        "Monday 3",
        "Tuesday 2",
    ]


def test_data_is_text_and_never_markup() -> None:
    words = '#read("/etc/passwd") *bold* $x^2$ <label> \\ "quoted"'
    text = _read(ENGINE.render(TEMPLATE, DATA | {"words": words}, lang="en", at=AT)).pages[0].extract_text()
    assert '#read("/etc/passwd")*bold*$x^2$<label>\\"quoted"' in text.replace(" ", "").replace("\n", "")


def test_the_same_input_gives_the_same_bytes() -> None:
    assert ENGINE.render(TEMPLATE, DATA, lang="en", at=AT) == ENGINE.render(TEMPLATE, DATA, lang="en", at=AT)


def test_the_document_bears_the_given_instant() -> None:
    metadata = _read(ENGINE.render(TEMPLATE, DATA, lang="en", at=AT)).metadata
    assert metadata is not None
    assert metadata.creation_date == AT


@pytest.mark.parametrize("path", ["/etc/passwd", "pdf_typst.py", "../pdf_typst.py"])
def test_a_template_string_reaches_no_file(path: str) -> None:
    with pytest.raises(PdfError):
        ENGINE.render(f'#set document(title: "x")\n#read("{path}")', {}, lang="en", at=AT)


def test_a_template_on_disk_reaches_its_neighbours_and_nothing_above(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "part.typ").write_text("#let sign = [Signed]")
    letter = folder / "letter.typ"
    letter.write_text('#import "part.typ": sign\n#set document(title: "Letter")\n#sign')
    assert _read(ENGINE.render(letter, {}, lang="en", at=AT)).pages[0].extract_text() == "Signed"
    letter.write_text('#set document(title: "Letter")\n#read("../secret.txt")')
    with pytest.raises(PdfError):
        ENGINE.render(letter, {}, lang="en", at=AT)


def test_a_document_without_a_title_is_refused() -> None:
    with pytest.raises(PdfError, match="missing document title"):
        ENGINE.render("Hello", {}, lang="en", at=AT)
