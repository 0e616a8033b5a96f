"""Attendance of one session: one table, taken by keyboard in under a minute."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core import clock
from openiop.apps.groups.presenters import LETTERS, STATES, corrections_of, said
from openiop.apps.groups.selectors.sheet import Sheet, read_sheet
from openiop.apps.groups.services import AttendanceConflict, Saved, WrongEntries, record_attendance
from openiop.apps.schedule.lists import attendance_lists
from openiop.apps.schedule.selectors import access_session
from openiop.domain.errors import DomainError
from openiop.web.requests import ActorRequest
from openiop.web.staff.attendance_form import (
    FormLine,
    posted_lines,
    put_conflicts,
    put_errors,
    read_entries,
    shown_lines,
)


def attendance(request: ActorRequest, public_id: str) -> HttpResponse:
    """Show the sheet, or save it."""
    wanted = Permission.ATTENDANCE_EDIT if request.method == "POST" else Permission.ATTENDANCE_VIEW
    session = access_session(request.actor, public_id, permission=wanted)
    at = clock.now()
    sheet = read_sheet(request.actor, session, at=at)
    if request.method != "POST":
        return _page(request, sheet, shown_lines(sheet))
    lines = posted_lines(sheet, request.POST)
    entries = read_entries(lines, sheet.meeting)
    if any(line.errors for line in lines):
        return _page(request, sheet, lines)
    why = request.POST.get("why", "")
    try:
        saved = record_attendance(by=request.actor, session=session, marks=entries, at=at, why=why)
    except WrongEntries as error:
        put_errors(lines, error.lines)
        return _page(request, sheet, lines)
    except AttendanceConflict as error:
        put_conflicts(lines, error.rows)
        return _page(request, sheet, lines, error=error, status=409)
    except DomainError as error:
        return _page(request, sheet, lines, error=error)
    messages.success(request, _saved_words(saved))
    return redirect("attendance", public_id=session.public_id)


def _page(
    request: ActorRequest,
    sheet: Sheet,
    lines: list[FormLine],
    *,
    error: DomainError | None = None,
    status: int | None = None,
) -> HttpResponse:
    wrong = error is not None or any(line.errors for line in lines)
    lists = attendance_lists()
    context = {
        "sheet": sheet,
        "session": sheet.session,
        "lines": lines,
        "may_edit": request.actor.may_at(Permission.ATTENDANCE_EDIT, sheet.session.site_id)
        and sheet.closed is None,
        "states": [(str(state), words, LETTERS[state]) for state, words in STATES.items()],
        "reasons": [(row.key, said(row.title)) for row in lists.reasons],
        "barriers": [(row.key, said(row.title)) for row in lists.barriers],
        "error": error,
        "has_errors": any(line.errors for line in lines),
        "corrections": [
            change
            for line in sheet.lines
            if line.attendance and line.revisions
            for change in corrections_of(line.attendance, line.revisions, line.zone)
        ],
        "why": request.POST.get("why", ""),
        "minutes": sum(line.line.attendance.countable_minutes for line in lines if line.line.attendance),
    }
    return render(request, "staff/attendance/sheet.html", context, status=status or (422 if wrong else 200))


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
