"""Routes of the measures of a client."""

from openiop.apps.accounts.permissions import Permission as P
from openiop.apps.core.routes import route
from openiop.web.staff import measures

BOTH, POST = ("GET", "POST"), ("POST",)
ONE = "measures/<slug:public_id>/"

urlpatterns = [
    route(
        "clients/<slug:client_id>/measures/", measures.measures, name="measures", permission=P.MEASURE_VIEW
    ),
    route(
        "clients/<slug:client_id>/measures/start/",
        measures.measure_start,
        name="measure_start",
        permission=P.MEASURE_EDIT,
        methods=POST,
    ),
    route(ONE, measures.measure, name="measure", permission=P.MEASURE_VIEW),
    route(f"{ONE}fill/", measures.measure_fill, name="measure_fill", permission=P.MEASURE_EDIT, methods=BOTH),
    route(
        f"{ONE}correct/",
        measures.measure_correct,
        name="measure_correct",
        permission=P.MEASURE_EDIT,
        methods=BOTH,
    ),
]
