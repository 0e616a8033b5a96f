"""Routes of attendance, hours and the boards."""

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core.routes import route
from openiop.web.staff import attendance

urlpatterns = [
    route(
        "sessions/<slug:public_id>/attendance/",
        attendance.attendance,
        name="attendance",
        permission=Permission.ATTENDANCE_VIEW,
        methods=("GET", "POST"),
    ),
]
