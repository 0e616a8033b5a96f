"""Where a letter leads: its code is typed, and the invitation opens as behind a link.

Like the link, this page names no client and no clinic. Wrong tries are counted for each letter.
"""

from __future__ import annotations

from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from openiop.apps.accounts.services.sessions import note_refusal
from openiop.apps.clients.selectors.invitations import key_of_code
from openiop.apps.core import clock
from openiop.domain.invitations import code_as_typed, lock_name
from openiop.web.public import welcome
from openiop.web.public.security import locked_out


class CodeForm(forms.Form):
    """The code of a letter."""

    code = forms.CharField(
        label=_("The code of your letter"),
        help_text=_("16 letters and digits. Capitals, spaces and dashes do not matter."),
        max_length=40,
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        """Return the code as it is kept."""
        code = code_as_typed(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(
                gettext("A code has 16 letters and digits. Compare it with the letter once more.")
            )
        return code


def letter(request: HttpRequest) -> HttpResponse:
    """Take the code and lead on to the invitation."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        counted = {"username": lock_name(code)}
        if not AxesProxyHandler.is_allowed(request, counted):
            return locked_out(request)
        key = key_of_code(code)
        if key is not None:
            # The key waits in the session: nothing secret stands in the address or the history.
            request.session[welcome.KEPT] = key
            return redirect("invitation", key=welcome.BY_LETTER)
        AxesProxyHandler.user_login_failed(letter, credentials=counted, request=request)
        note_refusal(user=None, actions=["portal.code_refused"], at=clock.now())
        form.add_error(
            "code",
            gettext("This code opens nothing. Compare each letter, or ask the person who gave it to you."),
        )
    return render(request, "account/letter.html", {"form": form}, status=422 if form.errors else 200)
