"""What allauth asks of us: who may come in, what is written down, what is said, what is sent."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from axes.utils import reset as unlock
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openiop.apps.accounts.lockout import find_person, name_of
from openiop.apps.accounts.members import has_second_factor
from openiop.apps.accounts.services.sessions import note_change, note_refusal, note_sign_in, note_sign_out
from openiop.apps.core import clock
from openiop.web import mails
from openiop.web.sessions import to_sign_in

WRONG = _("The name or the password is not right. Check both and try again.")


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by name or address, no sign-up, every way in and out in the trail."""

    error_messages: dict[str, str | Promise] = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": WRONG,
        "email_password_mismatch": WRONG,
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("This code is not right. Wait for the next one and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by administrators only."""
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        """Open the session and write it down."""
        super().login(request, user)
        at = clock.now()
        request.session.pop("demo", None)
        request.session["opened"] = request.session["seen"] = at.timestamp()
        ways = [
            str(row.get("type") or row.get("method")) for row in get_authentication_records(request, user)
        ]
        how = "+".join(dict.fromkeys(ways))
        note_sign_in(user=user, organization_id=request.session.get("organization"), how=how, at=at)

    def logout(self, request: HttpRequest) -> None:
        """Write down who leaves, then close the session."""
        visit, user = getattr(request, "visit", None), request.user
        if visit is not None and user.is_authenticated:
            note_sign_out(by=visit.actor, user=user, action="session.closed", at=clock.now())
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write down the refusal. While the sign-in is locked nothing is tried and nothing written."""
        if getattr(request, "password_was_tried", False):
            user = find_person(str(credentials.get("username") or credentials.get("email") or ""))
            locked = ["session.locked"] if getattr(request, "axes_locked_out", False) else []
            note_refusal(user=user, actions=["session.refused", *locked], at=clock.now())

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """A closed sign-in says no more than one without a role."""
        return to_sign_in(request, ended="no-role")

    def is_reauthentication_required(self, *, app: str, **_more: Any) -> bool:
        """Ask again only where the person has not just signed in or confirmed."""
        records = get_authentication_records(self.request, self.request.user)
        latest = max((float(row["at"]) for row in records), default=0.0)
        return clock.now().timestamp() - latest > app_settings.REAUTHENTICATION_TIMEOUT

    def set_password(self, user: Any, password: str) -> None:
        """Keep the new password; a lock-out ends with it."""
        super().set_password(user, password)
        unlock(username=name_of(user))
        note_change(user=user, action="password.set", data={}, at=clock.now())

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Make no link of the serial key that allauth would put into it; see send_password_reset_mail."""
        return ""

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        """Send the link in our words, with the person's public id in it."""
        mails.password_link(email, password_url(self.request, f"{user.public_id}-{context['key']}"))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send the one other mail that can come up: nobody has the address."""
        if template_prefix == "account/email/unknown_account":
            mails.unknown_address(email)

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Warn somebody that their way in changed; the trail is written by `security.watched`."""
        if user.email:
            mails.way_in_changed(user.email)


class MFAAdapter(DefaultMFAAdapter):
    """Second factors: secrets are encrypted, and the last one stays where the organisation asks for one."""

    error_messages: dict[str, str | Promise] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right. Wait for the next one and try again."),
        "cannot_delete_authenticator": _(
            "Your organization asks for a second factor. Set up another one before you remove this one."
        ),
    }

    def encrypt(self, text: str) -> str:
        """Encrypt a secret before it is stored."""
        return _safe().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a stored secret."""
        return _safe().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Keep the last factor of somebody whose organisation asks for one."""
        visit = getattr(allauth_context.request, "visit", None)
        if visit is None or not visit.needs_second_factor:
            return True
        return has_second_factor(authenticator.user, but=authenticator.pk)

    def build_totp_svg(self, url: str) -> str:
        """Draw the code on white, so that it can be scanned from a dark page too."""
        drawn: str = super().build_totp_svg(url)
        return drawn.replace("<path", '<rect width="100%" height="100%" fill="#fff"/><path', 1)

    def get_totp_issuer(self) -> str:
        """Name the entry in the app without saying what kind of place this is."""
        return "OpenIOP"


def password_url(request: HttpRequest, key: str) -> str:
    """Return the link on which a password is set: `key` is the person's public id and the token."""
    return request.build_absolute_uri(password_path(key))


def password_path(key: str) -> str:
    """Return the link without the address of the house, for those who are not called under one."""
    person, _dash, token = key.partition("-")
    return reverse("account_reset_password_from_key", kwargs={"uidb36": person, "key": token})


def _safe() -> MultiFernet:
    """Return the keys for secrets: the present secret key first, former ones only to read."""
    secrets = [str(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str) -> bytes:
    derived = HKDF(SHA256(), 32, salt=None, info=b"openiop second factors").derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
