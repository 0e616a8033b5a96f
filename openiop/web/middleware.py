"""Default deny: each request gets an actor, a tenant and a permission check before its view runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from openiop.apps.accounts.selectors import actor_for, home_zone
from openiop.apps.audit.services import flush_reads
from openiop.apps.core import clock
from openiop.apps.core.actor import Actor
from openiop.apps.core.routes import PUBLIC, SIGNED_IN, permission_of
from openiop.apps.core.tenancy import tenant

Respond = Callable[[HttpRequest], HttpResponseBase]
TOUCH_SECONDS = 60
"""How stale the session's last-seen mark may be: one write a minute, not one a request."""


class ActorMiddleware:
    """Finds the actor, opens the tenant, checks the route's permission, writes the reads."""

    def __init__(self, get_response: Respond) -> None:
        """Take the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer inside the actor's organisation."""
        if not request.user.is_authenticated:
            return self.get_response(request)
        at = clock.now()
        if _is_stale(request, at.timestamp()):
            logout(request)
            return redirect(f"{reverse(settings.LOGIN_URL)}?ended=idle")
        actor = actor_for(request.user, request.session.get("organization"), at=at)
        if actor is None:
            logout(request)
            return redirect(f"{reverse(settings.LOGIN_URL)}?ended=no-role")
        request.actor = actor  # type: ignore[attr-defined]
        with tenant(actor.organization_id), timezone.override(home_zone(actor)):
            response = self.get_response(request)
            if response.status_code >= 500 and connection.in_atomic_block:
                transaction.set_rollback(True)
            else:
                flush_reads(by=actor, at=at)
            return response

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        """Refuse before the view runs: sign-in for strangers, 404 for the forbidden (ADR 0011)."""
        match = request.resolver_match
        label = permission_of(view, match.url_name if match else None)
        if label is None:
            raise Http404
        methods = getattr(view, "openiop_methods", None)
        if methods and request.method not in {*methods, "HEAD", "OPTIONS"}:
            return HttpResponseNotAllowed(methods)
        if label == PUBLIC:
            return None
        actor: Actor | None = getattr(request, "actor", None)
        if actor is None:
            return redirect_to_login(request.get_full_path())
        if label != SIGNED_IN and not actor.may(label):
            raise Http404
        return None


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
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def _is_stale(request: HttpRequest, now: float) -> bool:
    """Tell whether the session idled too long, and touch its mark at most once a minute."""
    seen = request.session.get("seen")
    limit = request.session.get("idle_minutes", settings.IDLE_MINUTES_STAFF) * 60
    opened = request.session.setdefault("opened", now)
    if (seen is not None and now - seen > limit) or now - opened > settings.SESSION_COOKIE_AGE:
        return True
    if seen is None or now - seen > TOUCH_SECONDS:
        request.session["seen"] = now
    return False
