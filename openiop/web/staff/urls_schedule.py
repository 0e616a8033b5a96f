"""Routes of the week: board, groups, placement, windows, episodes, appointments."""

from openiop.apps.accounts.permissions import Permission as P
from openiop.apps.core.routes import route
from openiop.web.staff import admitting, appointments, episodes, leave, orders, placement, series, week

BOTH = ("GET", "POST")

urlpatterns = [
    route("week/", week.week, name="week", permission=P.SCHEDULE_VIEW),
    route(
        "sites/<slug:site_id>/close/",
        week.closure_new,
        name="closure_new",
        permission=P.SCHEDULE_EDIT,
        methods=BOTH,
    ),
    route(
        "sessions/<slug:session_id>/",
        week.session_change,
        name="session_change",
        permission=P.SCHEDULE_VIEW,
        post=P.SCHEDULE_EDIT,
        methods=BOTH,
    ),
    route("leave/", leave.leave, name="leave", permission=P.SCHEDULE_EDIT, methods=BOTH),
    route(
        "sessions/<slug:session_id>/cover/",
        leave.session_cover,
        name="session_cover",
        permission=P.SCHEDULE_EDIT,
        methods=("POST",),
    ),
    route("groups/", series.series_list, name="series_list", permission=P.SCHEDULE_VIEW),
    route(
        "sites/<slug:site_id>/groups/new/",
        series.series_new,
        name="series_new",
        permission=P.SCHEDULE_EDIT,
        methods=BOTH,
    ),
    route("groups/<slug:series_id>/", series.series, name="series", permission=P.SCHEDULE_VIEW),
    route(
        "groups/<slug:series_id>/edit/",
        series.series_edit,
        name="series_edit",
        permission=P.SCHEDULE_EDIT,
        methods=BOTH,
    ),
    route(
        "slots/<slug:slot_id>/promote/",
        series.seat_promote,
        name="seat_promote",
        permission=P.ENROLL,
        methods=("POST",),
    ),
    route(
        "seats/<slug:enrollment_id>/give/",
        series.seat_give,
        name="seat_give",
        permission=P.ENROLL,
        methods=("POST",),
    ),
    route(
        "seats/<slug:enrollment_id>/end/",
        series.seat_end,
        name="seat_end",
        permission=P.ENROLL,
        methods=("POST",),
    ),
    route(
        "clients/<slug:client_id>/admit/",
        admitting.admit,
        name="admit",
        permission=P.ORDER_EDIT,
        methods=BOTH,
    ),
    route(
        "episodes/<slug:episode_id>/",
        episodes.episode,
        name="episode",
        permission=P.ORDER_VIEW,
        post=P.ORDER_EDIT,
        methods=BOTH,
    ),
    route(
        "episodes/<slug:episode_id>/order/",
        orders.order_new,
        name="order",
        permission=P.ORDER_EDIT,
        methods=BOTH,
    ),
    route(
        "episodes/<slug:episode_id>/certify/",
        orders.certify,
        name="order_certify",
        permission=P.ORDER_CERTIFY,
        methods=BOTH,
    ),
    route(
        "episodes/<slug:episode_id>/place/",
        placement.placement,
        name="placement",
        permission=P.ENROLL,
        methods=BOTH,
    ),
    route(
        "episodes/<slug:episode_id>/windows/",
        placement.windows,
        name="windows",
        permission=P.ENROLL,
        methods=BOTH,
    ),
    route(
        "episodes/<slug:episode_id>/appointments/new/",
        appointments.appointment_new,
        name="appointment_new",
        permission=P.ENROLL,
        methods=BOTH,
    ),
    route(
        "appointments/<slug:appointment_id>/",
        appointments.appointment,
        name="appointment",
        permission=P.CLIENT_VIEW,
        post=P.ENROLL,
        methods=BOTH,
    ),
]
