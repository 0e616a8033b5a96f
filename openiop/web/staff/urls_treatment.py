"""Routes of the treatment plan."""

from openiop.apps.accounts.permissions import Permission as P
from openiop.apps.core.routes import route
from openiop.web.staff import codes, curricula
from openiop.web.staff import treatment_answers as answers
from openiop.web.staff import treatment_plans as plans

BOTH, POST = ("GET", "POST"), ("POST",)
UNIT = "curricula/<slug:curriculum_key>/<slug:unit_key>/"
ONE = "treatment-plans/<slug:public_id>/"

urlpatterns = [
    route("curricula/", curricula.curricula, name="curricula", permission=P.TREATMENT_VIEW),
    route(
        "curricula/<slug:curriculum_key>/",
        curricula.curriculum,
        name="curriculum",
        permission=P.TREATMENT_VIEW,
    ),
    route(UNIT, curricula.unit, name="curriculum_unit", permission=P.TREATMENT_VIEW),
    route(
        f"{UNIT}handout.pdf", curricula.unit_handout, name="curriculum_handout", permission=P.TREATMENT_VIEW
    ),
    route(
        "sessions/<slug:session_id>/taught/",
        curricula.session_taught,
        name="session_taught",
        permission=P.ATTENDANCE_EDIT,
        methods=BOTH,
    ),
    route(
        "clients/<slug:client_id>/skills/",
        curricula.skills,
        name="treatment_skills",
        permission=P.TREATMENT_VIEW,
        post=P.ATTENDANCE_EDIT,
        methods=BOTH,
    ),
    route("diagnosis-codes/", codes.codes, name="codes", permission=P.CODES_EDIT, methods=BOTH),
    route("treatment-plans/", answers.dues, name="due_plans", permission=P.TREATMENT_VIEW),
    route("clients/<slug:client_id>/plan/", plans.overview, name="treatment", permission=P.TREATMENT_VIEW),
    route(
        "clients/<slug:client_id>/plan/start/",
        plans.start,
        name="treatment_start",
        permission=P.TREATMENT_EDIT,
        methods=POST,
    ),
    route(ONE, answers.plan, name="treatment_plan", permission=P.TREATMENT_VIEW),
    route(f"{ONE}plan.pdf", answers.plan_pdf, name="treatment_pdf", permission=P.TREATMENT_VIEW),
    route(f"{ONE}compare/", answers.compare, name="treatment_compare", permission=P.TREATMENT_VIEW),
    route(f"{ONE}edit/", plans.edit, name="treatment_edit", permission=P.TREATMENT_EDIT, methods=BOTH),
    route(f"{ONE}save/", plans.save, name="treatment_save", permission=P.TREATMENT_EDIT, methods=POST),
    route(f"{ONE}sign/", plans.sign, name="treatment_sign", permission=P.TREATMENT_EDIT, methods=BOTH),
    route(f"{ONE}amend/", plans.amend, name="treatment_amend", permission=P.TREATMENT_EDIT, methods=BOTH),
    route(
        f"{ONE}answer/", answers.answer, name="treatment_answer", permission=P.TREATMENT_EDIT, methods=BOTH
    ),
    route(
        f"{ONE}cosign/", answers.cosign, name="treatment_cosign", permission=P.TREATMENT_COSIGN, methods=BOTH
    ),
    route(
        f"{ONE}review/", answers.review, name="treatment_review", permission=P.TREATMENT_EDIT, methods=BOTH
    ),
]
