"""“Sign-in and security”: the person's own password, second factors, and signing out everywhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from allauth.mfa.base import views as base
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from openiop.apps.accounts.members import factors_of, passkey_id, passkey_ids_of
from openiop.apps.accounts.services.sessions import end_all_sessions, note_change, note_factors
from openiop.apps.core import clock
from openiop.web.handed import handed_id
from openiop.web.requests import ActorRequest
from openiop.web.sessions import forget_words, kept_words, seconds_left, to_sign_in

View = Callable[..., HttpResponseBase]


def own(view: View) -> View:
    """Close a page of the person's own sign-in to visitors of the demo: they share theirs with everyone."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.session.get("demo"):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def watched(view: View) -> View:
    """Write into the trail which factors a page added or removed, in the same transaction."""

    @wraps(view)
    def guarded(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        user: Any = request.user
        with transaction.atomic():
            before = factors_of(user)
            response = view(request, *args, **kwargs)
            note_factors(user=user, before=before, after=factors_of(user), at=clock.now())
        return response

    return guarded


def confirmed(view: View) -> View:
    """Ask for the password or a second factor again before an export, unless that was just given.

    For pages opened by a link (GET): what is confirmed is that the person at the screen is the one who
    signed in. The demo's visitors have no password to give.
    """

    @wraps(view)
    def guarded(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        records = get_authentication_records(request, request.user)
        latest = max((float(row["at"]) for row in records), default=0.0)
        fresh = clock.now().timestamp() - latest <= app_settings.REAUTHENTICATION_TIMEOUT
        if fresh or request.session.get("demo"):
            return view(request, *args, **kwargs)
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")

    return guarded


def index(request: ActorRequest) -> HttpResponseBase:
    """Show how the person's sign-in is protected; tell visitors of the demo what would stand here."""
    if request.session.get("demo"):
        return render(request, "account/security_demo.html")
    return base.index(request)


def passkeys(request: ActorRequest) -> HttpResponseBase:
    """List the person's passkeys and security keys."""
    response: Any = webauthn.list_webauthn(request)
    response.context_data["keys"] = [
        (passkey_id(key.pk), key) for key in response.context_data["authenticators"]
    ]
    return response


@transaction.atomic
def rename_passkey(request: ActorRequest, key_id: str) -> HttpResponseBase:
    """Give a passkey another name."""
    response = webauthn.edit_webauthn(request, pk=_own_key(request, key_id))
    if request.method == "POST" and response.status_code == HTTPStatus.FOUND:
        user: Any = request.user
        note_change(user=user, action="factor.renamed", data={}, at=clock.now())
    return response


def remove_passkey(request: ActorRequest, key_id: str) -> HttpResponseBase:
    """Remove a passkey."""
    return webauthn.remove_webauthn(request, pk=_own_key(request, key_id))


def closed(_request: HttpRequest) -> HttpResponse:
    """There is no sign-up: administrators make accounts."""
    raise Http404


def locked_out(request: HttpRequest, _response: Any = None, _credentials: Any = None) -> HttpResponse:
    """Say what to do when a sign-in is locked; the same for a name that nobody has."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    return render(request, "account/locked.html", {"minutes": minutes}, status=429)


def sign_out_everywhere(request: ActorRequest) -> HttpResponse:
    """End every session of the person, this one included."""
    user: Any = request.user
    end_all_sessions(by=request.actor, user=user, at=clock.now())
    logout(request)
    return to_sign_in(request, ended="everywhere")


def left(request: ActorRequest) -> JsonResponse:
    """Tell how many seconds the session still lasts; asking does not prolong it. Nobody is signed in: 0.

    Where the device was handed over it is 0 too, so that a page left open in another tab goes away.
    """
    visit = getattr(request, "visit", None)
    if visit is None or handed_id(request):
        return JsonResponse({"seconds": 0})
    return JsonResponse({"seconds": seconds_left(request, visit, clock.now())})


def stay(request: ActorRequest) -> JsonResponse:
    """Stay signed in: the request itself is the sign of life."""
    request.session["seen"] = clock.now().timestamp()
    return left(request)


def kept(request: ActorRequest) -> HttpResponse:
    """Show that what was typed before the session ended is still here; send it or let it go."""
    words = kept_words(request, request.actor.user_public_id, clock.now())
    if words is None:
        return redirect("home")
    if request.method == "POST":
        forget_words(request)
        return redirect("home")
    return render(request, "account/kept.html", {"words": words})


def _own_key(request: ActorRequest, key_id: str) -> int:
    user: Any = request.user
    keys = passkey_ids_of(user)
    if key_id not in keys:
        raise Http404
    return keys[key_id]
