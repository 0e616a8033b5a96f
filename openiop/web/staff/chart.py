"""A client's chart: one time line, narrowed to what one wants to see."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.episodes import remember_episodes
from openiop.apps.clients.selectors import access_client
from openiop.web.requests import ActorRequest
from openiop.web.staff.chart_form import ChartForm, phases_for
from openiop.web.staff.places import FALLBACK_ZONE, place_of
from openiop.web.staff.timeline import moments_of

SHOWN = 50
MOST_DIGITS = 6


def chart(request: ActorRequest, client_id: str) -> HttpResponse:
    """Show what happened, the latest first, as far as the address narrows it."""
    by = request.actor
    client = access_client(by, client_id, permission=Permission.CLIENT_VIEW, action="chart.read")
    remember_episodes(client)
    place = place_of(by, client.site)
    moments = moments_of(by, client, limit=None)
    zone = place.time_zone if place else FALLBACK_ZONE
    form = ChartForm(request.GET, moments=moments, phases=phases_for(by, client), zone=zone)
    narrowing = form.narrowed()
    found = [moment for moment in moments if narrowing.lets(moment)]
    context = {"client": client, "place": place, "form": form, **_page(request, found)}
    return render(request, "staff/chart/chart.html", context)


def _page(request: ActorRequest, found: list[Any]) -> dict[str, Any]:
    """Return one page of what was found, and the addresses of the next and of the first."""
    value = request.GET.get("from", "")
    begin = int(value) if value.isdecimal() and len(value) <= MOST_DIGITS else 0
    query = request.GET.copy()
    query.pop("from", None)
    first = query.urlencode()
    query["from"] = str(begin + SHOWN)
    return {
        "moments": found[begin : begin + SHOWN],
        "count": len(found),
        "narrowed": any(value for _name, value in query.items() if _name != "from"),
        "first": f"?{first}" if begin else "",
        "next": f"?{query.urlencode()}" if begin + SHOWN < len(found) else "",
        "shown_from": begin + 1,
        "shown_to": min(begin + SHOWN, len(found)),
    }
