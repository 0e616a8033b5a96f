"""Routes of the people who work here."""

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core.routes import route
from openiop.web.staff import members

BOTH = ("GET", "POST")
POST = ("POST",)
EDIT = Permission.MEMBER_EDIT

urlpatterns = [
    route("people/", members.people, name="members", permission=Permission.MEMBER_VIEW),
    route("people/new/", members.invite, name="member_new", permission=EDIT, methods=BOTH),
    route("people/<str:member_id>/", members.edit, name="member_edit", permission=EDIT, methods=BOTH),
    route("people/<str:member_id>/end/", members.end, name="member_end", permission=EDIT, methods=POST),
    route("people/<str:member_id>/link/", members.link, name="member_link", permission=EDIT, methods=POST),
    route(
        "people/<str:member_id>/second-factor/",
        members.reset_factor,
        name="member_reset_factor",
        permission=EDIT,
        methods=POST,
    ),
]
