"""Routes of attendance, hours and the boards."""

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core.routes import route
from openiop.web.public.security import confirmed
from openiop.web.staff import (
    absences,
    attendance,
    board,
    hours,
    hours_chart,
    huddle,
    make_ups,
    today,
    walk_ins,
)

urlpatterns = [
    route("board/", board.board, name="board", permission=Permission.BOARD_VIEW),
    route("reviews/", board.reviews, name="reviews", permission=Permission.BOARD_VIEW),
    route("board/<slug:what>/", board.board_list, name="board_list", permission=Permission.BOARD_VIEW),
    route("today/", today.today, name="today", permission=Permission.ATTENDANCE_EDIT),
    route(
        "sessions/<slug:public_id>/attendance/",
        attendance.attendance,
        name="attendance",
        permission=Permission.ATTENDANCE_VIEW,
        post=Permission.ATTENDANCE_EDIT,
        methods=("GET", "POST"),
    ),
    route(
        "sessions/<slug:public_id>/huddle/",
        huddle.huddle,
        name="huddle",
        permission=Permission.TREATMENT_VIEW,
    ),
    route(
        "sessions/<slug:public_id>/attendance/walk-in/",
        walk_ins.walk_in,
        name="walk_in",
        permission=Permission.ATTENDANCE_EDIT,
        methods=("POST",),
    ),
    route(
        "episodes/<slug:episode_id>/away/",
        absences.absence_new,
        name="absence_new",
        permission=Permission.ABSENCE_EDIT,
        methods=("GET", "POST"),
    ),
    route(
        "absences/<slug:absence_id>/",
        absences.absence,
        name="absence",
        permission=Permission.ATTENDANCE_VIEW,
        post=Permission.ABSENCE_EDIT,
        methods=("GET", "POST"),
    ),
    route("hours/", hours.hours, name="hours", permission=Permission.HOURS_VIEW),
    route("hours/chart/", hours_chart.hours_chart, name="hours_chart", permission=Permission.HOURS_VIEW),
    route("hours/table.csv", confirmed(hours.hours_csv), name="hours_csv", permission=Permission.HOURS_VIEW),
    route(
        "hours/<slug:episode_id>/make-up/",
        make_ups.make_up,
        name="hours_make_up",
        permission=Permission.HOURS_VIEW,
        post=Permission.ENROLL,
        methods=("GET", "POST"),
    ),
]
