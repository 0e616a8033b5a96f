"""Routes of the audit trail and the histories."""

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core.routes import route
from openiop.web.staff import audit

urlpatterns = [
    route("audit/", audit.trail, name="audit_trail", permission=Permission.AUDIT_VIEW),
    route(
        "clients/<slug:client_id>/history/",
        audit.history,
        name="client_history",
        permission=Permission.HISTORY_VIEW,
    ),
    route(
        "clients/<slug:client_id>/history.csv",
        audit.history_csv,
        name="client_history_csv",
        permission=Permission.HISTORY_VIEW,
    ),
    route(
        "history/<slug:kind>/<slug:record_id>/",
        audit.record_history,
        name="record_history",
        permission=Permission.HISTORY_VIEW,
    ),
]
