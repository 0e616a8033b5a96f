"""Before the group: one screen for each session, and one sheet of paper."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core import clock
from openiop.apps.groups.presenters import reason_words, state_words
from openiop.apps.schedule.selectors import access_session
from openiop.apps.treatment.selectors.huddle import Huddler, read_huddle
from openiop.apps.treatment.words import RATINGS
from openiop.domain.treatment.progress import Direction
from openiop.web.requests import ActorRequest
from openiop.web.staff.curricula import STATES
from openiop.web.staff.hours_words import missing_words
from openiop.web.staff.levelofcare_words import RISK
from openiop.web.staff.measure_shown import latest_words
from openiop.web.templatetags.openiop import told

ARROWS = {Direction.UP: "↑", Direction.DOWN: "↓", Direction.SAME: "→", Direction.NEW: ""}


def huddle(request: ActorRequest, public_id: str) -> HttpResponse:
    """Show who is coming and what to know of each of them."""
    session = access_session(request.actor, public_id, permission=Permission.TREATMENT_VIEW)
    found = read_huddle(request.actor, session, at=clock.now())
    may_measures = request.actor.may(Permission.MEASURE_VIEW)
    context = {
        "session": session,
        "huddle": found,
        "people": [_shown(one, measured=may_measures) for one in found.people],
        "homework": [(told(unit.title), told(unit.homework)) for unit in found.homework],
        "expected": sum(one.line.away is None for one in found.people),
        "may_mark": request.actor.may_at(Permission.ATTENDANCE_EDIT, session.site_id),
        "may_hours": request.actor.may(Permission.HOURS_VIEW),
    }
    return render(request, "staff/attendance/huddle.html", context)


def _shown(one: Huddler, *, measured: bool) -> dict[str, object]:
    """Return one person with everything in words."""
    return {
        "line": one.line,
        "client": one.line.client,
        "missing": missing_words(one.hours) if one.hours is not None else "",
        "missed": one.missed_in_a_row,
        "plan": one.plan,
        "forms_due": one.forms_due if measured else 0,
        "measured": latest_words(one.measured) if measured else None,
        "aims": [
            (aim, RATINGS[aim.rating] if aim.rating is not None else "", ARROWS[aim.direction])
            for aim in one.aims
        ],
        "homework": (
            one.homework,
            told(one.homework.unit.title),
            STATES[one.homework.practised] if one.homework.practised else _("not asked yet"),
        )
        if one.homework
        else None,
        "screen": (one.screen, *RISK[one.screen.triage.could_be]) if one.screen else None,
        "seen": [(seen, state_words(seen.state), reason_words(seen.reason)) for seen in one.seen],
    }
