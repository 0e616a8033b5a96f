"""Why not this group, why no week at all, and what would let in most of those who wait."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.episodes import access_episode
from openiop.apps.audit.services import note_read
from openiop.apps.core import clock
from openiop.apps.groups.presenters import said
from openiop.apps.schedule.selectors.week import today_at
from openiop.apps.timetable.selectors.questions import Opening, WhyAnswer, unlocked_at, why_for
from openiop.domain.schedule.words import Reason
from openiop.web.requests import ActorRequest
from openiop.web.staff.chosen import chosen_site
from openiop.web.staff.schedule_words import MODALITIES, SERVICES, clock_span, say, spans_in_words, weekday
from openiop.web.templatetags.openiop import minutes as in_hours

FACTS: dict[str, str | Promise] = {
    "groups-full": gettext_lazy("{full} of {running} groups for this track are full."),
    "groups-not-running": gettext_lazy("There are only these groups for this track."),
    "kept-apart": gettext_lazy("Someone must be kept apart from the client."),
    "travel": gettext_lazy("{minutes} of travel each way."),
    "mode": gettext_lazy("Takes part only in this way: {mode}."),
    "days": gettext_lazy("{least} to {most} days a week are ordered."),
    "day-length": gettext_lazy("A day has {least} to {most} of groups."),
    "floor": gettext_lazy("At least {minutes} of groups a week."),
    "ceiling": gettext_lazy("At most {minutes} of groups a week."),
    "at-least": gettext_lazy("{service}: at least {least} a week."),
    "free": gettext_lazy("{day}: can come {times}."),
    "busy-day": gettext_lazy("{day}: cannot come."),
}
"""A fact of the client or of the week that takes part in a conflict."""

OF_A_GROUP: dict[str, str | Promise] = {
    "would-cost": gettext_lazy("Nothing forbids it. A week with this group is {points} points less good."),
    "no-week-with-it": gettext_lazy(
        "Nothing forbids the group itself, but no whole week has it in the free seats."
    ),
    "not-running": gettext_lazy("The group does not run."),
}


def why(request: ActorRequest, episode_id: str) -> HttpResponse:
    """Show for each group of the site why the client is not in it, and why there is no week where there is none."""
    episode = access_episode(request.actor, episode_id, permission=Permission.ENROLL)
    at = clock.now()
    answer = why_for(episode, today_at(episode.site, at=at), at=at)
    note_read(by=request.actor, action="why.read", subject=episode, client=episode.client)
    context: dict[str, Any] = {
        "episode": episode,
        "client": episode.client,
        "site": episode.site,
        "answer": answer,
    }
    if answer is not None:
        names = {key: row.name for key, row in answer.problem.series.items()}
        context |= {
            "groups": [_group(one, names) for one in answer.groups],
            "facts": [fact_in_words(fact) for fact in answer.facts],
            "frees": _frees(answer),
        }
    return render(request, "staff/plans/why.html", context)


def _group(one: Any, names: dict[str, str]) -> dict[str, Any]:
    reasons = [] if one.is_held else [_of_a_group(reason, names) for reason in one.reasons]
    soft = {reason.code for reason in one.reasons} <= {"would-cost"}
    return {
        "id": one.group,
        "name": one.name,
        "held": one.is_held,
        "soft": soft,
        "reasons": list(dict.fromkeys(reasons)),
    }


def _of_a_group(reason: Reason, names: dict[str, str]) -> str:
    if reason.code in OF_A_GROUP:
        return str(OF_A_GROUP[reason.code]).format(**dict(reason.facts))
    return say(reason, names, tone="bad").text


def fact_in_words(fact: Reason) -> str:
    """Return one fact of a conflict in words."""
    facts: dict[str, Any] = dict(fact.facts)
    code = fact.code
    if code == "free":
        times = facts["times"]
        code = "free" if times else "busy-day"
        pieces = zip(times[::2], times[1::2], strict=True)
        facts |= {"day": weekday(facts["day"]), "times": ", ".join(clock_span(*piece) for piece in pieces)}
    if code == "day-length":
        facts |= {name: in_hours(facts[name]) for name in ("least", "most")}
    if "minutes" in facts:
        facts["minutes"] = in_hours(facts["minutes"])
    if "mode" in facts:
        facts["mode"] = MODALITIES["on_site" if facts["mode"] == "onsite" else "telehealth"]
    if "service" in facts:
        facts["service"] = SERVICES.get(facts["service"], facts["service"])
    return str(FACTS[code]).format(**facts)


def _frees(answer: WhyAnswer) -> list[list[str]]:
    return [[fact_in_words(fact) for fact in way] for way in answer.frees]


def unlock(request: ActorRequest) -> HttpResponse:
    """Show which new groups would let in how many of those who wait."""
    site, sites = chosen_site(request)
    at = clock.now()
    found = unlocked_at(site, today_at(site, at=at), at=at)
    context = {
        "site": site,
        "sites": sites,
        "found": found,
        "openings": [_opening(one) for one in found.openings],
        "may_plan": request.actor.may(Permission.SCHEDULE_PLAN),
        "may_edit": request.actor.may(Permission.SCHEDULE_EDIT),
    }
    return render(request, "staff/plans/unlock.html", context)


def _opening(one: Opening) -> dict[str, Any]:
    modality = MODALITIES["on_site" if one.mode == "onsite" else "telehealth"]
    return {
        "names": ", ".join(one.names),
        "times": spans_in_words(list(one.times)),
        "where": modality,
        "track": track_words(one.track),
        "more": one.more,
    }


def track_words(track: str) -> str:
    """Return a track's name in the reader's language."""
    return said(catalog.program(track).title)
