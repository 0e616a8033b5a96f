"""While a device is in a client's hand the session can do nothing but sign.

The hand-over stands in the session by its public id. The middleware then takes every permission away but
`device.sign` and leads each other address back to the signing page, so that neither the back button nor a
typed address opens a record.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django_htmx.http import HttpResponseClientRedirect

from openiop.apps.accounts.permissions import Permission
from openiop.apps.clients.services.handing import take_back
from openiop.apps.core.actor import Actor

KEY, LANGUAGE = "handed", "handed_language"
REACHABLE = ("device", "set_language", "display", "session_left")
"""Names of routes, or their beginnings, that answer while the device is handed over."""


def handed_id(request: HttpRequest) -> str:
    """Return the public id of the hand-over that this session is in, or nothing."""
    return str(request.session.get(KEY, ""))


def begin(request: HttpRequest, response: HttpResponse, public_id: str, language: str) -> HttpResponse:
    """Narrow the session, speak the client's language, and leave no former page in the browser's memory."""
    request.session.cycle_key()
    request.session[KEY], request.session[LANGUAGE] = public_id, get_language() or "en"
    _speak(response, language)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def finish(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Widen the session again and speak the staff member's language."""
    language = request.session.pop(LANGUAGE, "en")
    request.session.pop(KEY, None)
    request.session.cycle_key()
    _speak(response, language)
    return response


def narrowed(actor: Actor) -> Actor:
    """Return the actor as they are while the device is not in their hand."""
    return replace(actor, permissions=frozenset({str(Permission.SIGN_HERE)}))


def led_back(request: HttpRequest, name: str) -> HttpResponse | None:
    """Return the way back to the signing page where somebody tries to leave it."""
    if not handed_id(request) or name.startswith(REACHABLE):
        return None
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(reverse("device"))
    return redirect("device")


def close(request: HttpRequest, by: Actor, how: str, at: datetime) -> None:
    """Write down that the hand-over ended with the session."""
    if public_id := handed_id(request):
        take_back(by=by, handover_id=public_id, how=how, at=at)


def _speak(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
