"""The ways in: the start page, the demo's one-click sign-in, the health probe."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth import login
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openiop.apps.accounts.roles import BY_KEY
from openiop.apps.accounts.selectors import demo_people
from openiop.apps.accounts.services.sessions import note_sign_in
from openiop.apps.core import clock
from openiop.web.public.start import start_page
from openiop.web.requests import ActorRequest

FIRST_SCREEN = {
    "director": "board",
    "therapist": "today",
    "prescriber": "today",
    "nurse": "today",
    "intake": "pipeline",
    "reviewer": "reviews",
    "biller": "hours",
    "administrator": "members",
    "auditor": "audit_trail",
    "client": "portal_home",
    "family": "family_home",
}
"""Where each role starts its day (the route's name); who holds several starts at the first of these."""

SEES: dict[str, str | Promise] = {
    "director": _("First: the program board, with census, show rate, hours at risk and reviews due."),
    "therapist": _("First: today's groups in order, with attendance by keyboard."),
    "prescriber": _("First: today, with medication visits and orders to certify."),
    "nurse": _("First: today, with medical clearance and supported meals."),
    "intake": _("First: referrals by waiting time, and the seats that fit."),
    "reviewer": _("First: orders whose review is due, with the hours attended against them."),
    "biller": _("First: hours and attended days. Opens no assessment."),
    "administrator": _("First: people, roles and second factors. Opens no clinical record."),
    "auditor": _("First: the audit trail. Changes nothing."),
    "client": _("First: their own week and what waits for a signature."),
    "family": _("First: what the client released to them, and nothing else."),
}
"""What the demo's door says each role opens."""


def home(request: HttpRequest) -> HttpResponse:
    """Send people to their first screen; everybody else sees the three questions."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return start_page(request)
    return redirect(first_screen(actor.roles))


def first_screen(roles: Iterable[str]) -> str:
    """Return the address where somebody with these roles starts."""
    held = set(roles)
    for role, name in FIRST_SCREEN.items():
        if role in held:
            try:
                return reverse(name)
            except NoReverseMatch:
                continue
    return reverse("mfa_index")


def healthz(_request: HttpRequest) -> HttpResponse:
    """Tell a supervisor that the server answers and reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def demo(request: HttpRequest) -> HttpResponse:
    """Offer each role of the demo organisation in one click. Exists in the demo profile only."""
    if not settings.IS_DEMO:
        raise Http404
    people = demo_people()
    if request.method == "POST":
        chosen = next((row for _key, row in people if row.public_id == request.POST.get("membership")), None)
        if chosen is None:
            raise Http404
        at = clock.now()
        request.session.flush()
        login(request, chosen.user, backend="openiop.apps.accounts.backends.PasswordBackend")
        # Without a password, so for demo organisations only (openiop.web.middleware).
        request.session["demo"] = True
        request.session["organization"] = chosen.organization_id
        request.session["opened"] = request.session["seen"] = at.timestamp()
        note_sign_in(user=chosen.user, organization_id=chosen.organization_id, how="demo", at=at)
        return redirect(first_screen([chosen.role]))
    offers = [(BY_KEY[key], row, SEES[key]) for key, row in people]
    return render(request, "public/demo.html", {"offers": offers})


def choose_organization(request: ActorRequest) -> HttpResponse:
    """Switch to another organisation the person belongs to."""
    chosen = request.POST.get("organization", "")
    for organization in (request.visit.organization, *request.visit.others):
        if organization.public_id == chosen:
            request.session["organization"] = organization.pk
            return redirect("home")
    raise Http404
