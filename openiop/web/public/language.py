"""Another language in the middle of a form whose answers travel with the page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation


def speak(request: HttpRequest) -> None:
    """Speak the language that the page's own button asks for."""
    wanted = request.POST.get("speak", "")
    if wanted in dict(settings.LANGUAGES):
        translation.activate(wanted)


def keep_language(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Remember the language for the next page, as the site's own switch does."""
    wanted = request.POST["speak"]
    if wanted in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, wanted, samesite="Lax", secure=settings.LANGUAGE_COOKIE_SECURE
        )
    return response
