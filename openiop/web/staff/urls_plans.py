"""Routes of plans: drafts of the week, publications."""

from openiop.apps.accounts.permissions import Permission as P
from openiop.apps.core.routes import route
from openiop.web.staff import plan_runs, plans, why

BOTH = ("GET", "POST")

urlpatterns = [
    route("episodes/<slug:episode_id>/why/", why.why, name="why", permission=P.ENROLL),
    route("openings/", why.unlock, name="unlock", permission=P.BOARD_VIEW),
    route("plans/", plans.plans, name="plans", permission=P.SCHEDULE_PLAN),
    route("plans/<slug:plan_id>/", plans.plan, name="plan", permission=P.SCHEDULE_PLAN, methods=BOTH),
    route(
        "plans/runs/<slug:run_id>/", plan_runs.run, name="plan_run", permission=P.SCHEDULE_PLAN, methods=BOTH
    ),
    route(
        "sites/<slug:site_id>/plans/run/",
        plan_runs.run_new,
        name="plan_run_new",
        permission=P.SCHEDULE_PLAN,
        methods=("POST",),
    ),
    route(
        "sites/<slug:site_id>/mend/", plans.mend, name="mend", permission=P.SCHEDULE_PLAN, methods=("POST",)
    ),
]
