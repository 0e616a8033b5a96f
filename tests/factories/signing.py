"""People at the door: with a password, with a second factor, with a session."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client as Browser

from openiop.apps.accounts.models import Organization, Site, User
from tests.factories.people import make_member, make_user

PASSWORD = "a kind word in the morning"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def make_login(
    org: Organization, role: str, *, site: Site | None = None, name: str = "", **columns: Any
) -> User:
    """Make a member who has PASSWORD."""
    user = make_user(name or f"{role.title()} Person-Demo", **columns)
    user.set_password(PASSWORD)
    user.save()
    make_member(org, role, site=site, user=user)
    return user


def give_app(user: User) -> Authenticator:
    """Set up an authenticator app and recovery codes for the person."""
    RecoveryCodes.activate(user)
    return TOTP.activate(user, TOTP_SECRET).instance


def app_code(at: datetime) -> str:
    """Return what the app shows at an instant (RFC 6238)."""
    counter = (int(at.timestamp()) // 30).to_bytes(8, "big")
    digest = hmac.new(base64.b32decode(TOTP_SECRET), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def signed_in(user: User, org: Organization | None = None, *, at: datetime | None = None) -> Browser:
    """Return a browser in which the person is signed in, as if they had come through the door at `at`."""
    browser = Browser()
    browser.force_login(user, backend="openiop.apps.accounts.backends.PasswordBackend")
    session = browser.session
    if org is not None:
        session["organization"] = org.pk
    if at is not None:
        session["opened"] = session["seen"] = at.timestamp()
    session.save()
    return browser
