"""Plans of the week: drafts beside the current one, their difference, publication, and taking it back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.selectors import access_site
from openiop.apps.audit.services import note_read
from openiop.apps.core import clock
from openiop.apps.schedule.selectors import access_room
from openiop.apps.schedule.selectors.week import monday_of, staff_of, today_at
from openiop.apps.schedule.services.words import day_words
from openiop.apps.timetable.selectors.access import access_plan
from openiop.apps.timetable.selectors.plans import (
    Difference,
    difference_of,
    is_last,
    names_of_causes,
    plans_of,
)
from openiop.apps.timetable.selectors.runs import last_run
from openiop.apps.timetable.services.drafts import discard_plan, draft_mend, draft_sick_day
from openiop.apps.timetable.services.publishing import Outcome, publish_plan, roll_back
from openiop.apps.timetable.services.runs import OPEN
from openiop.domain.errors import DomainError
from openiop.web import mails
from openiop.web.requests import ActorRequest
from openiop.web.staff.chosen import chosen_site
from openiop.web.staff.plan_runs import CHOICES, USUAL_SECONDS
from openiop.web.staff.plan_words import cause_words, say_why, slot_words

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Site
    from openiop.apps.timetable.models import Plan
    from openiop.apps.timetable.selectors.plans import HouseMove, Person


def plans(request: ActorRequest) -> HttpResponse:
    """Show a site's drafts and publications, and what can be asked of the planner."""
    site, sites = chosen_site(request)
    rows = plans_of(site)
    names = names_of_causes(rows)
    run, today = last_run(site), today_at(site, at=clock.now())
    context = {
        "site": site,
        "sites": sites,
        "rows": [(row, cause_words(row.cause, names, _day(row))) for row in rows],
        "today": today,
        "next_monday": monday_of(today) + timedelta(weeks=1),
        "run": run,
        "run_open": run is not None and run.state in OPEN,
        "choices": CHOICES,
        "usual": USUAL_SECONDS,
    }
    note_read(by=request.actor, action="plans.read", subject=site)
    return render(request, "staff/plans/plans.html", context)


def plan(request: ActorRequest, plan_id: str) -> HttpResponse:
    """Show what a plan changes, by person and by group; publish it, put it away, or take it back."""
    row = access_plan(request.actor, plan_id, permission=Permission.SCHEDULE_PLAN)
    if request.method == "POST":
        return _decide(request, row)
    note_read(by=request.actor, action="plan.read", subject=row)
    found = difference_of(row)
    context = {
        "plan": row,
        "site": row.site,
        "title": cause_words(row.cause, found.names, _day(row)),
        "found": found,
        "people": [_person(one, found) for one in found.people],
        "house": [_house(one, found) for one in found.house],
        "notes": [say_why(one, found.names) for one in found.notes],
        "groups": [(slot_words(one.slot), one) for one in found.groups],
        "is_draft": row.state == "draft",
        "may_roll_back": is_last(row),
        "waiting": (row.clients - row.placed),
    }
    return render(request, "staff/plans/plan.html", context)


def mend(request: ActorRequest, site_id: str) -> HttpResponse:
    """Draft the fewest changes after which the week stands: without somebody for a day, without a room, or as it is."""
    site = access_site(request.actor, site_id)
    try:
        made = _draft(request, site)
    except DomainError as error:
        tell = messages.info if error.code == "nothing" else messages.error
        tell(request, error.message)
        return redirect(_address(site))
    messages.success(request, _("This is a draft: nobody's week has changed yet."))
    return redirect("plan", made.public_id)


def _draft(request: ActorRequest, site: Site) -> Plan:
    actor, at = request.actor, clock.now()
    today = today_at(site, at=at)
    person, room_id = request.POST.get("person", ""), request.POST.get("room", "")
    if person:
        users = {user.public_id: user for user in staff_of(actor, site)}
        if person not in users:
            raise Http404
        day = _posted_day(request, "day", today)
        return draft_sick_day(by=actor, site=site, user=users[person], day=day, at=at)
    starts_on = _posted_day(request, "starts_on", today)
    room = access_room(actor, room_id, permission=Permission.SCHEDULE_PLAN) if room_id else None
    if room is not None and room.site_id != site.pk:
        raise Http404
    return draft_mend(by=actor, site=site, starts_on=starts_on, room=room, at=at)


