"""An episode: its dose, phases, seats; appointments of one client."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.episodes import (
    access_episode,
    certificate_of,
    discharge_words,
    phases_of,
)
from openiop.apps.admissions.services.episodes import move_phase
from openiop.apps.core import clock
from openiop.apps.schedule.selectors.week import (
    client_seats,
    coming_appointments,
    today_at,
)
from openiop.domain.errors import DomainError
from openiop.web.requests import ActorRequest
from openiop.web.staff.schedule_words import MODALITIES, SERVICES


def episode(request: ActorRequest, episode_id: str) -> HttpResponse:
    """Show an episode: the dose in force, its history, phases, seats and appointments."""
    row = access_episode(request.actor, episode_id, permission=Permission.ORDER_VIEW)
    program = catalog.program(row.program_id, row.program_version)
    orders = list(row.orders.order_by("-number"))
    if request.method == "POST":
        try:
            today, key = today_at(row.site, at=clock.now()), request.POST.get("phase", "")
            move_phase(by=request.actor, episode=row, key=key, starts_on=today, at=clock.now())
            messages.success(request, _("The phase has changed."))
        except DomainError as error:
            messages.error(request, error.message)
        return redirect("episode", row.public_id)
    certificate = certificate_of(orders[0]) if orders else None
    context = {
        "episode": row,
        "ended": discharge_words(row),
        "client": row.client,
        "program": program,
        "order": orders[0] if orders else None,
        "mix": [(SERVICES[key], least, most) for key, (least, most) in orders[0].service_mix.items()]
        if orders
        else [],
        "where": MODALITIES.get(orders[0].modality, "") if orders else "",
        "orders": orders,
        "certificate": certificate,
        "may_certify": bool(orders) and certificate is None and request.actor.may(Permission.ORDER_CERTIFY),
        "phases": [(phase, program.phase(phase.key)) for phase in phases_of(row)],
        "next_phases": [phase for phase in program.phases if not row.phases.filter(key=phase.key).exists()],
        "seats": client_seats(row.client),
        "visits": coming_appointments(row.client, at=clock.now()),
        "may_order": request.actor.may(Permission.ORDER_EDIT),
        "may_enroll": request.actor.may(Permission.ENROLL),
        "may_plan": request.actor.may(Permission.SCHEDULE_PLAN),
    }
    return render(request, "staff/episodes/episode.html", context)
