"""Colours and spacing as the reader chose them: two cookies that the server reads, so no page flashes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

CHOICES = {"theme": ("light", "dark"), "density": ("compact", "comfortable")}
YEAR = 365 * 24 * 3600


def display_of(request: HttpRequest) -> dict[str, Any]:
    """Return `theme` and `density`; empty means: as the device and the page say."""
    return {
        name: request.COOKIES[name] if request.COOKIES.get(name) in allowed else ""
        for name, allowed in CHOICES.items()
    }


def keep(response: HttpResponseBase, name: str, value: str) -> None:
    """Remember one choice in the browser; an unknown one is forgotten."""
    if value in CHOICES.get(name, ()):
        response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    elif name in CHOICES:
        response.delete_cookie(name)
