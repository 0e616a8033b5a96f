"""Routes of consents and disclosures."""

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core.routes import route
from openiop.web.staff import consent_list, consents, disclosures

VIEW, EDIT, GIVE = Permission.CONSENT_VIEW, Permission.CONSENT_EDIT, Permission.DISCLOSE
GET, BOTH, POST = ("GET",), ("GET", "POST"), ("POST",)
POSTS = {"consent": EDIT, "client_disclosures": GIVE}
ONE, CLIENT = "consents/<slug:consent_id>/", "clients/<slug:client_id>/"

urlpatterns = [
    route(pattern, view, name=name, permission=permission, post=POSTS.get(name, ""), methods=methods)
    for pattern, view, name, permission, methods in (
        ("consents/", consent_list.consent_list, "consents", VIEW, GET),
        ("consents/prepare/", consent_list.prepare_everyone, "consents_prepare", EDIT, POST),
        (ONE, consents.consent, "consent", VIEW, BOTH),
        (f"{ONE}paper/", consents.paper, "consent_paper", EDIT, BOTH),
        (f"{ONE}ended/", consents.ended, "consent_ended", EDIT, BOTH),
        (f"{ONE}revoke/", consents.revoke, "consent_revoke", EDIT, BOTH),
        (f"{ONE}copy.pdf", consents.consent_pdf, "consent_pdf", EDIT, POST),
        (f"{CLIENT}consents/", consents.consents, "client_consents", VIEW, GET),
        (f"{CLIENT}consents/needed/", consents.needed, "client_consents_needed", EDIT, BOTH),
        (f"{CLIENT}consents/new/<slug:template_id>/", consents.prepare, "consent_new", EDIT, BOTH),
        (f"{CLIENT}hand-over/", consents.hand_over_device, "client_hand_over", EDIT, POST),
        (f"{CLIENT}disclosures/", disclosures.disclosures, "client_disclosures", VIEW, BOTH),
        (f"{CLIENT}disclosures.csv", disclosures.disclosures_csv, "client_disclosures_csv", VIEW, GET),
        (f"{CLIENT}disclosures.pdf", disclosures.disclosures_pdf, "client_disclosures_pdf", VIEW, GET),
        ("disclosures/<slug:disclosure_id>/cover.pdf", disclosures.cover, "disclosure_cover", GIVE, GET),
    )
]
