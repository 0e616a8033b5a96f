"""Everyone's consents at a site: what is missing for whom, what ends soon, and preparing it at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import ngettext

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.consents import InCare, consents_in_care
from openiop.apps.clients.consent_values import zone_of
from openiop.apps.clients.services.needed import asks_nothing, prepare_needed, ways_for_all
from openiop.apps.core import clock
from openiop.web.requests import ActorRequest
from openiop.web.staff.chosen import chosen_site
from openiop.web.staff.consent_forms import usual_who
from openiop.web.templatetags.openiop import told

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Site
    from openiop.domain.minors import Path

VIEW, EDIT = Permission.CONSENT_VIEW, Permission.CONSENT_EDIT


@dataclass(frozen=True, slots=True)
class Line:
    """One person's line: their track, and whether one click prepares what they lack."""

    one: InCare
    track: str
    one_click: bool

    @property
    def has_to_do(self) -> bool:
        """Tell whether something is missing, waits, or ends soon."""
        picture = self.one.picture
        return bool(picture.gaps or picture.waiting or picture.ending)


def consent_list(request: ActorRequest) -> HttpResponse:
    """Show who lacks what, and whose consents end soon; `?show=all` shows everyone in care."""
    site, sites = chosen_site(request)
    track, every = request.GET.get("track", ""), request.GET.get("show") == "all"
    everyone = _lines(request, site)
    here = [line for line in everyone if track in ("", line.one.episode.program_id)]
    context = {
        "site": site,
        "sites": sites,
        "track": track,
        "every": every,
        "tracks": sorted(
            {(line.one.episode.program_id, line.track) for line in everyone}, key=lambda t: t[1]
        ),
        "lines": [line for line in here if every or line.has_to_do],
        "people": len(here),
        "lacking": sum(bool(line.one.picture.gaps) for line in here),
        "waiting": sum(bool(line.one.picture.to_sign) for line in here),
        "ending": sum(bool(line.one.picture.ending) for line in here),
        "in_one_click": sum(line.one_click for line in here),
        "may_edit": request.actor.may_at(EDIT, site.pk),
        "back": _address(site, track, every=every),
    }
    return render(request, "staff/consents/everyone.html", context)


def prepare_everyone(request: ActorRequest) -> HttpResponse:
    """Prepare what is missing for everyone of a track, or of the site, where nothing need be asked first."""
    site, _sites = chosen_site(request)
    track, at = request.GET.get("track", ""), clock.now()
    lines = [
        line
        for line in _lines(request, site)
        if track in ("", line.one.episode.program_id) and line.one.picture.to_prepare
    ]
    made = 0
    for line in lines:
        if not line.one_click:
            continue
        client = line.one.client
        who = usual_who(client, _ways(line.one)[0].basis)
        made += len(
            prepare_needed(by=request.actor, client=client, who=who, telehealth=line.one.telehealth, at=at)
        )
    left = sum(not line.one_click for line in lines)
    words = ngettext("%(n)s form is ready to sign.", "%(n)s forms are ready to sign.", made) % {"n": made}
    if left:
        more = ngettext(
            "For %(n)s person a few answers are needed first.",
            "For %(n)s people a few answers are needed first.",
            left,
        )
        words = f"{words} {more % {'n': left}}"
    messages.success(request, words)
    return redirect(_address(site, track))


def _lines(request: ActorRequest, site: Site) -> list[Line]:
    people = consents_in_care(request.actor, site, permission=VIEW, at=clock.now())
    return [
        Line(one, told(catalog.program(one.episode.program_id).title), _is_one_click(one)) for one in people
    ]


def _is_one_click(one: InCare) -> bool:
    return bool(one.picture.to_prepare) and asks_nothing(_ways(one))


def _ways(one: InCare) -> tuple[Path, ...]:
    today = clock.local(clock.now(), zone_of(one.client)).date()
    return ways_for_all(one.client, one.picture.to_prepare, today)


def _address(site: Site, track: str, *, every: bool = False) -> str:
    query = {"site": site.public_id, "track": track, "show": "all" if every else ""}
    return f"{reverse('consents')}?{urlencode({key: value for key, value in query.items() if value})}"
