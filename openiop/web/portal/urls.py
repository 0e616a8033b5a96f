"""Routes of the client's and the family's own place."""

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core.routes import route
from openiop.web.portal import consents, family, measures, pages, plan, skills

OWN = Permission.PORTAL
GET, BOTH, POST = ("GET",), ("GET", "POST"), ("POST",)
HANDOUT = "skills/<slug:curriculum_key>/<slug:unit_key>/handout.pdf"
ONE = "consents/<slug:consent_id>/"

urlpatterns = [
    *(
        route(pattern, view, name=f"portal_{name}", permission=OWN, methods=methods)
        for pattern, view, name, methods in (
            ("", pages.portal_home, "home", GET),
            ("week/", pages.portal_week, "week", GET),
            ("hours/", pages.portal_hours, "hours", GET),
            ("plan/", plan.portal_plan, "plan", BOTH),
            ("plan.pdf", plan.portal_plan_pdf, "plan_pdf", GET),
            ("measures/", measures.portal_measures, "measures", GET),
            ("measures/<slug:measure_id>/", measures.portal_measure, "measure", BOTH),
            ("skills/", skills.portal_skills, "skills", GET),
            (HANDOUT, skills.portal_handout, "handout", GET),
            ("consents/", consents.portal_consents, "consents", GET),
            (ONE, consents.portal_consent, "consent", BOTH),
            (f"{ONE}revoke/", consents.portal_revoke, "consent_revoke", BOTH),
            (f"{ONE}copy.pdf", consents.portal_consent_pdf, "consent_pdf", POST),
            ("shared/", consents.portal_disclosures, "disclosures", GET),
            ("shared.pdf", consents.portal_disclosures_pdf, "disclosures_pdf", GET),
            ("access/", consents.portal_history, "history", GET),
        )
    ),
    route("family/", family.family_home, name="family_home", permission=Permission.FAMILY),
    route(
        "family/plan/<slug:relation_id>/",
        plan.family_plan,
        name="family_plan",
        permission=Permission.FAMILY,
        methods=BOTH,
    ),
]
