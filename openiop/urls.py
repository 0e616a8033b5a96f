"""All routes. Each of ours names its permission; libraries' routes are labelled here."""

from __future__ import annotations

from django.urls import include, path

from openiop.apps.core import routes
from openiop.apps.core.routes import PUBLIC

routes.THIRD_PARTY["set_language"] = PUBLIC

urlpatterns = [
    path("accounts/", include("openiop.web.public.urls_accounts")),
    path("language/", include("django.conf.urls.i18n")),
    path("", include("openiop.web.public.urls")),
    path("staff/", include("openiop.web.staff.urls")),
    path("sign/", include("openiop.web.device.urls")),
    path("me/", include("openiop.web.portal.urls")),
]
