"""What can be found of documents: their titles, whom they are from, and the words of those that are plain text."""

from __future__ import annotations

from collections.abc import Iterable

from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import Recorder
from openiop.apps.chart.services import Entry, Searchable, index_records
from openiop.apps.clients.consent_values import zone_of
from openiop.apps.core.clock import local
from openiop.apps.files.models import File, FileMark
from openiop.apps.files.words import kind_text
from openiop.domain.files import Format, words_of

MOST_LETTERS = 20_000
"""As much as the longest field of a note: some ten pages."""


def index_file(record: Recorder, row: File) -> None:
    """Bring the index to what a document says now."""
    index_records(record, [searchable_file(row, is_withdrawn=_is_withdrawn(row))])


def all_files() -> Iterable[Searchable]:
    """Yield what can be found of every document of the organization; only texts are read whole."""
    gone = set(FileMark.objects.filter(mark="withdrawn").values_list("file_id", flat=True))
    rows = File.objects.select_related("client__site").order_by("id")
    for row in rows.exclude(media_type=Format.TEXT).defer("content"):
        yield searchable_file(row, is_withdrawn=row.pk in gone)
    for row in rows.filter(media_type=Format.TEXT).iterator(chunk_size=50):
        yield searchable_file(row, is_withdrawn=row.pk in gone)


def searchable_file(row: File, *, is_withdrawn: bool) -> Searchable:
    """Return what can be found of a document; of one that is withdrawn nothing, as it may be somebody else's."""
    if is_withdrawn:
        return Searchable("file", row.public_id, row.client_id)
    title = kind_text(row.kind)
    text = (
        words_of(bytes(row.content), row.media_type)[:MOST_LETTERS] if row.media_type == Format.TEXT else ""
    )
    entry = Entry(
        words=" · ".join(filter(None, (row.title, row.source, title.en, title.es, text))),
        day=row.day or local(row.created_at, zone_of(row.client)).date(),
        needs=Permission.FILE_VIEW,
        title=title,
        author_id=row.received_by_id,
        part2=row.part2,
    )
    return Searchable("file", row.public_id, row.client_id, (entry,))


def _is_withdrawn(row: File) -> bool:
    return bool(FileMark.objects.filter(file=row, mark="withdrawn").exists())
