"""Somebody came without a seat: found by name, added to the sheet, taken off again where that was a mistake.

What was typed on the sheet stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.episodes import access_episode
from openiop.apps.core import clock
from openiop.apps.groups.selectors.sheet import read_sheet
from openiop.apps.record.services.roster import seat_and_follow, take_off_and_follow
from openiop.apps.schedule.selectors import access_session
from openiop.domain.errors import DomainError
from openiop.web.requests import ActorRequest
from openiop.web.staff.attendance import WalkIn, look_for, name_typed, sheet_page
from openiop.web.staff.attendance_form import posted_lines

if TYPE_CHECKING:
    from datetime import datetime

    from openiop.apps.schedule.models import Session


def walk_in(request: ActorRequest, public_id: str) -> HttpResponse:
    """Show who bears the name that was typed, add the one who was chosen, or take one off again.

    The buttons belong to the form of the sheet, so its lines are sent too: they are drawn again as they
    were typed, and saved by the sheet's own button only.
    """
    session = access_session(request.actor, public_id, permission=Permission.ATTENDANCE_EDIT)
    at = clock.now()
    if mistaken := request.POST.get("off", ""):
        return _take_off(request, session, mistaken, at)
    chosen = request.POST.get("add", "")
    if not chosen:
        sheet = read_sheet(request.actor, session, at=at)
        found = look_for(request, session, name_typed(request))
        return sheet_page(request, sheet, posted_lines(sheet, request.POST), walk_in=found)
    return _add(request, session, chosen, at)


def _add(request: ActorRequest, session: Session, chosen: str, at: datetime) -> HttpResponse:
    """Add the chosen one. Where nothing else was typed the sheet is opened afresh; else it is drawn as typed."""
    episode = access_episode(request.actor, chosen, permission=Permission.ATTENDANCE_EDIT)
    name = episode.client.shown_name
    try:
        seat_and_follow(by=request.actor, session=session, episode=episode, at=at)
    except DomainError as error:
        sheet = read_sheet(request.actor, session, at=at)
        found = look_for(request, session, name_typed(request))
        found.error = error.message
        return sheet_page(request, sheet, posted_lines(sheet, request.POST), walk_in=found, status=409)
    said = _("%(name)s is on the sheet for this date, marked present.") % {"name": name}
    return _drawn_again(request, session, said, at, f"name-{episode.client.public_id}")


def _take_off(request: ActorRequest, session: Session, mistaken: str, at: datetime) -> HttpResponse:
    """Take the named one off the sheet; a refusal stands beside the reason, which stays."""
    why = request.POST.get("off-why", "")
    version = request.POST.get(f"was-{mistaken}", "").partition(":")[0]
    try:
        guest = take_off_and_follow(
            by=request.actor,
            session=session,
            client_id=mistaken,
            version=int(version) if version.isdecimal() else 0,
            why=why,
            at=at,
        )
    except DomainError as error:
        sheet = read_sheet(request.actor, session, at=at)
        walk_in = WalkIn(off_error=error.message, off_why=why)
        status = 422 if error.field == "why" else 409
        return sheet_page(request, sheet, posted_lines(sheet, request.POST), walk_in=walk_in, status=status)
    said = _("%(name)s is off the sheet. What was marked stands under the corrections.")
    return _drawn_again(request, session, said % {"name": guest.client.shown_name}, at, "walk-in")


def _drawn_again(
    request: ActorRequest, session: Session, said: str, at: datetime, place: str
) -> HttpResponse:
    """Open the sheet afresh at the place; where marks were typed that are not saved, draw it as typed."""
    sheet = read_sheet(request.actor, session, at=at)
    lines = posted_lines(sheet, request.POST)
    if any(line.is_touched for line in lines):
        return sheet_page(request, sheet, lines, walk_in=WalkIn(said=said))
    messages.success(request, said)
    return redirect(f"{reverse('attendance', args=[session.public_id])}#{place}")
