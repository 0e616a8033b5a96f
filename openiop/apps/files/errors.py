"""What can be refused around a document."""

from __future__ import annotations

from openiop.domain.errors import Conflict, InvalidInput


class FileRefused(InvalidInput):
    """The file is nothing that is kept here; `code` is the fault."""

    default_code = "file-kind"


class AlreadyKept(Conflict):
    """The same bytes stand in this record already; `file_id` says where."""

    default_code = "already-kept"

    def __init__(self, message: str, *, file_id: str) -> None:
        """Take the words and the document that stands."""
        super().__init__(message, field="file")
        self.file_id = file_id
