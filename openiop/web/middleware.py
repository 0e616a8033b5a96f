"""Default deny: each request gets an actor, a tenant and a permission check before its view runs."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db import connection, transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from openiop.apps.accounts.members import has_second_factor
from openiop.apps.accounts.selectors import Visit, home_zone, in_emergency, visit_of
from openiop.apps.audit.services import flush_reads
from openiop.apps.core import clock
from openiop.apps.core.actor import Actor
from openiop.apps.core.routes import PUBLIC, SAFE, SIGNED_IN, permission_of
from openiop.apps.core.tenancy import tenant
from openiop.web.handed import handed_id, led_back, narrowed
from openiop.web.sessions import asks_only, send_away, to_sign_in, touch, why_over

Respond = Callable[[HttpRequest], HttpResponseBase]

KNOWN = SAFE | {"POST"}
"""No route takes another method; TRACE would echo a request with its cookies."""

WITHOUT_FACTOR = ("mfa_", "account_logout", "account_reauthenticate", "account_change_password", "session_")
"""What somebody may open who must set up a second factor first: the pages on which that is done."""


class ActorMiddleware:
    """Finds the actor, opens the tenant, checks the route's permission, writes the reads."""

    def __init__(self, get_response: Respond) -> None:
        """Take the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer inside the actor's organisation."""
        user: Any = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        at = clock.now()
        session = request.session
        visit = visit_of(user, session.get("organization"), at=at, demo_only=bool(session.get("demo")))
        if visit is None:
            logout(request)
            return to_sign_in(request, ended="no-role")
        why = why_over(request, visit, at)
        if why:
            return JsonResponse({"seconds": 0}) if asks_only(request) else send_away(request, visit, why, at)
        touch(request, at)
        request.visit = visit  # type: ignore[attr-defined]
        with tenant(visit.actor.organization_id):
            actor = in_emergency(visit.actor, at=at)
            if handed_id(request):
                actor = narrowed(actor)
            request.actor = actor  # type: ignore[attr-defined]
            with timezone.override(home_zone(visit.actor)):
                if request.method == "HEAD":
                    return self._headers_only(request)
                response = self.get_response(request)
            if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and connection.in_atomic_block:
                transaction.set_rollback(True)
            elif response.status_code != HTTPStatus.NOT_FOUND:
                # What was refused was not seen: only what leaves the house is a read.
                flush_reads(by=actor, at=at)
            return response

    def _headers_only(self, request: HttpRequest) -> HttpResponseBase:
        """Answer HEAD as GET would be answered, and take back what showing the page would have written.

        Nothing was shown, so there is no read, no disclosure and no recovery code that was seen.
        """
        with transaction.atomic():
            response = self.get_response(request)
            transaction.set_rollback(True)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        """Refuse before the view runs: sign-in for strangers, 404 for the forbidden (ADR 0011)."""
        match = request.resolver_match
        name = (match.url_name if match else None) or ""
        method = request.method or ""
        if method not in KNOWN:
            return HttpResponseNotAllowed(sorted(KNOWN))
        label = permission_of(view, method)
        if label is None:
            raise Http404
        if (back := led_back(request, name)) is not None:
            return back
        if label != PUBLIC:
            refused = _refuse(request, label, name)
            if refused is not None:
                return refused
        return _check_method(request, getattr(view, "openiop_methods", None))


class HeadersMiddleware:
    """Headers that keep pages with health information out of caches and other windows."""

    def __init__(self, get_response: Respond) -> None:
        """Take the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add the headers to every answer but static files."""
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        is_open = getattr(response, "is_open_data", False)
        if not request.path.startswith(settings.STATIC_URL) and not is_open:
            # The sign-in pages of allauth say "private, no-cache" already; a page is never stored.
            response.headers["Cache-Control"] = "no-store"
        return response


def _refuse(request: HttpRequest, label: str, name: str) -> HttpResponseBase | None:
    """Return the way to the door for strangers and for those without a second factor; 404 for the rest."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return to_sign_in(request)
    if label != SIGNED_IN and not actor.may(label):
        raise Http404
    visit: Visit = request.visit  # type: ignore[attr-defined]
    if not visit.needs_second_factor or name.startswith(WITHOUT_FACTOR) or has_second_factor(_user(request)):
        return None
    messages.warning(
        request, _("Your organization asks for a second factor. Set up an app or a passkey to go on.")
    )
    return redirect("mfa_index")


def _check_method(request: HttpRequest, methods: tuple[str, ...] | None) -> HttpResponseBase | None:
    """Let through only the methods that the route declares; HEAD only where GET is one of them.

    HEAD and OPTIONS pass Django's CSRF check, so they must never reach a view that changes something.
    """
    if methods is None:
        return None
    allowed = {*methods, "HEAD"} if "GET" in methods else set(methods)
    if request.method in allowed:
        return None
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": ", ".join(sorted(allowed))})
    return HttpResponseNotAllowed(sorted(allowed))


def _user(request: HttpRequest) -> Any:
    return request.user
