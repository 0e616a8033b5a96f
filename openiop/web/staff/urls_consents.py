"""Routes of consents and disclosures."""

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core.routes import route
from openiop.web.staff import consents

BOTH = ("GET", "POST")
urlpatterns = [
    route(
        "clients/<slug:public_id>/consents/",
        consents.consents,
        name="consents",
        permission=Permission.CONSENT_VIEW,
    ),
    route(
        "clients/<slug:public_id>/consents/new/<slug:template_id>/",
        consents.prepare,
        name="consent_new",
        permission=Permission.CONSENT_EDIT,
        methods=BOTH,
    ),
    route(
        "consents/<slug:public_id>/",
        consents.consent,
        name="consent",
        permission=Permission.CONSENT_VIEW,
        methods=BOTH,
    ),
    route(
        "consents/<slug:public_id>/revoke/",
        consents.revoke,
        name="consent_revoke",
        permission=Permission.CONSENT_EDIT,
        methods=BOTH,
    ),
    route(
        "consents/<slug:public_id>/copy.pdf",
        consents.consent_pdf,
        name="consent_pdf",
        permission=Permission.CONSENT_EDIT,
        methods=("POST",),
    ),
    route(
        "clients/<slug:public_id>/disclosures/",
        consents.disclosures,
        name="disclosures",
        permission=Permission.CONSENT_VIEW,
        methods=BOTH,
    ),
]
