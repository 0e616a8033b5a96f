"""The ways in: the start page, the demo's one-click sign-in, the health probe."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from openiop.apps.accounts.roles import BY_KEY
from openiop.apps.accounts.selectors import demo_people
from openiop.web.requests import ActorRequest

FIRST_SCREEN = {
    "intake": "pipeline",
    "therapist": "today",
    "prescriber": "today",
    "nurse": "today",
    "reviewer": "hours",
    "biller": "hours",
    "director": "board",
    "administrator": "members",
    "client": "portal_home",
    "family": "family_home",
    "auditor": "audit_trail",
}
"""Where each role starts its day (the route's name)."""


def home(request: HttpRequest) -> HttpResponse:
    """Send people to their first screen; strangers to the sign-in or, in the demo, to its door."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return redirect("demo" if settings.IS_DEMO else settings.LOGIN_URL)
    return redirect(FIRST_SCREEN[actor.roles[0]])


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
        request.session.flush()
        login(request, chosen.user, backend="django.contrib.auth.backends.ModelBackend")
        request.session["organization"] = chosen.organization_id
        if not BY_KEY[chosen.role].is_staff:
            request.session["idle_minutes"] = settings.IDLE_MINUTES_PORTAL
        return redirect("home")
    offers = [(BY_KEY[key], row) for key, row in people]
    return render(request, "public/demo.html", {"offers": offers})


def choose_organization(request: ActorRequest) -> HttpResponse:
    """Switch to another organisation the person belongs to."""
    value = request.POST.get("organization", "")
    if value.isdigit():
        request.session["organization"] = int(value)
    return redirect("home")
