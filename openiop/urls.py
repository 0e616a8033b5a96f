"""All routes. Each of them names its permission, those that lead into a library too."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from openiop.apps.core.routes import PUBLIC, route

urlpatterns = [
    path("accounts/", include("openiop.web.public.urls_accounts")),
    route("language/setlang/", set_language, name="set_language", permission=PUBLIC, methods=("POST",)),
    path("", include("openiop.web.public.urls")),
    path("api/", include("openiop.api.urls")),
    path("staff/", include("openiop.web.staff.urls")),
    path("sign/", include("openiop.web.device.urls")),
    path("me/", include("openiop.web.portal.urls")),
]

handler400 = "openiop.web.refusals.bad_request"
