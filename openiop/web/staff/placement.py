"""Find the week: the best places for one client, with reasons; accept one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.selectors import access_site
from openiop.apps.admissions.selectors.episodes import access_episode
from openiop.apps.core import clock
from openiop.apps.schedule.selectors.placement import Found, find_weeks_for
from openiop.apps.schedule.selectors.ways import at_site
from openiop.apps.schedule.selectors.week import (
    client_seats,
    staff_of,
    today_at,
)
from openiop.apps.schedule.services.plans import MOST_WEEKS, Accepted, accept_plan
from openiop.domain.errors import DomainError
from openiop.domain.schedule.placement import Placement
from openiop.domain.schedule.problem import Mode
from openiop.web.requests import ActorRequest
from openiop.web.staff.appointments import booked_words
from openiop.web.staff.chosen import chosen_day
from openiop.web.staff.next_steps import ways_of
from openiop.web.staff.schedule_words import (
    MODALITIES,
    ONE_TO_ONE,
    clock_span,
    say,
    weekday,
)
from openiop.web.staff.visit_choice import read, written

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Site
    from openiop.apps.admissions.models import Episode

USUAL_WEEKS = 4
"""For so many weeks one-to-one sessions are booked unless somebody says otherwise: as far as sessions are made."""


def placement(request: ActorRequest, episode_id: str) -> HttpResponse:
    """Show the best weeks that differ in kind, each with what it meets and breaks; accept one with its one-to-one sessions."""
    episode = access_episode(request.actor, episode_id, permission=Permission.ENROLL)
    if request.method == "POST":
        return _accept(request, episode)
    at = clock.now()
    place = _place(request, episode, request.GET.get("site", ""))
    first = chosen_day(request, "from", today_at(place, at=at)) if "from" in request.GET else None
    found = find_weeks_for(at_site(episode, place), at=at, starts_on=first)
    is_home = place.pk == episode.site_id
    context = {
        "episode": episode,
        "client": episode.client,
        "site": place,
        "is_home": is_home,
        "next_steps": ways_of(request, episode, found, at=at) if found and is_home else [],
        "found": found,
        "options": [_option(found, week, at_site(episode, place)) for week in found.answer.placements]
        if found
        else [],
        "misses": [_miss(found, miss) for miss in found.answer.misses] if found else [],
        "seats": client_seats(episode.client),
        "weeks": USUAL_WEEKS,
        "most_weeks": MOST_WEEKS,
        "may_plan": request.actor.may(Permission.SCHEDULE_PLAN),
    }
    return render(request, "staff/schedule/placement.html", context)


def _place(request: ActorRequest, episode: Episode, public_id: str) -> Site:
    """Return the site whose weeks are looked at: the episode's own, or another where the actor gives seats."""
    if not public_id or public_id == episode.site.public_id:
        return episode.site
    return access_site(request.actor, public_id)


def _accept(request: ActorRequest, episode: Episode) -> HttpResponse:
    """Take the chosen week with the one-to-one sessions that stayed ticked: all of it or nothing."""
    actor, at = request.actor, clock.now()
    place = _place(request, episode, request.POST.get("site", ""))
    today = today_at(place, at=at)
    people = staff_of(actor, place)
    visits = [read(value, people) for value in request.POST.getlist("visit")]
    weeks = request.POST.get("weeks", "1")
    back = f"{reverse('placement', args=[episode.public_id])}?{urlencode({'from': _first(request, today).isoformat(), 'site': place.public_id})}"
    if None in visits or not (weeks.isdecimal() and len(weeks) <= len("99")):
        messages.error(request, _("One of the one-to-one times is gone. Look for the week again."))
        return redirect(back)
    try:
        done = accept_plan(
            by=actor,
            episode=episode,
            slot_ids=[part for part in request.POST.get("slots", "").split(",") if part],
            visits=[visit for visit in visits if visit is not None],
            weeks=int(weeks),
            starts_on=_first(request, today),
            at=at,
            wait_if_full=request.POST.get("wait") == "yes",
            site=place,
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(back)
    messages.success(request, _accepted_words(done))
    return redirect("episode", episode.public_id)


def _first(request: ActorRequest, today: date) -> date:
    """Return the day the week begins, as the form said it; never a day that is past."""
    try:
        return max(today, date.fromisoformat(request.POST.get("first", "")))
    except ValueError:
        return today


def _accepted_words(done: Accepted) -> str:
    """Return what became of an accepted week."""
    waiting = sum(row.state == "waiting" for row in done.seats)
    said = _("The week is set.")
    if waiting:
        said = _("The week is set. On the wait list for %(count)s of its meetings.") % {"count": waiting}
    return f"{said} {booked_words(done)}" if done.visits else said


def _names(found: Found) -> dict[str, str]:
    names = {slot.series.public_id: slot.series.name for slot in found.slots.values()}
    for key, slot in found.slots.items():
        names[key] = f"{slot.series.name} ({weekday(slot.weekday)})"
    return names


def _meetings(found: Found, ids: tuple[str, ...]) -> list[dict[str, Any]]:
    slots = sorted((found.slots[key] for key in ids), key=lambda slot: (slot.weekday, slot.start_minute))
    return [
        {
            "day": weekday(slot.weekday),
            "time": clock_span(slot.start_minute, slot.end_minute),
            "series": slot.series,
            "slot": slot,
            "where": _where(found, slot),
            "is_held": key_of(slot) in found.question.client.held,
        }
        for slot in slots
    ]


def _where(found: Found, slot: Any) -> str:
    """Return where the client would take part: in the room, or by video."""
    mode = next(
        (one.group.mode for one in found.question.running if one.group.id == slot.series.public_id), None
    )
    room = slot.series.room if mode is not Mode.TELEHEALTH else None
    return str(room.name if room else MODALITIES["telehealth"])


def key_of(slot: Any) -> str:
    """Return the id by which the search knows a slot."""
    return str(slot.public_id)


def _option(found: Found, week: Placement, episode: Episode) -> dict[str, Any]:
    names = _names(found)
    meets = [reason for reason in week.meets if reason.code != "one-to-one"]
    return {
        "title": " · ".join(str(name) for part, name in PARTS.items() if part in week.kind.dayparts),
        "days": ", ".join(weekday(day) for day in week.kind.days),
        "minutes": week.minutes,
        "ordered": found.order.weekly_minutes,
        "meetings": _meetings(found, week.meetings),
        "slots": ",".join(week.meetings),
        "visits": [
            (written(one), one, ONE_TO_ONE.get(one.kind, one.kind)) for one in found.openings(week, episode)
        ],
        "is_current": set(week.meetings) == set(found.question.client.held),
        "meets": [say(reason, names, tone="ok") for reason in meets],
        "breaks": [say(reason, names, tone="warn") for reason in week.breaks],
    }


def _miss(found: Found, miss: Any) -> dict[str, Any]:
    names = _names(found)
    said = dict.fromkeys(say(reason, names, tone="bad") for reason in miss.forbidden_by)
    only_full = bool(miss.forbidden_by) and {reason.code for reason in miss.forbidden_by} == {"seat"}
    return {
        "days": ", ".join(weekday(day) for day in miss.days),
        "minutes": miss.minutes,
        "meetings": _meetings(found, miss.meetings),
        "slots": ",".join(miss.meetings),
        "reasons": list(said),
        "may_wait": only_full,
    }


PARTS = {"am": gettext_lazy("Morning"), "pm": gettext_lazy("Afternoon"), "eve": gettext_lazy("Evening")}
