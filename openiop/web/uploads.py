"""A file that is larger than this installation takes is not written to disk at all."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

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


def refused_size(request: HttpRequest) -> int:
    """Return the length of a request whose files were skipped, else 0."""
    return int(request.META.get(_MARK, 0))
