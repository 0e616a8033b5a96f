"""Which site and which day a page is about, as its address says."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.http import Http404

from openiop.apps.accounts.selectors import access_site, sites_of
from openiop.web.requests import ActorRequest

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Site


def chosen_site(request: ActorRequest) -> tuple[Site, list[Site]]:
    """Return the site of `?site=`, else the first the actor works at, and all of them. 404 where there is none."""
    sites = sites_of(request.actor)
    chosen = request.GET.get("site", "")
    if chosen:
        return access_site(request.actor, chosen), sites
    if not sites:
        raise Http404
    return sites[0], sites


def chosen_day(request: ActorRequest, name: str, otherwise: date) -> date:
    """Return the day of `?name=YYYY-MM-DD`, else another. A text that is no day is no day."""
    try:
        day = date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return otherwise
    return day if 2000 <= day.year <= 2100 else otherwise
