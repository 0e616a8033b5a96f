"""A file is what its bytes are; what could act by itself, or cannot be looked into, stays outside."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiop.domain.consents import Scope
from openiop.domain.files import (
    Fault,
    Format,
    fault_of,
    format_of,
    pdf_fault,
    read_file_kinds,
    safe_name,
    words_of,
)

PNG = b"\x89PNG\r\n\x1a\n....IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0...\xff\xd9 and what a telephone writes behind"
WEBP = b"RIFF\x06\x00\x00\x00WEBPVP"


def pdf(*parts: bytes) -> bytes:
    return b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n" + b"\n".join(parts) + b"\n%%EOF\n"


def packed(words: bytes, head: bytes = b"/Type /ObjStm /Filter /FlateDecode") -> bytes:
    return b"9 0 obj <<" + head + b">> stream\r\n" + zlib.compress(words) + b"\nendstream endobj"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (pdf(), Format.PDF), (PNG, Format.PNG), (JPEG, Format.JPEG), (WEBP, Format.WEBP),
        (b"II*\x00\x08", Format.TIFF), (b"MM\x00*\x08", Format.TIFF), ("Señora".encode(), Format.TEXT),
        (b"\xef\xbb\xbfWords", Format.TEXT), (b"<html>", None), (b"\xef\xbb\xbf <!doctype html>", None),
        (b"<?xml version='1.0'?>", None), (b"{\\rtf1 words}", None), (b"MZ\x90\x00", None),
        (b"PK\x03\x04", None), ("Señora".encode("latin-1"), None), (b"one\x00two", None),
        (b"\x00\x00\x00\x18ftypheic", None),
    ],
)  # fmt: skip
def test_a_file_is_what_its_bytes_are(content: bytes, expected: Format | None) -> None:
    assert format_of(content) is expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", Fault.EMPTY), (b"GIF89a\x01\x00", Fault.KIND), (pdf(), None), (pdf()[:-7], Fault.BROKEN),
        (PNG, None), (PNG[:-4], Fault.BROKEN), (JPEG, None), (JPEG[:6], Fault.BROKEN), (WEBP, None),
        (WEBP[:-2], Fault.BROKEN), (b"II*\x00", None), (b"Words", None),
    ],
)  # fmt: skip
def test_what_is_empty_unknown_or_cut_off_is_not_kept(content: bytes, expected: Fault | None) -> None:
    assert fault_of(content) is expected


@pytest.mark.parametrize(
    "name",
    [
        b"/S /JavaScript", b"/S /J#61vaScript", b"/S/Launch", b"/EmbeddedFile", b"/Names <</EmbeddedFiles 4 0 R>>",
        b"/RichMedia", b"/S /SubmitForm", b"/S /ImportData", b"/S /Rendition", b"/S /GoToE", b"/AcroForm <</XFA 3 0 R>>",
        b"/Subtype /FileAttachment",
    ],
)  # fmt: skip
def test_a_pdf_that_acts_by_itself_is_refused_wherever_it_says_so(name: bytes) -> None:
    assert pdf_fault(pdf(b"2 0 obj <<" + name + b">> endobj")) is Fault.ACTIVE
    assert pdf_fault(pdf(packed(b"3 0 <<" + name + b">>"))) is Fault.ACTIVE
    assert pdf_fault(pdf(packed(b"3 0 <<" + name + b">>", b"/Filter /FlateDecode"))) is Fault.ACTIVE
    # A reader may take for a string what a scanner took for the beginning of a packed part.
    assert pdf_fault(pdf(b"2 0 obj (>> stream\n) endobj <<" + name + b">>")) is Fault.ACTIVE


@pytest.mark.parametrize(
    "head",
    [b"/S /URI /URI (https://example.org)", b"/OpenAction [3 0 R /Fit]", b"/JavaScripts", b"/Launched"],
)
def test_links_and_a_first_page_are_no_danger(head: bytes) -> None:
    assert pdf_fault(pdf(b"2 0 obj <<" + head + b">> endobj", packed(b"3 0 <<" + head + b">>"))) is None


def test_drawings_are_not_taken_for_objects() -> None:
    drawing = packed(b"q 1 0 0 1 72 720 cm BT (/JavaScript is a language) Tj ET Q", b"/Filter /FlateDecode")
    assert pdf_fault(pdf(drawing)) is None


def test_a_locked_pdf_and_one_with_a_part_that_cannot_be_read_are_refused() -> None:
    assert pdf_fault(pdf(b"trailer <</Encrypt 8 0 R>>")) is Fault.LOCKED
    odd = b"9 0 obj <</Type /ObjStm /Filter [/ASCII85Decode /FlateDecode]>> stream\nGhQ\nendstream endobj"
    assert pdf_fault(pdf(odd)) is Fault.HIDDEN
    shifted = packed(b"3 0 <<>>", b"/Type /ObjStm /Filter /FlateDecode /DecodeParms <</Predictor 12>>")
    assert pdf_fault(pdf(shifted)) is Fault.HIDDEN


def test_a_part_that_unpacks_without_end_is_refused_and_not_unpacked() -> None:
    bomb = packed(b"1 0 " + b" " * 30_000_000)
    assert len(bomb) < 40_000
    assert pdf_fault(pdf(bomb)) is Fault.HIDDEN
    many = [packed(b"1 0 " + b" " * 19_000_000)] * 6
    assert pdf_fault(pdf(*many)) is Fault.HIDDEN


@given(st.binary(max_size=2_000))
def test_no_bytes_break_the_look_and_what_is_kept_has_a_format(content: bytes) -> None:
    assert (fault_of(content) is None) <= (format_of(content) is not None)
    assert pdf_fault(b"%PDF-1.7\n<<>> stream\n" + content) in {None, *Fault}


def test_only_a_text_says_words() -> None:
    assert words_of(b"\xef\xbb\xbfSleeps well", "text/plain") == "Sleeps well"
    assert words_of(pdf(b"(Sleeps well)"), "application/pdf") == ""


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/fax 12.pdf", "fax 12.pdf"), ('C:\\scans\\a"b.pdf', "a_b.pdf"), ("..", "letter"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)  # fmt: skip
def test_a_name_is_made_safe(sent: str, kept: str) -> None:
    assert safe_name(sent, fallback="letter") == kept


def test_kinds_are_read_in_their_order() -> None:
    body = {"kinds": [{"key": "lab", "scope": "lab", "label": {"en": "Tests", "es": "Pruebas"}}]}
    (one,) = read_file_kinds(body)
    assert (one.key, one.scope, one.label.es) == ("lab", Scope.LAB, "Pruebas")
