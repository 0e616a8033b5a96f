"""What keeps programs out of the public forms without asking people for anything: no puzzle, no third party.

A field that nobody sees, a stamp that says when the form was drawn, and a bucket of forms for each address.
Whoever is refused loses nothing that was typed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from openiop.apps.core import clock
from openiop.apps.core.addresses import address_of
from openiop.apps.front.services.limits import take_token
from openiop.domain.limits import QUICKEST, SENDING

SALT = "public form"


def new_stamp() -> str:
    """Return a signed note of when a form is drawn."""
    return signing.dumps(int(clock.now().timestamp()), salt=SALT)


class GuardedForm(forms.Form):
    """A form of the public pages: `website` is the field that nobody sees, `stamp` the time it was drawn."""

    use_required_attribute = False
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"}),
    )
    stamp = forms.CharField(required=False, widget=forms.HiddenInput, initial=new_stamp)

    @property
    def is_machine(self) -> bool:
        """Tell whether the field was filled that nobody sees. Only a program does, and learns nothing."""
        return bool(self.cleaned_data.get("website"))


def refuses(request: HttpRequest, form: GuardedForm, kind: str) -> bool:
    """Refuse a valid form that comes too quickly or too often; the words stand on top of the form."""
    words = _too_quick(form) or _too_often(request, kind)
    if words:
        form.add_error(None, words)
    return bool(words)


def _too_quick(form: GuardedForm) -> str:
    try:
        drawn: Any = signing.loads(form.data.get("stamp", ""), salt=SALT)
    except signing.BadSignature:
        # No stamp of ours: draw one, so that the next press of the button goes through.
        _draw_anew(form)
        return gettext("Please press the button once more. Nothing you typed is lost.")
    if clock.now() - datetime.fromtimestamp(drawn, UTC) < QUICKEST:
        return gettext("That was very quick. Nothing is lost: please press the button once more.")
    return ""


def _draw_anew(form: GuardedForm) -> None:
    data = form.data.copy()  # type: ignore[attr-defined]
    data["stamp"] = new_stamp()
    form.data = data


def _too_often(request: HttpRequest, kind: str) -> str:
    if take_token(kind=kind, address=address_of(request), limit=SENDING, at=clock.now()):
        return ""
    return gettext(
        "Many forms came from your network just now. Nothing you typed is lost: wait a few minutes and press "
        "the button again, or call us."
    )
