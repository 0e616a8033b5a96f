"""Make-up hours of one person: the sets of seats that would mend the week, one booked in one action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.episodes import access_episode
from openiop.apps.core import clock
from openiop.apps.groups.selectors.hours import hours_of, week_at
from openiop.apps.groups.selectors.makeups import Offer, Offers, offers_for
from openiop.apps.groups.services import book_make_up
from openiop.apps.schedule.selectors import access_absence, access_session
from openiop.domain.errors import DomainError
from openiop.web.requests import ActorRequest
from openiop.web.staff.chosen import chosen_day
from openiop.web.staff.hours import board_address, line_of
from openiop.web.staff.hours_words import amount_words, forecast_words

if TYPE_CHECKING:
    from datetime import datetime

    from openiop.apps.admissions.models import Episode


def make_up(request: ActorRequest, episode_id: str) -> HttpResponse:
    """Show the sets of seats that would mend a person's week, or book one of them."""
    wanted = Permission.ENROLL if request.method == "POST" else Permission.HOURS_VIEW
    episode = access_episode(request.actor, episode_id, permission=wanted)
    at = clock.now()
    today = clock.local(at, episode.site.time_zone).date()
    week = week_at(episode.site, chosen_day(request, "week", today))
    if request.method == "POST":
        return _book(request, episode, at=at)
    row = hours_of([episode], [week], at=at)[episode.pk][0]
    found = offers_for(row, week, at=at)
    context = {
        "line": line_of(row, None),
        "episode": episode,
        "week": week,
        "site": episode.site,
        "found": found,
        "offers": offers_with_words(found),
        "may_book": request.actor.may_at(Permission.ENROLL, episode.site_id),
        "back": board_address(episode.site, week),
    }
    return render(request, "staff/hours/make_up.html", context)


def offers_with_words(found: Offers | None) -> list[tuple[Offer, str]]:
    """Return each offer with what would still be missing after it."""
    offers = found.offers if found else ()
    return [(offer, amount_words(offer.mend.left.minutes, offer.mend.left.days)) for offer in offers]


def _book(request: ActorRequest, episode: Episode, *, at: datetime) -> HttpResponse:
    """Book the seats of one offer, all or none; say what the week comes to now; go back to where it was offered."""
    actor = request.actor
    ids = request.POST.getlist("session")
    if not ids:
        raise Http404
    sessions = [access_session(actor, one, permission=Permission.SCHEDULE_VIEW) for one in ids]
    week = week_at(episode.site, sessions[0].day)
    try:
        booked = book_make_up(by=actor, episode=episode, sessions=sessions, at=at)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        said_words = ngettext(
            "%(n)s make-up seat booked for %(who)s.", "%(n)s make-up seats booked for %(who)s.", len(booked)
        ) % {"n": len(booked), "who": episode.client.shown_name}
        row = hours_of([episode], [week], at=at)[episode.pk][0]
        messages.success(request, f"{said_words} {forecast_words(row)}")
    back = request.POST.get("absence", "")
    if back:
        absence = access_absence(actor, back, permission=Permission.ATTENDANCE_VIEW)
        return redirect("absence", absence.public_id)
    return redirect(board_address(episode.site, week))
