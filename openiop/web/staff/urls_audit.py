"""Routes of the audit trail and the histories."""

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core.routes import route
from openiop.web.staff import audit

urlpatterns = [
    route("audit/", audit.trail, name="audit_trail", permission=Permission.AUDIT_VIEW),
]
