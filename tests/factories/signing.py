"""People at the door: with a password, with a second factor, with a session."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client as Browser
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

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


def give_passkey(user: User, name: str = "Key") -> Authenticator:
    """Set up a passkey as a browser would have sent it (WebAuthn, attestation "none")."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    credential = AttestedCredentialData.create(bytes(16), secrets.token_bytes(16), key)
    kind = AuthenticatorData.FLAG
    flags = kind.UP | kind.UV | kind.AT
    about = AuthenticatorData.create(hashlib.sha256(b"testserver").digest(), flags, 0, credential)
    said = CollectedClientData.create("webauthn.create", secrets.token_bytes(16), "https://testserver")
    sent = {
        "id": websafe_encode(credential.credential_id),
        "rawId": websafe_encode(credential.credential_id),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(said),
            "attestationObject": websafe_encode(AttestationObject.create("none", about, {})),
        },
        "clientExtensionResults": {"credProps": {"rk": True}},
    }
    return WebAuthn.add(user, name, sent).instance
