"""One log line for each request: who, where, how it ended, how long it took. Ids only."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from openiop.apps.core.ids import new_public_id

log = structlog.get_logger("openiop.request")

HEADER = "X-Request-ID"
SILENT = "healthz"
"""Supervisors ask every few seconds; their line says nothing."""


class RequestLogMiddleware:
    """Gives each request a number, and every log line written during it that number.

    The address stays out: people type names into it. The route says which page it was.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Take the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, then write the line."""
        number, began = new_public_id(), time.monotonic_ns()
        with structlog.contextvars.bound_contextvars(request=number):
            response = self.get_response(request)
            response.headers[HEADER] = number
            route = request.resolver_match.url_name if request.resolver_match else None
            if route != SILENT and not request.path.startswith(settings.STATIC_URL):
                self._write(request, response.status_code, route or "", began)
        return response

    def _write(self, request: HttpRequest, status: int, route: str, began: int) -> None:
        visit = getattr(request, "visit", None)
        is_fault = status >= 500
        (log.error if is_fault else log.info)(
            "request",
            actor=visit.actor.user_public_id if visit else "",
            organization=visit.organization.public_id if visit else "",
            route=route,
            method=request.method,
            status=status,
            ms=(time.monotonic_ns() - began) // 1_000_000,
        )
