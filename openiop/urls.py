"""All routes. Each of ours names its permission; libraries' routes are labelled here."""

from __future__ import annotations

from django.urls import include, path

from openiop.apps.core import routes
from openiop.apps.core.routes import PUBLIC, SIGNED_IN

routes.THIRD_PARTY.update(
    {
        "account_": SIGNED_IN,
        "account_login": PUBLIC,
        "account_logout": SIGNED_IN,
        "account_reauthenticate": SIGNED_IN,
        "mfa_": SIGNED_IN,
        "mfa_authenticate": PUBLIC,
        "mfa_login_webauthn": PUBLIC,
        "set_language": PUBLIC,
    }
)

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("", include("openiop.web.public.urls")),
    path("staff/", include("openiop.web.staff.urls")),
    path("me/", include("openiop.web.portal.urls")),
]
