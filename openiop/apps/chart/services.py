"""Writing the words of a record into the index, in the transaction that changes the record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openiop.apps.audit.services import Recorder
from openiop.apps.chart.models import Passage
from openiop.domain.text import EMPTY, Text
from openiop.domain.wordsearch import folded

COLUMNS = ("client_id", "day", "title", "words", "needs", "author_id", "reader_id", "part2")


@dataclass(frozen=True, slots=True)
class Entry:
    """One searchable piece: its words, its day, and who may find it.

    needs: the permission with which the record itself is read; reader_id: somebody beside whom nobody finds it.
    """

    words: str
    day: date
    needs: str
    part: str = ""
    title: Text = EMPTY
    author_id: int | None = None
    reader_id: int | None = None
    part2: bool = False


@dataclass(frozen=True, slots=True)
class Searchable:
    """All that can be found of one record. Without entries nothing of it is found any more."""

    kind: str
    source: str
    client_id: int
    entries: tuple[Entry, ...] = ()


def index_records(record: Recorder, records: Iterable[Searchable]) -> int:
    """Bring the index to what the records say now, and return how many pieces there are. Empty words are none."""
    rows = list(records)
    wanted = {
        (one.kind, one.source, entry.part): _columns(one, entry)
        for one in rows
        for entry in one.entries
        if entry.words.strip()
    }
    sources = {one.source for one in rows}
    there = {
        (row.kind, row.source, row.part): row
        for row in Passage.objects.filter(source__in=sources, kind__in={one.kind for one in rows})
    }
    gone = [row.pk for key, row in there.items() if key not in wanted]
    if gone:
        Passage.objects.filter(pk__in=gone).delete()
    _change(there, wanted)
    _add(record, [(key, columns) for key, columns in wanted.items() if key not in there])
    return len(wanted)


def _columns(one: Searchable, entry: Entry) -> dict[str, Any]:
    values = (
        one.client_id,
        entry.day,
        entry.title.to_data(),
        entry.words,
        entry.needs,
        entry.author_id,
        entry.reader_id,
        entry.part2,
    )
    return dict(zip(COLUMNS, values, strict=True))


def _change(there: dict[Any, Passage], wanted: dict[Any, dict[str, Any]]) -> None:
    for key, row in there.items():
        columns = wanted.get(key)
        if columns is None or all(getattr(row, name) == value for name, value in columns.items()):
            continue
        for name, value in columns.items():
            setattr(row, name, value)
        row.folded = folded(row.words)
        row.save()


def _add(record: Recorder, new: Sequence[tuple[tuple[str, str, str], dict[str, Any]]]) -> None:
    Passage.objects.bulk_create(
        [
            Passage(
                organization_id=record.by.organization_id,
                kind=kind,
                source=source,
                part=part,
                folded=folded(columns["words"]),
                created_at=record.at,
                **columns,
            )
            for (kind, source, part), columns in new
        ]
    )


def clear_index() -> None:
    """Take everything out of the organization's index, to be made anew in the same transaction."""
    Passage.objects.all().delete()


def move_passages(*, sources: Sequence[str], old: int, new: int) -> None:
    """Let the words of records that changed hands follow them from one client's chart into another's."""
    Passage.objects.filter(source__in=sources, client_id=old).update(client_id=new)
