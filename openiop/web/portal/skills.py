"""What the client was taught in groups, with the handouts to keep and the homework."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render

from openiop.apps.audit.services import note_read
from openiop.apps.clients.selectors.own import access_own_client
from openiop.apps.treatment.selectors.curricula import coverage_of, taught_to
from openiop.web.requests import ActorRequest
from openiop.web.staff.curricula import handout_answer, one_unit


def portal_skills(request: ActorRequest) -> HttpResponse:
    """Show each unit that was taught, the latest first."""
    client = access_own_client(request.actor)
    taught = [
        {"curriculum": one.curriculum, "unit": standing.unit, "day": standing.taught_on}
        for one in coverage_of(client)
        for module in one.modules
        for standing in module.units
        if standing.taught_on is not None
    ]
    taught.sort(key=lambda row: str(row["day"]), reverse=True)
    return render(request, "portal/skills.html", {"client": client, "taught": taught})


def portal_handout(request: ActorRequest, curriculum_key: str, unit_key: str) -> HttpResponse:
    """Give the handout of a unit that the client was taught."""
    client = access_own_client(request.actor)
    found, one = one_unit(curriculum_key, unit_key)
    if (found.id, one.key) not in taught_to(client):
        raise Http404
    note_read(by=request.actor, action="skills.read", subject=client, client=client)
    return handout_answer(request, found, one)
