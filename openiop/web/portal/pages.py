"""The client's own place: what comes next, the week, the hours."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from openiop.apps.admissions.selectors.episodes import latest_episode_of
from openiop.apps.clients.consent_values import zone_of
from openiop.apps.clients.selectors.own import access_own_client, own_consents, to_sign
from openiop.apps.core import clock
from openiop.apps.groups.selectors.hours import hours_of, week_at
from openiop.apps.groups.selectors.own import days_of, next_visit
from openiop.apps.measures.selectors import awaits_own
from openiop.apps.schedule.selectors.week import monday_of
from openiop.apps.timetable.selectors.news import own_news
from openiop.apps.treatment.selectors.plans import awaits_client
from openiop.web.portal.words import WeekWords, told, week_words
from openiop.web.requests import ActorRequest
from openiop.web.staff.chosen import chosen_day

if TYPE_CHECKING:
    from datetime import datetime

    from openiop.apps.clients.models import Client

WEEKS_BACK = 4
"""How many former weeks the hours page shows."""


def portal_home(request: ActorRequest) -> HttpResponse:
    """Show what comes next first, then what waits for a signature, then how the week stands."""
    client = access_own_client(request.actor)
    at = clock.now()
    today = clock.local(at, zone_of(client)).date()
    coming = next_visit(client, at=at, today=today)
    days = days_of(client, today, today + timedelta(days=6 - today.weekday()))
    later = [visit for visit in days.visits if visit.is_ahead(at) and visit != coming]
    weeks = hours_in_words(client, at=at, back=0)
    context = {
        "client": client,
        "next": told(coming, at=at) if coming else None,
        "is_today": coming is not None and coming.day == today,
        "later": [told(visit, at=at) for visit in later],
        "to_sign": to_sign(own_consents(client, at=at)),
        "hours": weeks[0][1] if weeks else None,
        "plan_waits": awaits_client(client),
        "forms_wait": awaits_own(client),
        "news": own_news(client, at=at)[:1],
    }
    return render(request, "portal/home.html", context)


def portal_week(request: ActorRequest) -> HttpResponse:
    """Show a week, day by day; cancelled things too, so that nobody comes in vain."""
    client = access_own_client(request.actor)
    at = clock.now()
    today = clock.local(at, zone_of(client)).date()
    monday = monday_of(chosen_day(request, "from", today))
    found = days_of(client, monday, monday + timedelta(days=6))
    days = [
        {
            "date": day,
            "visits": [told(visit, at=at) for visit in found.on(day)],
            "closed": found.closures.get(day, ""),
            "is_today": day == today,
        }
        for day in (monday + timedelta(days=number) for number in range(7))
    ]
    context = {
        "client": client,
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "days": [day for day in days if day["visits"] or day["closed"] or day["is_today"]],
        "is_this_week": monday == monday_of(today),
        "previous": _week(monday - timedelta(days=7)),
        "next": _week(monday + timedelta(days=7)),
        "by_video": any(visit.by_video for visit in found.visits),
    }
    return render(request, "portal/week.html", context)


def portal_hours(request: ActorRequest) -> HttpResponse:
    """Say how the hours stand, this week and the weeks before."""
    client = access_own_client(request.actor)
    weeks = hours_in_words(client, at=clock.now(), back=WEEKS_BACK)
    context = {"client": client, "now": weeks[0] if weeks else None, "before": weeks[1:]}
    return render(request, "portal/hours.html", context)


def hours_in_words(client: Client, *, at: datetime, back: int) -> list[tuple[date, WeekWords]]:
    """Return the running week and so many before it, the latest first; nothing before care began."""
    episode = latest_episode_of(client)
    if episode is None:
        return []
    today = clock.local(at, episode.site.time_zone).date()
    weeks = [week_at(episode.site, today - timedelta(weeks=number)) for number in range(back, -1, -1)]
    begun = [week for week in weeks if week.ends_at > episode.admitted_at]
    rows: Any = hours_of([episode], begun, at=at)[episode.pk] if begun else []
    found = [
        (week.first, week_words(row, is_over=week.ends_at <= at))
        for row, week in zip(rows, begun, strict=True)
    ]
    return found[::-1]


def _week(monday: date) -> str:
    return f"{reverse('portal_week')}?from={monday.isoformat()}"