def _posted_day(request: ActorRequest, name: str, otherwise: date) -> date:
    try:
        day = date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        return otherwise
    return day if otherwise <= day <= otherwise + timedelta(days=366) else otherwise


def _decide(request: ActorRequest, row: Plan) -> HttpResponse:
    actor, at = request.actor, clock.now()
    act = request.POST.get("act", "")
    try:
        if act == "publish":
            outcome = publish_plan(
                by=actor, plan=row, numbers=_numbers(request), at=at, alert=mails.week_changed
            )
            _tell(request, outcome, _("Published."))
        elif act == "back":
            outcome = roll_back(by=actor, plan=row, at=at, alert=mails.week_changed)
            _tell(request, outcome, _("Taken back."))
        elif act == "discard":
            discard_plan(by=actor, plan=row, at=at)
            messages.success(request, _("The draft is put away. Nobody's week has changed."))
            return redirect(_address(row.site))
        else:
            raise Http404
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("plan", row.public_id)


def _numbers(request: ActorRequest) -> set[int]:
    """Return the numbers of the ticked changes; one box may stand for several."""
    words = " ".join(request.POST.getlist("move")).split()
    return {int(word) for word in words if word.isdecimal() and len(word) <= len("99999")}


def _tell(request: ActorRequest, outcome: Outcome, begins: str) -> None:
    done = ngettext("%(n)s change made.", "%(n)s changes made.", len(outcome.done)) % {"n": len(outcome.done)}
    messages.success(request, f"{begins} {done}")
    if outcome.skipped:
        n = len(outcome.skipped)
        said = ngettext(
            "%(n)s change was not made; the reason stands beside it.",
            "%(n)s changes were not made; the reasons stand beside them.",
            n,
        )
        messages.warning(request, said % {"n": n})


def _person(one: Person, found: Difference) -> dict[str, Any]:
    return {
        "one": one,
        "before": [slot_words(slot) for slot in one.before if slot not in one.after],
        "after": [slot_words(slot) for slot in one.after if slot not in one.before],
        "kept": len([slot for slot in one.after if slot in one.before]),
        "is_free": not one.stale,
        "visits": [_visit(move) for move in one.moves if move.kind == "visit"],
        "why": list(dict.fromkeys(say_why(reason, found.names) for reason in one.why)),
        "state": one.moves[0].state,
    }


def _visit(move: Any) -> dict[str, Any]:
    times = {key: side.get("starts_at") for key, side in (("before", move.before), ("after", move.after))}
    return {key: datetime.fromisoformat(time) if time else None for key, time in times.items()}


def _house(one: HouseMove, found: Difference) -> dict[str, Any]:
    move = one.move
    names = found.names
    if move.kind == "staffing":
        title = move.series.name if move.series else ""
        sides = [_staffed(side, names) for side in (move.before, move.after)]
    else:
        session = move.session
        title = f"{day_words(session.day)}, {session.series.name}" if session else ""
        now = (
            _("does not take place") if move.kind == "cancel" else names.get(move.after.get("staff", ""), "")
        )
        sides = [names.get(move.before["staff"], ""), now]
    return {
        "one": one,
        "title": title,
        "before": sides[0],
        "after": sides[1],
        "why": [say_why(reason, names) for reason in one.why],
        "is_sure": move.kind != "cancel" and not one.stale,
        "state": move.state,
    }


def _staffed(side: dict[str, Any], names: dict[str, str]) -> str:
    people = [names.get(side[name], "") for name in ("lead", "co_lead", "room") if side.get(name)]
    return ", ".join(word for word in people if word)


def _day(row: Plan) -> str:
    day = row.cause.get("day")
    return day_words(date.fromisoformat(day)) if day else ""


def _address(site: Site) -> str:
    return f"{reverse('plans')}?{urlencode({'site': site.public_id})}"
