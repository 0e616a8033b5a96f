"""One client's week: groups, appointments, what keeps them elsewhere, and how the hours stand against the order."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.episodes import latest_episode_of
from openiop.apps.clients.consent_values import zone_of
from openiop.apps.clients.selectors.access import access_client
from openiop.apps.core import clock
from openiop.apps.groups.selectors.hours import HoursRow, hours_of, week_at
from openiop.apps.groups.selectors.own import Visit, days_of
from openiop.apps.schedule.selectors.week import client_seats, client_windows, monday_of
from openiop.web.requests import ActorRequest
from openiop.web.staff.chosen import chosen_day
from openiop.web.staff.hours_words import OUTLOOKS, TONES, missing_words, why_words
from openiop.web.staff.schedule_words import WINDOW_KINDS
from openiop.web.staff.week_drawn import VISITS, days_of_week
from openiop.web.weekgrid import WeekItem, build_week, item_between

if TYPE_CHECKING:
    from datetime import datetime

    from openiop.apps.admissions.models import Episode
    from openiop.apps.schedule.models import Window


def client_week(request: ActorRequest, client_id: str) -> HttpResponse:
    """Show a client's week hour by hour, what is short, and the lines they stand in."""
    client = access_client(request.actor, client_id, permission=Permission.CLIENT_VIEW)
    at, zone = clock.now(), zone_of(client)
    today = clock.local(at, zone).date()
    monday = monday_of(chosen_day(request, "from", today))
    found = days_of(client, monday, monday + timedelta(days=6))
    windows = [row for row in client_windows(client) if row.kind != "available"]
    items = [
        *(_visit(visit) for visit in found.visits),
        *(_busy(row, day) for row in windows for day in days_of_week(monday) if _keeps(row, day)),
    ]
    episode = latest_episode_of(client)
    context = {
        "client": client,
        "monday": monday,
        "week": build_week(
            days_of_week(monday), items, today=today, notes=dict(found.closures), hours=(8, 19)
        ),
        "previous": monday - timedelta(days=7),
        "next": monday + timedelta(days=7),
        "is_this_week": monday == monday_of(today),
        "waiting": [row for row in client_seats(client) if row.state == "waiting"],
        **(_hours(episode, monday, at=at) if episode else {}),
    }
    return render(request, "staff/clients/week.html", context)


def _visit(visit: Visit) -> WeekItem:
    flag, tone = _flag(visit)
    zone = visit.site.time_zone
    where = _("Telehealth") if visit.by_video else visit.room or visit.site.name
    return item_between(
        clock.local(visit.starts_at, zone),
        clock.local(visit.ends_at, zone),
        visit.name or VISITS.get(visit.kind, _("Appointment")),
        note=f"{where} · {visit.with_whom}",
        flag=flag,
        tone=tone or ("" if visit.kind == "group" else "info"),
    )


def _flag(visit: Visit) -> tuple[str, str]:
    """Return what is special about a visit, and its tone."""
    if visit.is_cancelled:
        return _("Cancelled"), "off"
    if visit.is_excused:
        return _("Will be away"), "warn"
    if visit.was_here is not None:
        return (_("Was here"), "ok") if visit.was_here else (_("Did not come"), "bad")
    return (_("Make-up"), "") if visit.is_make_up else ("", "")


def _busy(row: Window, day: date) -> WeekItem:
    return WeekItem(day, row.start_minute, row.end_minute, WINDOW_KINDS[row.kind], tone="busy")


def _keeps(row: Window, day: date) -> bool:
    begun = row.starts_on is None or row.starts_on <= day
    return begun and (row.ends_on is None or day <= row.ends_on) and row.weekday == day.weekday()


def _hours(episode: Episode, monday: date, *, at: datetime) -> dict[str, Any]:
    """Return how the hours of that week stand, where the course of care reaches into it."""
    week = week_at(episode.site, monday)
    if week.ends_at <= episode.admitted_at:
        return {}
    row: HoursRow = hours_of([episode], [week], at=at)[episode.pk][0]
    return {
        "hours": row,
        "ahead": row.dosage.forecast.minutes - row.dosage.attended.minutes,
        "outlook": OUTLOOKS[row.outlook],
        "tone": TONES[row.outlook],
        "missing": missing_words(row),
        "why": why_words(row),
    }
