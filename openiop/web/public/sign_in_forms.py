"""Forms of the door that differ from allauth's own."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import UserTokenForm
from allauth.core import context as allauth_context
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from axes.handlers.proxy import AxesProxyHandler
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from openiop.apps.accounts.members import user_by_token_id
from openiop.apps.accounts.services.sessions import note_refusal
from openiop.apps.core import clock


class LoginForm(AllauthLoginForm):
    """Name or address, and the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say what may be typed; a label is enough, a placeholder would vanish."""
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("E-mail address or sign-in name")
        login.widget.attrs = {
            "autocomplete": "username webauthn",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        login.max_length = 254
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}
        self.fields["password"].help_text = ""


class PersonTokenForm(UserTokenForm):
    """Finds the person of a one-time link by their public id."""

    def _get_user(self, uidb36: str) -> Any:
        return user_by_token_id(uidb36)


class PasskeyForm(AddWebAuthnForm):
    """A new passkey. Who has no password signs in with it alone, so that is not asked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fix the answer where only one is possible."""
        super().__init__(*args, **kwargs)
        if not self.user.has_usable_password():
            alone = self.fields["passwordless"]
            alone.initial, alone.disabled = True, True


class _Counted(BaseAuthenticateForm):
    """Wrong codes count towards the same lock-out as wrong passwords, across restarts and workers."""

    def clean_code(self) -> str:
        """Accept the code, unless there were too many wrong ones."""
        request = allauth_context.request
        credentials = {"username": self.user.username}
        if not AxesProxyHandler.is_allowed(request, credentials):
            request.axes_locked_out, request.axes_credentials = True, credentials
            raise ValidationError(_("Too many wrong codes."))
        try:
            return str(super().clean_code())
        except ValidationError:
            AxesProxyHandler.user_login_failed(type(self), credentials=credentials, request=request)
            locked = ["session.locked"] if request.axes_locked_out else []
            note_refusal(user=self.user, actions=["session.code_refused", *locked], at=clock.now())
            raise


class CodeForm(_Counted, AuthenticateForm):
    """The code at sign-in."""


class ConfirmCodeForm(_Counted, ReauthenticateForm):
    """The code asked for again before something delicate."""
