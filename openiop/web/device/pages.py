"""The device in a client's hand: what is to sign, one form after the other, and giving the device back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, logout
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from openiop.apps.accounts.services.sessions import note_refusal, note_sign_out
from openiop.apps.clients.key_points import KeyPoints, key_points
from openiop.apps.clients.selectors.consents import Standing, access_handover, handed_forms
from openiop.apps.clients.services.handing import take_back
from openiop.apps.clients.services.signing import decline_consent, sign_consent
from openiop.apps.core import clock
from openiop.domain.consents import State
from openiop.domain.errors import DomainError
from openiop.web import handed
from openiop.web.forms import show_error
from openiop.web.requests import ActorRequest
from openiop.web.sessions import to_sign_in
from openiop.web.staff.consent_forms import SignForm

if TYPE_CHECKING:
    from openiop.apps.clients.models import Handover

DEMO_WORD = "demo"
"""What staff type in the demonstration, where nobody has a password."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form on the device: in short, and where it stands."""

    one: Standing
    short: KeyPoints

    @property
    def waits(self) -> bool:
        """Tell whether it still waits for an answer."""
        return self.one.state is State.PREPARED


class ReturnForm(forms.Form):
    """Shows that the staff member is back: their password, or in the demonstration a word."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        widget=forms.PasswordInput({"autocomplete": "off"}),
        strip=False,
        max_length=200,
    )

    def __init__(self, request: ActorRequest, *args: Any, **options: Any) -> None:
        """Say in the demonstration what to type."""
        super().__init__(*args, **options)
        self.request = request
        self.is_demo = settings.IS_DEMO and bool(request.session.get("demo"))
        if self.is_demo:
            words = _("Nobody has a password in the demonstration. Type this word: %(word)s")
            self.fields["password"].help_text = words % {"word": DEMO_WORD}

    def clean_password(self) -> str:
        """Check the password as at sign-in, so that wrong tries count towards the lock-out."""
        password, user = str(self.cleaned_data["password"]), self.request.user
        if self.is_demo:
            right = password.strip().casefold() == DEMO_WORD
        else:
            try:
                found = authenticate(self.request, username=user.get_username(), password=password)
            except PermissionDenied:
                found = None
            right = found is not None and found.pk == user.pk
        if not right:
            raise forms.ValidationError(_("The password is not right."))
        return password


def start(request: ActorRequest) -> HttpResponse:
    """Greet, and list what is to sign and what was answered."""
    handover, sheets = _sheets(request)
    waiting = [sheet for sheet in sheets if sheet.waits]
    context = {"client": handover.client, "sheets": sheets, "waiting": waiting}
    return render(request, "device/start.html" if waiting else "device/done.html", context)


def form(request: ActorRequest, consent_id: str) -> HttpResponse:
    """Show one form, the key points first; sign it, or say no."""
    handover, sheets = _sheets(request)
    sheet = next((one for one in sheets if one.one.row.public_id == consent_id), None)
    if sheet is None:
        raise Http404
    if not sheet.waits:
        return redirect("device")
    declines = request.method == "POST" and "decline" in request.POST
    answers = SignForm(sheet.one, None if declines else request.POST or None)
    if declines or (request.method == "POST" and answers.is_valid()):
        common: Any = {
            "by": request.actor,
            "consent": sheet.one.row,
            "handover": handover,
            "at": clock.now(),
        }
        try:
            if declines:
                decline_consent(words=request.POST.get("words", ""), **common)
            else:
                sign_consent(signature=answers.signature(), **common)
        except DomainError as error:
            show_error(answers, error) if answers.is_bound else messages.error(request, str(error.message))
        else:
            return _onward(sheets, sheet)
    waiting = [one for one in sheets if one.waits]
    context = {
        "client": handover.client,
        "sheet": sheet,
        "standing": sheet.one,
        "short": sheet.short,
        "form": answers,
        "number": sheets.index(sheet) + 1,
        "of": len(sheets),
        "more": len(waiting) > 1,
    }
    return render(request, "device/form.html", context, status=422 if answers.errors else 200)


def give_back(request: ActorRequest) -> HttpResponse:
    """Ask the staff member for their password; then the session is theirs again."""
    handover, sheets = _sheets(request)
    answers = ReturnForm(request, request.POST or None)
    if request.method == "POST" and answers.is_valid():
        take_back(by=request.actor, handover_id=handover.public_id, how="confirmed", at=clock.now())
        messages.success(request, _told(sheets))
        return handed.finish(request, redirect("client_consents", client_id=handover.client.public_id))
    if answers.errors:
        user: Any = request.user
        note_refusal(user=user, actions=["device.refused"], at=clock.now())
    waiting = sum(sheet.waits for sheet in sheets)
    context = {"form": answers, "waiting": waiting}
    return render(request, "device/back.html", context, status=422 if answers.errors else 200)


def end(request: ActorRequest) -> HttpResponse:
    """End the session on this device instead: nobody is signed in any more."""
    at, user = clock.now(), request.user
    handed.close(request, request.actor, "signed_out", at)
    note_sign_out(by=request.visit.actor, user=user, action="session.closed", at=at)  # type: ignore[arg-type]
    response = handed.finish(request, to_sign_in(request))
    logout(request)
    return response


def _sheets(request: ActorRequest) -> tuple[Handover, list[Sheet]]:
    handover = access_handover(request.actor, handed.handed_id(request))
    rows = handed_forms(handover, at=clock.now())
    return handover, [Sheet(one, key_points(one)) for one in rows]


def _onward(sheets: list[Sheet], done: Sheet) -> HttpResponse:
    """Lead to the next form that waits, the ones after this first; else to the thanks."""
    place = sheets.index(done)
    rest = [*sheets[place + 1 :], *sheets[:place]]
    following = next((one for one in rest if one.waits), None)
    if following is None:
        return redirect("device")
    return redirect("device_form", consent_id=following.one.row.public_id)


def _told(sheets: list[Sheet]) -> str:
    """Say in one sentence what came of it."""
    states = [sheet.one.state for sheet in sheets]
    signed = sum(one.holds for one in (sheet.one for sheet in sheets))
    parts = [ngettext("%(n)s form signed", "%(n)s forms signed", signed) % {"n": signed}]
    if declined := states.count(State.DECLINED):
        parts.append(ngettext("%(n)s declined", "%(n)s declined", declined) % {"n": declined})
    if waiting := states.count(State.PREPARED):
        parts.append(ngettext("%(n)s still to sign", "%(n)s still to sign", waiting) % {"n": waiting})
    return _("The device is yours again: %(what)s.") % {"what": ", ".join(parts)}
