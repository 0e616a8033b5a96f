"""Documents from outside; their words carry the word."""

from __future__ import annotations

import hashlib
from typing import Any

from openiop.apps.clients.models import Client
from openiop.apps.files.models import File, FileMark
from tests.factories.people import AT, put

PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"


def make_file(client: Client, content: bytes = PDF, **columns: Any) -> File:
    """Make a referral letter."""
    return put(
        File,
        **{
            "organization": client.organization,
            "client": client,
            "kind": "referral-letter",
            "title": "Letter of the hospital",
            "filename": "letter.pdf",
            "media_type": "application/pdf",
            "content": content,
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "created_at": AT,
        }
        | columns,
    )


def make_file_mark(file: File, mark: str = "withdrawn", **columns: Any) -> FileMark:
    """Put a mark on a document."""
    return put(
        FileMark,
        **{
            "organization": file.organization,
            "file": file,
            "mark": mark,
            "words": "It was another person's",
            "name": "Ruth Okafor-Demo",
            "created_at": AT,
        }
        | columns,
    )
