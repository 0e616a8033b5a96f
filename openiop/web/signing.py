"""Signing on screen by staff: the typed name, and the password once more (a tick in the demonstration)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openiop.domain.signatures import is_same_name
from openiop.web.requests import ActorRequest


class SignForm(forms.Form):
    """What a signature needs. In the demonstration nobody has a password: a tick takes its place."""

    signed_name = forms.CharField(
        label=gettext_lazy("Type your name to sign"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
        strip=False,
    )
    confirm = forms.BooleanField(
        label=gettext_lazy("I sign this. (Demonstration: no password is asked.)"),
        error_messages={"required": gettext_lazy("Tick this to sign.")},
    )

    def __init__(self, request: ActorRequest, *args: Any, **options: Any) -> None:
        """Ask for what this house asks for."""
        super().__init__(*args, **options)
        self.request = request
        self.fields["signed_name"].help_text = _("As your account shows it: %(name)s.") % {
            "name": self.own_name()
        }
        del self.fields["password" if settings.IS_DEMO else "confirm"]

    def own_name(self) -> str:
        """Return the signer's name without credentials."""
        user = self.request.user
        return str(getattr(user, "display_name", "") or user.get_username())

    def clean_signed_name(self) -> str:
        """Let only the signer's own name through."""
        typed = str(self.cleaned_data["signed_name"]).strip()
        if not is_same_name(typed, self.own_name()):
            raise forms.ValidationError(_("This is not the name of your account."))
        return typed

    def clean_password(self) -> str:
        """Check the password as at sign-in, so that wrong tries count towards the lock-out."""
        password = str(self.cleaned_data["password"])
        try:
            found = authenticate(self.request, username=self.request.user.get_username(), password=password)
        except PermissionDenied:
            found = None
        if found is None or found.pk != self.request.user.pk:
            raise forms.ValidationError(_("The password is not right."))
        return password
