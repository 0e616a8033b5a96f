"""Codes of attendance in words. Lazy: the reader's language decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from openiop.apps.groups.models import Attendance, AttendanceRevision
from openiop.apps.groups.services.attendance import former_of
from openiop.apps.schedule.lists import attendance_lists
from openiop.domain.attendance import TAKEN_OFF, State, Wrong, WrongMark
from openiop.domain.text import Text

Words = str | Promise

STATES: Mapping[State, Words] = {
    State.PRESENT: pgettext_lazy("attendance", "Present"),
    State.LATE: pgettext_lazy("attendance", "Late"),
    State.LEFT_EARLY: pgettext_lazy("attendance", "Left early"),
    State.EXCUSED: pgettext_lazy("attendance", "Excused"),
    State.NO_SHOW: pgettext_lazy("attendance", "No-show"),
}
LETTERS: Mapping[State, str] = {
    State.PRESENT: "P",
    State.LATE: "L",
    State.LEFT_EARLY: "E",
    State.EXCUSED: "X",
    State.NO_SHOW: "N",
}
"""The key that marks each state; the same in every language, as it stands beside the words."""

TONES: Mapping[State, str] = {
    State.PRESENT: "ok",
    State.LATE: "warn",
    State.LEFT_EARLY: "warn",
    State.EXCUSED: "plain",
    State.NO_SHOW: "bad",
}
MODES: Mapping[str, Words] = {"on_site": _("In the room"), "telehealth": _("Remote")}

WRONG: Mapping[Wrong, Words] = {
    Wrong.UNKNOWN: _("Choose one of the list."),
    Wrong.AWAY_WITH_TIMES: _(
        "Someone who was away has no times. Clear the time, or choose Late or Left early."
    ),
    Wrong.ARRIVED_MISSING: _("When did they arrive? Write a time after the start, like 9:15 or +15."),
    Wrong.LEFT_MISSING: _("When did they leave? Write a time before the end, like 11:40 or -20."),
    Wrong.ARRIVED_AFTER_END: _("This is after the end of the session."),
    Wrong.LEFT_BEFORE_START: _("This is before the start of the session."),
    Wrong.LEFT_BEFORE_ARRIVED: _("They cannot leave before they arrive."),
    Wrong.REASON_MISSING: _("Choose the reason of the excuse."),
    Wrong.TOO_LONG: _("Keep the note under 300 characters."),
}


def state_words(state: str) -> Words:
    """Return the words of a state; an unknown code shows itself."""
    if state == TAKEN_OFF:
        return _("Taken off the sheet")
    return STATES[State(state)] if state in STATES else state


def wrong_words(error: WrongMark) -> Words:
    """Return what to say at the field."""
    return WRONG[error.wrong]


def said(text: Text) -> str:
    """Return a catalogue text in the reader's language."""
    return text.in_language(get_language() or "en")


def reason_words(key: str) -> str:
    """Return the words of a reason for absence."""
    row = attendance_lists().reason(key)
    return said(row.title) if row else key


def barrier_words(key: str) -> str:
    """Return the words of a barrier."""
    row = attendance_lists().barrier(key)
    return said(row.title) if row else key


def barrier_help(key: str) -> str:
    """Return the first thing the team can do about a barrier."""
    row = attendance_lists().barrier(key)
    return said(row.help) if row else ""


@dataclass(frozen=True, slots=True)
class MarkWords:
    """A saved mark as a reader sees it: the state with its tone, the times, the reasons."""

    state: Words
    tone: str
    details: tuple[str, ...]

    def __str__(self) -> str:
        """Return everything in one line."""
        return ", ".join((str(self.state), *self.details))


def mark_words(row: Attendance, zone: str) -> MarkWords:
    """Return a saved mark in words."""
    return former_words(former_of(row), zone)


def former_words(value: Mapping[str, Any], zone: str) -> MarkWords:
    """Return a mark kept as plain data (a revision's `former`) in words."""
    state = value["state"]
    times: tuple[str, ...] = ()
    if state in {State.LATE, State.LEFT_EARLY}:
        clocks = (_clock(value["arrived_at"], zone), _clock(value["left_at"], zone))
        times = ("–".join(clocks),)
    remote = (str(MODES["telehealth"]),) if value["modality"] == "telehealth" and value["left_at"] else ()
    why = (reason_words(value["reason"]), barrier_words(value["barrier"]), value["words"])
    return MarkWords(
        state_words(state),
        TONES[State(state)] if state in TONES else "plain",
        tuple(str(part) for part in (*times, *remote, *why) if part),
    )


def _clock(instant: str | None, zone: str) -> str:
    if not instant:
        return ""
    local = datetime.fromisoformat(instant).astimezone(ZoneInfo(zone))
    return f"{local.hour}:{local.minute:02d}"


@dataclass(frozen=True, slots=True)
class Correction:
    """A former mark that was replaced: whose, what it said, who replaced it, when and why."""

    who: str
    was: MarkWords
    now: MarkWords
    at: datetime
    by: str
    why: str


def corrections_of(row: Attendance, revisions: Iterable[AttendanceRevision], zone: str) -> list[Correction]:
    """Return a row's corrections, newest first. `revisions` come newest first."""
    found, after = [], former_of(row)
    for revision in revisions:
        found.append(
            Correction(
                who=row.client.shown_name,
                was=former_words(revision.former, zone),
                now=former_words(after, zone),
                at=revision.replaced_at,
                by=revision.replaced_by.shown_name if revision.replaced_by else "",
                why=revision.why,
            )
        )
        after = revision.former
    return found
