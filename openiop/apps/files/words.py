"""Words of documents, in the reader's language."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from openiop import catalog
from openiop.domain.files import Fault, Format
from openiop.domain.text import Text

FAULTS = {
    Fault.EMPTY: _("This file is empty."),
    Fault.KIND: _(
        "Only PDF, JPEG, PNG, WebP, TIFF and plain text are kept. What it is called does not count, what it is does. Save it as a PDF, or photograph it as JPEG."
    ),
    Fault.BROKEN: _("The end of this file is missing. Send it again, whole."),
    Fault.LOCKED: _(
        "This PDF is locked, so nobody can look into it. Print it into a new PDF without a password."
    ),
    Fault.ACTIVE: _(
        "This PDF holds something that acts by itself: a program, a form that sends, or another file. Print it into a new PDF and upload that."
    ),
    Fault.HIDDEN: _("A part of this PDF cannot be looked into. Print it into a new PDF and upload that."),
}
FORMATS = {
    Format.PDF: "PDF",
    Format.PNG: "PNG",
    Format.JPEG: "JPEG",
    Format.WEBP: "WebP",
    Format.TIFF: "TIFF",
    Format.TEXT: _("Text"),
}


def kind_text(key: str) -> Text:
    """Return what a kind of document is called; the key itself where its file names it no more."""
    return next((one.label for one in catalog.file_kinds() if one.key == key), Text(key, key))


def kind_words(key: str) -> str:
    """Return the same in the reader's language."""
    return kind_text(key).in_language(get_language() or "en")


def format_words(media_type: str) -> str:
    """Return what the file is."""
    return str(FORMATS[Format(media_type)])
