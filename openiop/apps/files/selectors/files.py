"""Reading documents: the only way from an id in an address to one, and a client's documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404

from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import note_read
from openiop.apps.clients.models import Client
from openiop.apps.clients.policies import visible_clients
from openiop.apps.core.actor import Actor
from openiop.apps.files.models import File, FileMark
from openiop.apps.files.words import format_words, kind_words

_WITH = ("client__site", "client__organization", "organization", "received_by")


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A document without its bytes, and what was put on it, in the order it was put."""

    row: File
    marks: tuple[FileMark, ...]

    @property
    def withdrawn(self) -> FileMark | None:
        """The mark that it does not belong here."""
        return next((mark for mark in self.marks if mark.mark == "withdrawn"), None)

    @property
    def kind(self) -> str:
        """What it is, in words."""
        return kind_words(self.row.kind)

    @property
    def format(self) -> str:
        """What the file is, in words."""
        return format_words(self.row.media_type)


def access_file(by: Actor, public_id: str, *, permission: str, action: str = "file.read") -> File:
    """Return a document of a client whom the actor may see, without its bytes, or 404; opening it is noted."""
    row: File | None = _within(by, public_id, permission).defer("content").first()
    if row is None:
        raise Http404
    note_read(by=by, action=action, subject=row, client=row.client)
    return row


def access_original(by: Actor, public_id: str) -> File:
    """Return a document with its bytes, or 404; that it was taken out is noted.

    One that is withdrawn is another's, most often: only who may withdraw still opens it.
    """
    row: File | None = _within(by, public_id, Permission.FILE_VIEW).first()
    if row is None or (is_withdrawn(row) and not by.may(Permission.FILE_EDIT)):
        raise Http404
    note_read(by=by, action="file.original_read", subject=row, client=row.client)
    return row


def is_withdrawn(row: File) -> bool:
    """Tell whether a document was found not to belong here."""
    return bool(FileMark.objects.filter(file=row, mark="withdrawn").exists())


def files_of(client: Client) -> list[ReadFile]:
    """Return a client's documents without their bytes, the latest first. Two queries, however many."""
    rows = File.objects.filter(client=client).select_related("received_by").defer("content")
    return _read(list(rows.order_by("-created_at", "-id")))


def read_file(row: File) -> ReadFile:
    """Return one document with what was put on it."""
    return _read([row])[0]


def _read(rows: list[File]) -> list[ReadFile]:
    marks: dict[int, list[FileMark]] = {row.pk: [] for row in rows}
    for mark in FileMark.objects.filter(file__in=list(marks)).order_by("created_at", "id"):
        marks[mark.file_id].append(mark)
    return [ReadFile(row, tuple(marks[row.pk])) for row in rows]


def _within(by: Actor, public_id: str, permission: str) -> Any:
    if not by.may(permission):
        raise Http404
    rows = File.objects.filter(public_id=public_id, client__in=visible_clients(by))
    return rows.select_related(*_WITH)
