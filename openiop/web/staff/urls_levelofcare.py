"""Routes of level of care: overview, assessment, determination, decision, outside results."""

from openiop.apps.accounts.permissions import Permission as P
from openiop.apps.core.routes import route
from openiop.web.staff import determinations, levelofcare

BOTH = ("GET", "POST")

urlpatterns = [
    route(
        "clients/<slug:client_id>/level-of-care/",
        levelofcare.overview,
        name="level_of_care",
        permission=P.ASSESSMENT_VIEW,
    ),
    route(
        "clients/<slug:client_id>/level-of-care/start/",
        levelofcare.start,
        name="assessment_start",
        permission=P.ASSESSMENT_EDIT,
        methods=("POST",),
    ),
    route(
        "clients/<slug:client_id>/level-of-care/outside/",
        determinations.external_result,
        name="external_result",
        permission=P.DETERMINATION_SIGN,
        methods=BOTH,
    ),
    route(
        "assessments/<slug:public_id>/",
        levelofcare.assessment,
        name="assessment",
        permission=P.ASSESSMENT_VIEW,
        post=P.ASSESSMENT_EDIT,
        methods=BOTH,
    ),
    route(
        "assessments/<slug:public_id>/so-far/",
        levelofcare.so_far,
        name="assessment_so_far",
        permission=P.ASSESSMENT_EDIT,
        methods=("POST",),
    ),
    route(
        "assessments/<slug:public_id>/sign/",
        levelofcare.sign,
        name="assessment_sign",
        permission=P.ASSESSMENT_EDIT,
        methods=BOTH,
    ),
    route(
        "assessments/<slug:public_id>/amend/",
        levelofcare.amend,
        name="assessment_amend",
        permission=P.ASSESSMENT_EDIT,
        methods=BOTH,
    ),
    route(
        "determinations/<slug:public_id>/",
        determinations.determination,
        name="determination",
        permission=P.ASSESSMENT_VIEW,
    ),
    route(
        "determinations/<slug:public_id>/decide/",
        determinations.decide,
        name="determination_decide",
        permission=P.DETERMINATION_SIGN,
        methods=BOTH,
    ),
]
