"""Routes of the organisation's public pages, for those who write them."""

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core.routes import route
from openiop.web.staff import own_pages

EDIT = Permission.MEMBER_EDIT

urlpatterns = [
    route("pages/", own_pages.own_pages, name="own_pages", permission=EDIT),
    route(
        "pages/<slug:topic>/<slug:language>/",
        own_pages.own_page,
        name="own_page",
        permission=EDIT,
        methods=("GET", "POST"),
    ),
]
