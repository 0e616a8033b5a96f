"""The program board: census, shows, hours at risk and what is due, each figure one click from its list."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core import clock
from openiop.apps.groups.presenters import said
from openiop.apps.groups.selectors.board import Board, Track, absences_of, read_board
from openiop.apps.groups.selectors.hours import week_at
from openiop.apps.schedule.lists import attendance_lists
from openiop.apps.treatment.selectors.dues import site_dues
from openiop.domain.outlook import Shows
from openiop.web.requests import ActorRequest
from openiop.web.staff.chosen import chosen_site

LISTS = ("waiting", "shows", "reviews", "consents")


def board(request: ActorRequest) -> HttpResponse:
    """Show the site's tracks in figures."""
    found, context = _read(request)
    context |= {
        "tracks": [_track(found, track) for track in found.tracks],
        "whole": _track(found, found.whole),
        "plans_due": sum(one.is_soon for one in site_dues(found.site, at=context["at"])),
        "plans_url": f"{reverse('due_plans')}?site={found.site.public_id}",
        "emergencies_url": _maybe("emergency_reviews") if request.actor.may(Permission.REVIEW_GLASS) else "",
    }
    return render(request, "staff/board/board.html", context)


def reviews(request: ActorRequest) -> HttpResponse:
    """Show the orders to review: where a utilization reviewer begins the day."""
    return board_list(request, "reviews")


def board_list(request: ActorRequest, what: str) -> HttpResponse:
    """Show the people behind one figure."""
    if what not in LISTS:
        raise Http404
    found, context = _read(request)
    track = request.GET.get("track", "")
    context |= {"what": what, "track": next((one for one in found.tracks if one.id == track), None)}
    if what == "waiting":
        context["waits"] = [wait for wait in found.waits if track in ("", wait.track)]
    elif what == "reviews":
        context["reviews"] = [
            (due, said(due.row.program.title)) for due in found.reviews if track in ("", due.row.program.id)
        ]
        context["may_see_level"] = request.actor.may(Permission.ASSESSMENT_VIEW)
    elif what == "consents":
        context["gaps"] = [
            (gap.row, [said(form.title) for form in gap.templates])
            for gap in found.gaps
            if track in ("", gap.row.program.id)
        ]
    else:
        context["absences"] = [
            (client, shows, 100 * shows.came // shows.of)
            for client, shows in absences_of(found.site, found.week, track=track)
        ]
    return render(request, f"staff/board/{what}.html", context)


def _read(request: ActorRequest) -> tuple[Board, dict[str, Any]]:
    site, sites = chosen_site(request)
    at = clock.now()
    week = week_at(site, clock.local(at, site.time_zone).date())
    found = read_board(request.actor, site, week, at=at)
    context = {
        "board": found,
        "site": site,
        "sites": sites,
        "week": week,
        "at": at,
        "rate": attendance_lists().show_rate,
        "target": attendance_lists().show_rate.target_percent / 100,
        "home": f"{reverse('board')}?site={site.public_id}",
        "titles": {track.id: said(track.title) for track in found.tracks},
        "may_see_clients": request.actor.may(Permission.CLIENT_VIEW),
    }
    return found, context


def _track(found: Board, track: Track) -> dict[str, Any]:
    """Return a track's row as the page draws it, with the address of each list."""
    query = {"site": found.site.public_id} | ({"track": track.id} if track.id else {})
    tail = f"?{urlencode(query)}"
    return {
        "track": track,
        "title": said(track.title),
        "tone": _tone(track.shows),
        "hours_url": reverse("hours") + tail,
        "short_url": f"{reverse('hours')}{tail}&show=short",
        "seats_url": _maybe("series_list") + f"?site={found.site.public_id}",
        **{f"{name}_url": reverse("board_list", args=[name]) + tail for name in LISTS},
    }


def _tone(shows: Shows) -> str:
    """Return how a show rate stands against the target and the alarm."""
    rate = attendance_lists().show_rate
    if not shows.of:
        return ""
    if shows.came * 100 < rate.alarm_percent * shows.of:
        return "bad"
    return "ok" if shows.came * 100 >= rate.target_percent * shows.of else "warn"


def _maybe(name: str) -> str:
    """Return a route's address, or nothing where this installation has no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
