"""Routes of the client's and the family's own place."""

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core.routes import route
from openiop.web.portal import pages

urlpatterns = [
    route("", pages.portal_home, name="portal_home", permission=Permission.PORTAL),
    route("consents/", pages.portal_consents, name="portal_consents", permission=Permission.PORTAL),
    route(
        "consents/<slug:public_id>/",
        pages.portal_consent,
        name="portal_consent",
        permission=Permission.PORTAL,
        methods=("GET", "POST"),
    ),
    route("family/", pages.family_home, name="family_home", permission=Permission.FAMILY),
]
