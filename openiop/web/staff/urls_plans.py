"""Routes of plans: drafts of the week, publications."""

from openiop.apps.accounts.permissions import Permission as P
from openiop.apps.core.routes import route
from openiop.web.staff import plans

BOTH = ("GET", "POST")

urlpatterns = [
    route("plans/", plans.plans, name="plans", permission=P.SCHEDULE_PLAN),
    route("plans/<slug:plan_id>/", plans.plan, name="plan", permission=P.SCHEDULE_PLAN, methods=BOTH),
    route(
        "sites/<slug:site_id>/mend/", plans.mend, name="mend", permission=P.SCHEDULE_PLAN, methods=("POST",)
    ),
]
