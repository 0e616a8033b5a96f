"""Today: my groups in order, my appointments, and what is not saved yet."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core import clock
from openiop.apps.groups.presenters import reason_words, state_words
from openiop.apps.groups.selectors.today import read_today
from openiop.apps.timetable.selectors.news import staff_news
from openiop.web.requests import ActorRequest
from openiop.web.staff.chosen import chosen_day, chosen_site
from openiop.web.staff.claims import due_listings
from openiop.web.staff.hours_words import missing_words
from openiop.web.staff.schedule_words import ONE_TO_ONE
from openiop.web.staff.tasks import tasks_of


def today(request: ActorRequest) -> HttpResponse:
    """Show a day at a site: the actor's own, or everyone's."""
    site, sites = chosen_site(request)
    at = clock.now()
    this_day = clock.local(at, site.time_zone).date()
    day = chosen_day(request, "day", this_day)
    mine = request.GET.get("who") != "all"
    found = read_today(request.actor, site, day, mine=mine, at=at)

    def address(**changes: str) -> str:
        said = {"site": site.public_id, "day": day.isoformat(), "who": "" if mine else "all"} | changes
        return f"{reverse('today')}?{urlencode({key: value for key, value in said.items() if value})}"

    context = {
        "site": site,
        "sites": [(address(site=row.public_id), row.name, row.pk == site.pk) for row in sites],
        "day": day,
        "is_today": day == this_day,
        "mine": mine,
        "found": found,
        "groups": [(group, [(row, missing_words(row)) for row in group.short]) for group in found.groups],
        "visits": [(visit, ONE_TO_ONE.get(visit.kind, visit.kind)) for visit in found.appointments],
        "tasks": tasks_of(request.actor, site, mine=mine, at=at) if day == this_day else [],
        "untold": [(row, state_words(row.state), reason_words(row.reason)) for row in found.untold],
        "news": staff_news(request.actor, at=at) if day == this_day else [],
        "listings_due": due_listings(request, at=at) if day == this_day else 0,
        "may_plan": request.actor.may(Permission.SCHEDULE_PLAN),
        "only_mine": address(who=""),
        "everyone": address(who="all"),
        "previous": address(day=(day - timedelta(days=1)).isoformat()),
        "next": address(day=(day + timedelta(days=1)).isoformat()),
        "this_day": address(day=""),
        "may_huddle": request.actor.may(Permission.TREATMENT_VIEW),
        "may_mark": request.actor.may_at(Permission.ATTENDANCE_EDIT, site.pk),
    }
    return render(request, "staff/today/today.html", context)
