"""Attendance of one session: one table, taken by keyboard in under a minute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core import clock
from openiop.apps.groups.presenters import LETTERS, STATES, Correction, corrections_of, said
from openiop.apps.groups.selectors.sheet import Sheet, read_sheet
from openiop.apps.groups.selectors.walkins import Candidates, walk_in_candidates
from openiop.apps.groups.services import AttendanceConflict, Saved, WrongEntries
from openiop.apps.record.services.roster import record_sheet
from openiop.apps.schedule.lists import attendance_lists
from openiop.apps.schedule.selectors import access_session
from openiop.apps.schedule.services.guests import WALK_IN
from openiop.domain.errors import DomainError
from openiop.web.requests import ActorRequest
from openiop.web.staff.attendance_form import (
    FormLine,
    posted_lines,
    put_conflicts,
    put_errors,
    read_entries,
    shown_lines,
    typed_for_nobody,
)

if TYPE_CHECKING:
    from datetime import datetime

    from openiop.apps.schedule.models import Session


@dataclass(slots=True)
class WalkIn:
    """What is known of somebody who came without a seat: the name typed, who bears it, what became of it."""

    words: str = ""
    asked: bool = False
    found: Candidates | None = None
    error: str = ""
    said: str = ""
    off_error: str = ""
    off_why: str = ""


def name_typed(request: ActorRequest) -> str:
    """Return the name that was typed of somebody not on the list."""
    return request.POST.get("who", "").strip()[:100]


def look_for(request: ActorRequest, session: Session, words: str) -> WalkIn:
    """Return who bears the name that was typed."""
    return WalkIn(words, asked=True, found=walk_in_candidates(request.actor, session, words))


def attendance(request: ActorRequest, public_id: str) -> HttpResponse:
    """Show the sheet, or save it."""
    wanted = Permission.ATTENDANCE_EDIT if request.method == "POST" else Permission.ATTENDANCE_VIEW
    session = access_session(request.actor, public_id, permission=wanted)
    at = clock.now()
    sheet = read_sheet(request.actor, session, at=at)
    if request.method != "POST":
        return sheet_page(request, sheet, shown_lines(sheet))
    lines = posted_lines(sheet, request.POST)
    entries = read_entries(lines, sheet.meeting)
    if any(line.errors for line in lines):
        return sheet_page(request, sheet, lines)
    why = request.POST.get("why", "")
    try:
        saved = record_sheet(by=request.actor, session=session, marks=entries, at=at, why=why)
    except WrongEntries as error:
        put_errors(lines, error.lines)
        return sheet_page(request, sheet, lines)
    except AttendanceConflict as error:
        sheet = read_sheet(request.actor, session, at=at)  # What they saved may be younger than our reading.
        lines = posted_lines(sheet, request.POST)
        put_conflicts(lines, error.rows)
        return sheet_page(request, sheet, lines, error=error, status=409)
    except DomainError as error:
        return sheet_page(request, sheet, lines, error=error)
    messages.success(request, _saved_words(saved))
    if gone := typed_for_nobody(sheet, request.POST):
        messages.warning(request, _gone_words(gone))
    return _after_save(request, session, at)


def _after_save(request: ActorRequest, session: Session, at: datetime) -> HttpResponse:
    """Open the sheet afresh; where a name was typed and not looked for yet, with who bears it.

    Enter in the name field sends the sheet's own button where no script is there to help.
    """
    typed = name_typed(request)
    if not typed or typed == request.POST.get("looked", ""):
        return redirect("attendance", public_id=session.public_id)
    sheet = read_sheet(request.actor, session, at=at)
    return sheet_page(request, sheet, shown_lines(sheet), walk_in=look_for(request, session, typed))


def sheet_page(
    request: ActorRequest,
    sheet: Sheet,
    lines: list[FormLine],
    *,
    error: DomainError | None = None,
    walk_in: WalkIn | None = None,
    status: int | None = None,
) -> HttpResponse:
    """Draw the sheet with its lines as they are saved or as they were typed."""
    wrong = error is not None or any(line.errors for line in lines)
    lists = attendance_lists()
    context = {
        "sheet": sheet,
        "session": sheet.session,
        "lines": lines,
        "may_write": request.actor.may_at(Permission.NOTE_EDIT, sheet.session.site_id),
        "may_edit": request.actor.may_at(Permission.ATTENDANCE_EDIT, sheet.session.site_id)
        and sheet.closed is None,
        "states": [(str(state), words, LETTERS[state]) for state, words in STATES.items()],
        "reasons": [(row.key, said(row.title)) for row in lists.reasons],
        "barriers": [(row.key, said(row.title)) for row in lists.barriers],
        "error": error,
        "has_errors": any(line.errors for line in lines),
        "corrections": _corrections(sheet),
        "added": [line.line for line in lines if line.line.guest == WALK_IN],
        "why": request.POST.get("why", ""),
        "walk_in": walk_in or WalkIn(),
        "on_sheet": {line.line.client.pk for line in lines},
        "is_typed": any(line.is_touched for line in lines) or walk_in is not None,
        "minutes": sum(line.line.attendance.countable_minutes for line in lines if line.line.attendance),
    }
    return render(request, "staff/attendance/sheet.html", context, status=status or (422 if wrong else 200))


def _corrections(sheet: Sheet) -> list[Correction]:
    """Return what was replaced on the sheet, and who was taken off it."""
    rows = [(line.attendance, line.revisions) for line in sheet.lines if line.attendance and line.revisions]
    rows += [(former[0].attendance, former) for former in sheet.taken_off]
    return [
        change for row, former in rows for change in corrections_of(row, former, sheet.session.site.time_zone)
    ]


def _gone_words(people: int) -> str:
    """Return that some marks were for people who left the sheet while it was open."""
    return ngettext(
        "%(n)s person you marked has no seat in this session any more, so that mark was not saved. If they came, add them below by name.",
        "%(n)s people you marked have no seat in this session any more, so those marks were not saved. If they came, add them below by name.",
        people,
    ) % {"n": people}


def _saved_words(saved: Saved) -> str:
    """Return what became of the save, in words."""
    if not saved.new and not saved.corrected:
        return _("Nothing had changed; everything is saved.")
    parts = []
    if saved.new:
        parts.append(ngettext("%(n)s person marked", "%(n)s people marked", saved.new) % {"n": saved.new})
    if saved.corrected:
        parts.append(
            ngettext("%(n)s mark corrected", "%(n)s marks corrected", saved.corrected)
            % {"n": saved.corrected}
        )
    return _("Attendance saved: %(what)s.") % {"what": ", ".join(parts)}
