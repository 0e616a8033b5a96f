"""Routes of sign-in and of the person's own security. Only what we use of allauth has a route."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import register_converter
from django.urls.converters import StringConverter

from openiop.apps.core.routes import PUBLIC, SIGNED_IN, route
from openiop.web.public import calendar, security
from openiop.web.public.security import own, watched


class BareConverter(StringConverter):
    """Letters and digits: a public id in front of a dash."""

    regex = "[0-9a-z]+"


register_converter(BareConverter, "bare")
BOTH = ("GET", "POST")
POST = ("POST",)

urlpatterns = [
    route("login/", account.login, name="account_login", permission=PUBLIC, methods=BOTH),
    # Public: it also ends a sign-in that waits for its second factor.
    route("logout/", account.logout, name="account_logout", permission=PUBLIC, methods=POST),
    route("signup/", security.closed, name="account_signup", permission=PUBLIC, methods=BOTH),
    route(
        "reauthenticate/",
        own(account.reauthenticate),
        name="account_reauthenticate",
        permission=SIGNED_IN,
        methods=BOTH,
    ),
    route(
        "password/change/",
        own(account.password_change),
        name="account_change_password",
        permission=SIGNED_IN,
        methods=BOTH,
    ),
    route(
        "password/set/",
        own(account.password_set),
        name="account_set_password",
        permission=SIGNED_IN,
        methods=BOTH,
    ),
    route(
        "password/reset/",
        account.password_reset,
        name="account_reset_password",
        permission=PUBLIC,
        methods=BOTH,
    ),
    route(
        "password/reset/sent/",
        account.password_reset_done,
        name="account_reset_password_done",
        permission=PUBLIC,
    ),
    route(
        "password/reset/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
        permission=PUBLIC,
    ),
    route(
        "password/reset/<bare:uidb36>-<str:key>/",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
        permission=PUBLIC,
        methods=BOTH,
    ),
    route(
        "signed-out/",
        security.sign_out_everywhere,
        name="session_end_all",
        permission=SIGNED_IN,
        methods=POST,
    ),
    route("time-left/", security.left, name="session_left", permission=PUBLIC),
    route("stay/", security.stay, name="session_stay", permission=SIGNED_IN, methods=POST),
    route("kept/", security.kept, name="kept", permission=SIGNED_IN, methods=BOTH),
    route("calendar/", calendar.calendar, name="calendar", permission=SIGNED_IN, methods=BOTH),
    route("security/", security.index, name="mfa_index", permission=SIGNED_IN),
    route("code/", factor.authenticate, name="mfa_authenticate", permission=PUBLIC, methods=BOTH),
    route(
        "security/confirm/",
        own(factor.reauthenticate),
        name="mfa_reauthenticate",
        permission=SIGNED_IN,
        methods=BOTH,
    ),
    route(
        "security/app/",
        own(watched(totp.activate_totp)),
        name="mfa_activate_totp",
        permission=SIGNED_IN,
        methods=BOTH,
    ),
    route(
        "security/app/remove/",
        own(watched(totp.deactivate_totp)),
        name="mfa_deactivate_totp",
        permission=SIGNED_IN,
        methods=BOTH,
    ),
    route(
        "security/codes/",
        own(codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
        permission=SIGNED_IN,
    ),
    route(
        "security/codes/new/",
        own(watched(codes.generate_recovery_codes)),
        name="mfa_generate_recovery_codes",
        permission=SIGNED_IN,
        methods=BOTH,
    ),
    route(
        "security/codes/file/",
        own(codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
        permission=SIGNED_IN,
    ),
    route("security/passkeys/", own(security.passkeys), name="mfa_list_webauthn", permission=SIGNED_IN),
    route(
        "security/passkeys/add/",
        own(watched(webauthn.add_webauthn)),
        name="mfa_add_webauthn",
        permission=SIGNED_IN,
        methods=BOTH,
    ),
    route(
        "security/passkeys/confirm/",
        own(webauthn.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
        permission=SIGNED_IN,
        methods=BOTH,
    ),
    route(
        "security/passkeys/<bare:key_id>/",
        own(security.rename_passkey),
        name="mfa_edit_webauthn",
        permission=SIGNED_IN,
        methods=BOTH,
    ),
    route(
        "security/passkeys/<bare:key_id>/remove/",
        own(watched(security.remove_passkey)),
        name="mfa_remove_webauthn",
        permission=SIGNED_IN,
        methods=BOTH,
    ),
    route("passkey/", webauthn.login_webauthn, name="mfa_login_webauthn", permission=PUBLIC, methods=BOTH),
]
