"""Routes of emergency access: open it, close it, review it."""

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core.routes import route
from openiop.web.staff import emergency

BOTH = ("GET", "POST")

urlpatterns = [
    route(
        "emergency/", emergency.open_access, name="emergency", permission=Permission.BREAK_GLASS, methods=BOTH
    ),
    route(
        "emergency/close/",
        emergency.close_access,
        name="emergency_close",
        permission=Permission.BREAK_GLASS,
        methods=("POST",),
    ),
    route(
        "emergency/reviews/",
        emergency.reviews,
        name="emergency_reviews",
        permission=Permission.REVIEW_GLASS,
    ),
    route(
        "emergency/reviews/<str:emergency_id>/",
        emergency.review,
        name="emergency_review",
        permission=Permission.REVIEW_GLASS,
        methods=BOTH,
    ),
]
