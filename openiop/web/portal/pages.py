"""The client's own place, and the family's."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from openiop.apps.audit.selectors import client_history
from openiop.apps.clients.selectors.consents import standing
from openiop.apps.clients.selectors.own import (
    access_own_client,
    access_own_consent,
    own_consents,
    own_relations,
    to_sign,
)
from openiop.apps.clients.services.family import share_with_family
from openiop.apps.clients.services.signing import sign_consent
from openiop.apps.core import clock
from openiop.apps.schedule.selectors.week import client_seats, coming_appointments
from openiop.domain.consents import Scope
from openiop.domain.errors import DomainError
from openiop.web.forms import show_error
from openiop.web.requests import ActorRequest
from openiop.web.staff.consent_forms import SignForm


def portal_home(request: ActorRequest) -> HttpResponse:
    """Show what comes next, and what waits for a signature."""
    client = access_own_client(request.actor)
    at = clock.now()
    context = {
        "client": client,
        "to_sign": to_sign(own_consents(client, at=at)),
        "appointments": coming_appointments(client, at=at)[:3],
        "seats": [one for one in client_seats(client) if one.state == "held"],
        "history": client_history(request.actor, client.public_id)[:10],
    }
    return render(request, "portal/home.html", context)


def portal_consents(request: ActorRequest) -> HttpResponse:
    """Show the client's consents."""
    client = access_own_client(request.actor)
    return render(request, "portal/consents.html", {"found": own_consents(client, at=clock.now())})


def portal_consent(request: ActorRequest, public_id: str) -> HttpResponse:
    """Show one consent to read and sign."""
    row = access_own_consent(request.actor, public_id)
    at = clock.now()
    one = standing(row, at=at)
    form = SignForm(one, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sign_consent(by=request.actor, consent=row, signature=form.signature(), at=at)
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Signed. A copy is ready."))
            return redirect("portal_consents")
    context = {"row": row, "standing": one, "form": form}
    return render(request, "portal/consent.html", context, status=422 if form.errors else 200)


def family_home(request: ActorRequest) -> HttpResponse:
    """Show what was released to this family member, and nothing else."""
    at = clock.now()
    shares = []
    for relation in own_relations(request.actor):
        shared = share_with_family(by=request.actor, relation=relation, at=at)
        if shared.scopes:
            seats = client_seats(relation.client) if Scope.SCHEDULE in shared.scopes else []
            shares.append((shared, [one for one in seats if one.state == "held"]))
    return render(request, "portal/family.html", {"shares": shares})
