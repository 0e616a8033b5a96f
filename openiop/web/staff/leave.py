"""Days off of staff: recorded, taken back, and the groups left uncovered with who could stand in."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core import clock
from openiop.apps.schedule.selectors import access_session
from openiop.apps.schedule.selectors.cover import leave_at, uncovered_sessions
from openiop.apps.schedule.selectors.week import staff_of, today_at
from openiop.apps.schedule.services.leave import cancel_leave, cover_session, record_leave
from openiop.apps.schedule.services.words import day_words
from openiop.domain.errors import DomainError
from openiop.domain.schedule.cover import Chair
from openiop.web.forms import date_input, set_choices, show_error
from openiop.web.requests import ActorRequest
from openiop.web.staff.chosen import chosen_site

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Site
    from openiop.apps.schedule.models import StaffAbsence

WEEKS_AHEAD = 4
"""How far ahead uncovered groups are listed: as far as sessions are made."""


class LeaveForm(forms.Form):
    """Who is off, from when to when."""

    person = forms.ChoiceField(label=gettext_lazy("Who"))
    first = forms.DateField(label=gettext_lazy("First day off"), widget=date_input())
    last = forms.DateField(
        label=gettext_lazy("Last day off"),
        required=False,
        widget=date_input(),
        help_text=gettext_lazy("Empty: that day only."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Only who plans the week reads this."),
    )

    def __init__(self, *args: Any, people: list[Any], **options: Any) -> None:
        """Fill in the site's staff."""
        super().__init__(*args, **options)
        self.people = {user.public_id: user for user in people}
        set_choices(
            self, "person", [("", "—"), *((key, user.shown_name) for key, user in self.people.items())]
        )


def leave(request: ActorRequest) -> HttpResponse:
    """Show days off and uncovered groups; record days off or take them back."""
    site, sites = chosen_site(request)
    at, today = clock.now(), today_at(site, at=clock.now())
    people = staff_of(request.actor, site)
    rows = leave_at(request.actor, site, today)
    takes_back = request.method == "POST" and "back" in request.POST
    form = LeaveForm(request.POST if request.method == "POST" and not takes_back else None, people=people)
    if takes_back:
        return _take_back(request, site, rows)
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = record_leave(
                by=request.actor, user=form.people[data["person"]], site=site, first=data["first"],
                last=data["last"] or data["first"], reason=data["reason"], at=at,
            )  # fmt: skip
        except DomainError as error:
            show_error(form, error)
        else:
            said = ngettext("%(n)s day off recorded.", "%(n)s days off recorded.", len(made))
            messages.success(request, said % {"n": len(made)})
            return redirect(_address(site))
    found = uncovered_sessions(
        request.actor, site, at=at, first=today, last=today + timedelta(weeks=WEEKS_AHEAD)
    )
    context = {
        "site": site,
        "sites": sites,
        "form": form,
        "stretches": _stretches(rows),
        "uncovered": found,
        "address": _address(site),
        "may_plan": request.actor.may(Permission.SCHEDULE_PLAN),
        "mends": f":{7 * WEEKS_AHEAD}",
    }
    return render(request, "staff/schedule/leave.html", context)


def session_cover(request: ActorRequest, session_id: str) -> HttpResponse:
    """Let somebody stand in for a facilitator on one date."""
    session = access_session(request.actor, session_id, permission=Permission.SCHEDULE_EDIT)
    people = {user.public_id: user for user in staff_of(request.actor, session.site)}
    user = people.get(request.POST.get("person", ""))
    chair = request.POST.get("chair", Chair.LEAD)
    if user is None or chair not in set(Chair):
        raise Http404
    try:
        cover_session(by=request.actor, session=session, lead=user, chair=Chair(chair), at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        words = {"name": user.shown_name, "group": session.series.name, "day": day_words(session.day)}
        messages.success(request, _("%(name)s stands in for %(group)s on %(day)s.") % words)
    return redirect(_address(session.site))


def _take_back(request: ActorRequest, site: Site, rows: list[StaffAbsence]) -> HttpResponse:
    wanted = set(request.POST.getlist("day"))
    days = [row for row in rows if row.public_id in wanted]
    if not days:
        raise Http404
    ended = cancel_leave(by=request.actor, leave=days, at=clock.now())
    said = ngettext("%(n)s day off taken back.", "%(n)s days off taken back.", ended)
    messages.success(request, said % {"n": ended})
    return redirect(_address(site))


def _stretches(rows: list[StaffAbsence]) -> list[dict[str, Any]]:
    """Return the days off of each person with days in a row as one stretch."""
    found: list[dict[str, Any]] = []
    for user_id, own in groupby(rows, key=lambda row: row.user_id):
        last: date | None = None
        for row in own:
            if last is None or row.day != last + timedelta(days=1):
                found.append({"person": row.user, "first": row.day, "rows": [], "user": user_id})
            found[-1]["rows"].append(row)
            found[-1]["last"] = last = row.day
            found[-1]["note"] = row.reason
    return sorted(found, key=lambda one: (one["first"], one["person"].shown_name))


def _address(site: Site) -> str:
    return f"{reverse('leave')}?{urlencode({'site': site.public_id})}"
