"""How long a sign-in lasts, and what becomes of words that were typed when it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from openiop.apps.accounts.selectors import Visit
from openiop.apps.accounts.services.sessions import note_sign_out
from openiop.web import handed

TOUCH_SECONDS = 20
"""How stale the mark of the last activity may be: three writes a minute at most, not one a request."""

KEPT_FOR_SECONDS = 30 * 60
KEPT_CHARACTERS = 200_000
ASKS_ONLY = "session_left"
"""The route that tells how long the session lasts: it neither prolongs it nor ends it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody sent after their session had ended: it waits for them and for nobody else."""

    path: str
    fields: tuple[tuple[str, str], ...]


def idle_seconds(request: HttpRequest, visit: Visit) -> int:
    """Return after how many seconds without activity the person is signed out.

    A device in a client's hand lasts as long as their own portal: reading what one signs takes time.
    """
    is_staff = visit.is_staff and not handed.handed_id(request)
    return int((settings.IDLE_MINUTES_STAFF if is_staff else settings.IDLE_MINUTES_PORTAL) * 60)


def why_over(request: HttpRequest, visit: Visit, at: datetime) -> str:
    """Return why the session has ended (`idle`, `long`, `everywhere`), or nothing while it lasts."""
    session, now = request.session, at.timestamp()
    opened = session.setdefault("opened", now)
    signed_out_at = getattr(request.user, "signed_out_at", None)
    if signed_out_at is not None and opened <= signed_out_at.timestamp():
        return "everywhere"
    if now - opened >= settings.SESSION_COOKIE_AGE:
        return "long"
    if now - session.get("seen", now) >= idle_seconds(request, visit):
        return "idle"
    return ""


def touch(request: HttpRequest, at: datetime) -> None:
    """Remember that the person was here, unless the page only asks how long they still have."""
    now = at.timestamp()
    seen = request.session.get("seen")
    if (seen is None or now - seen >= TOUCH_SECONDS) and not asks_only(request):
        request.session["seen"] = now


def asks_only(request: HttpRequest) -> bool:
    """Tell whether the page only asks how long the session lasts."""
    return _route_name(request) == ASKS_ONLY


def seconds_left(request: HttpRequest, visit: Visit, at: datetime) -> int:
    """Return how long the session lasts if nothing is done."""
    now = at.timestamp()
    idle = request.session.get("seen", now) + idle_seconds(request, visit) - now
    whole = request.session.get("opened", now) + settings.SESSION_COOKIE_AGE - now
    return max(0, int(min(idle, whole)))


def send_away(request: HttpRequest, visit: Visit, why: str, at: datetime) -> HttpResponse:
    """End the session and show the door, keeping the way back and what had been typed."""
    words = typed(request)
    user: Any = request.user
    handed.close(request, visit.actor, "expired", at)
    if why != "everywhere":
        note_sign_out(by=visit.actor, user=user, action="session.expired", at=at)
    logout(request)
    if words is not None and why != "everywhere":
        request.session["kept"] = {
            "for": user.public_id,
            "at": at.timestamp(),
            "path": words.path,
            "fields": words.fields,
        }
        request.session.set_expiry(KEPT_FOR_SECONDS)
        return to_sign_in(request, ended=why, back=reverse("kept"))
    return to_sign_in(request, ended=why)


def to_sign_in(request: HttpRequest, *, ended: str = "", back: str = "") -> HttpResponse:
    """Lead to the sign-in page and from there back here.

    The way back is the path alone: what stands behind the question mark may name a person.
    """
    if not back and request.method in {"GET", "HEAD"} and not request.path.startswith("/accounts/"):
        back = request.path
    query = {"ended": ended} if ended else {}
    if back not in {"", "/"}:
        query["next"] = back
    url = reverse(settings.LOGIN_URL) + (f"?{urlencode(query)}" if query else "")
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(url)
    return redirect(url)


def typed(request: HttpRequest) -> Kept | None:
    """Return the words of a form that was sent, if it can be sent again: ours, no files, no passwords."""
    if request.method != "POST" or request.FILES or _route_name(request).startswith(("account_", "mfa_")):
        return None
    if CsrfViewMiddleware(_nothing).process_view(request, _nothing, (), {}) is not None:
        return None
    fields = tuple(
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    )
    size = sum(len(name) + len(value) for name, value in fields)
    return Kept(request.path, fields) if fields and size <= KEPT_CHARACTERS else None


def kept_words(request: HttpRequest, user_public_id: str, at: datetime) -> Kept | None:
    """Return what this person had typed when their session ended; whatever waits for somebody else goes."""
    waiting = request.session.get("kept")
    if not waiting:
        return None
    fresh = at.timestamp() - waiting["at"] <= KEPT_FOR_SECONDS
    if waiting["for"] != user_public_id or not fresh:
        forget_words(request)
        return None
    return Kept(waiting["path"], tuple((name, value) for name, value in waiting["fields"]))


def forget_words(request: HttpRequest) -> None:
    """Let go of what was kept."""
    request.session.pop("kept", None)


def _nothing(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _route_name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).url_name or ""
    except Resolver404:
        return ""
