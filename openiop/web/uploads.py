"""Files that come and go: one that is too large is not written to disk at all, and none is ever shown as a page."""

from __future__ import annotations

from typing import Any, Protocol

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

_MARK = "openiop.refused_upload"
_ROOM_FOR_FIELDS = 1_000_000


class LimitedUpload(FileUploadHandler):
    """Skips every file of a request whose declared length is over the limit; first in the chain."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Remember a request that is too large."""
        if content_length > settings.REFERRAL_MAX_BYTES + _ROOM_FOR_FIELDS:
            META[_MARK] = content_length
        self.too_large = _MARK in META

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Skip the file where the request is too large."""
        super().new_file(*args, **kwargs)
        if self.too_large:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand the data on to the next handler."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""


class Kept(Protocol):
    """A file as it came."""

    filename: Any
    media_type: Any
    content: Any


def file_answer(kept: Kept) -> HttpResponse:
    """Give a file back, byte for byte, as a download and never as a page of ours."""
    response = HttpResponse(bytes(kept.content), content_type=kept.media_type)
    name = kept.filename.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def too_large(size: int) -> str:
    """Return in words that a file is over the limit."""
    return _("This file has %(size)s bytes; the limit is %(limit)s.") % {
        "size": f"{size:,}",
        "limit": f"{settings.REFERRAL_MAX_BYTES:,}",
    }


def refused_size(request: HttpRequest) -> int:
    """Return the length of a request whose files were skipped, else 0."""
    return int(request.META.get(_MARK, 0))
