"""Taking a list of facilities in: in chunks, each its own transaction, so that a kill loses one chunk at most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor
from openiop.apps.core.tenancy import tenant
from openiop.apps.directory.models import ImportRun, Listing, ZipPoint
from openiop.apps.directory.services.comparing import (
    Keyed,
    Verdict,
    compare,
    digest_of,
    keyed_entries,
)
from openiop.apps.directory.services.writing import mark_gone, write_chunk
from openiop.domain.errors import Conflict
from openiop.domain.finder.sources import Edition, Source
from openiop.formats.facilities import FacilityFile, Layout

CHUNK = 500
COMPLETE = (Layout.WORKBOOK, Layout.CALIFORNIA)
"""Layouts that list everything there is: what is missing is gone. A download of the locator may be a search."""

MOST_GONE = 0.5
"""A list without half of what was known is more likely a part of it."""

Tell = Callable[[int, int], None]
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was read, with its bytes' name and hash and of what day it is."""

    file: FacilityFile
    name: str
    sha256: str
    edition: Edition

    @classmethod
    def of(cls, file: FacilityFile, raw: bytes, *, name: str, edition: Edition) -> Upload:
        """Make it of the bytes."""
        return cls(file, name, digest_of(raw), edition)


@dataclass(slots=True)
class Outcome:
    """What an import did, or would do: rows by what they were to the directory."""

    upload: Upload
    rows: int
    resumed_at: int = 0
    is_dry: bool = False
    places: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)

    def to_data(self) -> dict[str, Any]:
        """The report as plain data."""
        numbers = {str(key): self.counts.get(key, 0) for key in (*Verdict, "gone")}
        return {
            "file": self.upload.name,
            "layout": str(self.upload.file.layout),
            "edition": self.upload.edition.label,
            "dry_run": self.is_dry,
            "resumed_at": self.resumed_at,
            "rows": self.rows,
            **numbers,
            "new_places": self.places,
            "unread": [str(problem) for problem in self.upload.file.problems],
            "unknown_services": dict(sorted(self.unknown.items(), key=lambda one: (-one[1], one[0]))),
        }


def import_facilities(
    *,
    by: Actor,
    upload: Upload,
    at: datetime,
    is_partial: bool = False,
    tell: Tell = lambda _done, _all: None,
) -> Outcome:
    """Write what is new or changed, then what is gone, and return the report.

    The same file again changes nothing. A run of the same file that was killed goes on where it stood.
    Raises Conflict where a complete list lacks most of what was known (`is_partial` says it is a part).
    """
    rows = list(keyed_entries(upload.file.entries))
    gone = () if is_partial else _gone(upload, rows)
    run = _run_of(upload, len(rows), at)
    outcome = _outcome(upload, run, len(rows))
    zips = known_zips()
    for start, chunk in _chunks(rows, run.done):
        with transaction.atomic():
            compared = compare(chunk, upload.edition)
            outcome.places += write_chunk(run, compared, upload.edition, zips, at)
            outcome.counts.update(row.verdict for row in compared)
            outcome.unknown.update(name for row in compared for name in row.unknown)
            _save(run, outcome, done=start + len(chunk))
        tell(run.done, len(rows))
    for _start, batch in _chunks(gone, 0):
        with transaction.atomic():
            mark_gone(run, batch, upload.edition.on, zips)
            outcome.counts["gone"] += len(batch)
            _save(run, outcome, done=run.done)
    with tenant(by.organization_id), recording(by=by, at=at) as record:
        run.finished_at = at
        run.save(update_fields=["finished_at"])
        record("directory.imported", subject=run, data={"file": upload.name, **dict(outcome.counts)})
    return outcome


def try_facilities(
    *, upload: Upload, is_partial: bool = False, tell: Tell = lambda _done, _all: None
) -> Outcome:
    """Return the report of an import without writing anything."""
    rows = list(keyed_entries(upload.file.entries))
    outcome = Outcome(upload, len(rows), is_dry=True)
    outcome.counts["gone"] = 0 if is_partial else len(_gone(upload, rows))
    for start, chunk in _chunks(rows, 0):
        compared = compare(chunk, upload.edition)
        outcome.counts.update(row.verdict for row in compared)
        outcome.unknown.update(name for row in compared for name in row.unknown)
        tell(start + len(chunk), len(rows))
    return outcome


def known_zips() -> list[str]:
    """Return every ZIP code that has a point, sorted."""
    return list(ZipPoint.objects.order_by("zip").values_list("zip", flat=True))


def _run_of(upload: Upload, count: int, at: datetime) -> ImportRun:
    """Return the unfinished run of this very file, or begin one."""
    open_runs = ImportRun.objects.filter(
        sha256=upload.sha256, edition=upload.edition.label, finished_at__isnull=True
    )
    return open_runs.order_by("-id").first() or ImportRun.objects.create(
        layout=upload.file.layout,
        file_name=upload.name[:200],
        sha256=upload.sha256,
        edition=upload.edition.label,
        started_at=at,
        rows=count,
    )


def _outcome(upload: Upload, run: ImportRun, rows: int) -> Outcome:
    """Begin the report with what a former try of the run has done."""
    counts = Counter({key: value for key, value in run.counts.items() if key != "places"})
    return Outcome(
        upload,
        rows,
        resumed_at=run.done,
        places=run.counts.get("places", 0),
        counts=counts,
        unknown=Counter(run.unknown),
    )


def _save(run: ImportRun, outcome: Outcome, *, done: int) -> None:
    run.done = done
    run.counts = {**{str(key): value for key, value in outcome.counts.items()}, "places": outcome.places}
    run.unknown = dict(outcome.unknown)
    run.save(update_fields=["done", "counts", "unknown"])


def _gone(upload: Upload, rows: Sequence[Keyed]) -> Sequence[Listing]:
    """Return what a complete list has no more, of those editions that are not newer."""
    if upload.file.layout not in COMPLETE:
        return ()
    keys: dict[Source, set[str]] = {}
    for row in rows:
        keys.setdefault(row.entry.source, set()).add(row.key)
    found = []
    for source, present in keys.items():
        known = Listing.objects.filter(
            source=source, gone_on__isnull=True, edition_on__lte=upload.edition.on
        ).order_by("id")
        pairs = list(known.values_list("id", "key"))
        missing = [pk for pk, key in pairs if key not in present]
        if len(missing) > MOST_GONE * len(pairs):
            raise Conflict(
                f"{upload.name} lacks {len(missing):,} of the {len(pairs):,} rows known of this list, so it looks like "
                "a part of it. Give --partial to take it in without marking the others as gone.",
                code="mostly-gone",
            )
        found += [
            row
            for start in range(0, len(missing), CHUNK)
            for row in known.filter(pk__in=missing[start : start + CHUNK])
        ]
    return found


def _chunks(rows: Sequence[Item], start: int) -> Iterator[tuple[int, Sequence[Item]]]:
    for at in range(start, len(rows), CHUNK):
        yield at, rows[at : at + CHUNK]
