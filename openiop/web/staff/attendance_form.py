"""What was typed on a sheet, line by line: read, kept, compared with what the writer had seen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from openiop.apps.groups.presenters import MarkWords, mark_words, wrong_words
from openiop.apps.groups.selectors.sheet import Line, Sheet
from openiop.apps.groups.services import Entry
from openiop.domain.attendance import Field, Mark, Meeting, State, WrongMark
from openiop.formats.clocktext import read_time, write_time

FIELDS = ("state", "arrived", "left", "remote", "reason", "barrier", "words")
Typed = dict[str, str]


@dataclass(slots=True)
class FormLine:
    """One line as the page draws it. `was` is what the writer had seen, with the version of the row."""

    line: Line
    typed: Typed
    was: str
    version: int
    errors: dict[str, str | Promise] = field(default_factory=dict)
    theirs: Any = None

    @property
    def saved(self) -> MarkWords | None:
        """Return what is saved, in words."""
        row = self.line.attendance
        return mark_words(row, self.line.zone) if row else None

    @property
    def theirs_words(self) -> str:
        """Return what someone else saved meanwhile."""
        return str(mark_words(self.theirs, self.line.zone)) if self.theirs else ""

    @property
    def id(self) -> str:
        """The client's public id: part of the names of the fields."""
        return str(self.line.client.public_id)

    @property
    def is_touched(self) -> bool:
        """Tell whether the line says something other than what the writer was shown."""
        return _print(self.typed) != self.was

    @property
    def is_away(self) -> bool:
        """Tell whether the line says that the person was not there."""
        return self.typed["state"] in {State.EXCUSED, State.NO_SHOW}


def shown_lines(sheet: Sheet) -> list[FormLine]:
    """Return the lines as they are saved."""
    return [_as_saved(line, sheet.meeting) for line in sheet.lines]


def posted_lines(sheet: Sheet, data: Mapping[str, str]) -> list[FormLine]:
    """Return the lines as they were sent; those the writer never saw, as they are saved."""
    return [_as_posted(line, sheet.meeting, data) for line in sheet.lines]


def typed_for_nobody(sheet: Sheet, data: Mapping[str, str]) -> int:
    """Return for how many people something was typed who are not on the sheet any more."""
    here = {str(line.client.public_id) for line in sheet.lines}
    seen = {name.removeprefix("was-"): was for name, was in data.items() if name.startswith("was-")}
    return sum(
        _print(_sent(data, id_)) != was.partition(":")[2] for id_, was in seen.items() if id_ not in here
    )


def read_entries(lines: list[FormLine], meeting: Meeting) -> list[Entry]:
    """Return the marks of the touched lines; what cannot be read becomes an error at its field."""
    entries = []
    for line in lines:
        if not line.is_touched:
            continue
        mark = _mark(line, meeting)
        if mark is not None:
            entries.append(Entry(line.id, mark, line.version))
    return entries


def put_errors(lines: list[FormLine], wrong: Mapping[str, WrongMark]) -> None:
    """Put each error of the service at its field."""
    for line in lines:
        error = wrong.get(line.id)
        if error is not None:
            line.errors[_input_of(str(error.field))] = wrong_words(error)


def put_conflicts(lines: list[FormLine], rows: Mapping[str, Any]) -> None:
    """Show what someone else saved, and let the next save be a correction of just that."""
    for line in lines:
        if line.id in rows:
            line.theirs = rows[line.id]
            line.errors["state"] = _("Someone else marked this person differently.")
            line.version = line.theirs.version
            line.was = _print(_typed_of(line.line))


def _as_saved(line: Line, meeting: Meeting) -> FormLine:
    typed = _typed_of(line) if line.attendance else _blank(line)
    return FormLine(line, _ahead(line, typed), _print(typed), line.version)


def _ahead(line: Line, typed: Typed) -> Typed:
    """Fill in the excuse of who said ahead that they would be away; it counts as typed, so saving keeps it."""
    if line.attendance or line.away is None:
        return typed
    return typed | {
        "state": str(State.EXCUSED),
        "reason": line.away.reason,
        "barrier": line.away.barrier,
    }


def _as_posted(line: Line, meeting: Meeting, data: Mapping[str, str]) -> FormLine:
    id_ = line.client.public_id
    version, _colon, was = data.get(f"was-{id_}", "").partition(":")
    if not version.isdecimal():
        return _as_saved(line, meeting)
    posted = FormLine(line, _sent(data, id_), was, int(version))
    return posted if posted.is_touched else _as_saved(line, meeting)


def _sent(data: Mapping[str, str], id_: str) -> Typed:
    return {name: " ".join(data.get(f"{name}-{id_}", "").split()) for name in FIELDS}


def _blank(line: Line) -> Typed:
    """Return a line on which nothing was said: how the person takes part is known from their seat."""
    return dict.fromkeys(FIELDS, "") | {"remote": "on" if line.part == "telehealth" else ""}


def _typed_of(line: Line) -> Typed:
    mark = line.mark
    if mark is None:
        return dict.fromkeys(FIELDS, "")
    return {
        "state": str(mark.state),
        "arrived": write_time(mark.arrived),
        "left": write_time(mark.left),
        "remote": "on" if mark.modality == "telehealth" else "",
        "reason": mark.reason,
        "barrier": mark.barrier,
        "words": mark.words,
    }


def _print(typed: Typed) -> str:
    """Return a fingerprint of a line's values."""
    said = "\x1f".join(typed[name] for name in FIELDS)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _mark(line: FormLine, meeting: Meeting) -> Mark | None:
    """Return the mark, or None with an error at the field."""
    times: dict[str, int | None] = {}
    for name in ("arrived", "left"):
        said = line.typed[name]
        times[name] = read_time(said, meeting.start_minute, meeting.end_minute) if said else None
        if said and times[name] is None:
            line.errors[name] = _("This is no time of day. Write it like 9:15, or like +15 for minutes.")
    if line.typed["state"] not in set(State):
        line.errors["state"] = _("Choose how they took part.")
    if line.errors:
        return None
    return Mark(
        state=State(line.typed["state"]),
        arrived=times["arrived"],
        left=times["left"],
        modality="telehealth" if line.typed["remote"] else "on_site",
        reason=line.typed["reason"],
        barrier=line.typed["barrier"],
        words=line.typed["words"],
    )


def _input_of(name: str) -> str:
    """Return the input that a field of a mark is typed into."""
    return "remote" if name == Field.MODALITY else name
