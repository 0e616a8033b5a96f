"""Routes of the organization's programs in the public directory."""

from openiop.apps.accounts.permissions import Permission as P
from openiop.apps.core.routes import route
from openiop.web.staff import listings

urlpatterns = [
    route("listings/", listings.listings, name="listings", permission=P.MEMBER_EDIT),
    route(
        "listings/<slug:facility_id>/confirm/",
        listings.listing_confirm,
        name="listing_confirm",
        permission=P.MEMBER_EDIT,
        methods=("POST",),
    ),
    route(
        "listings/at/<slug:site_id>/<slug:track>/",
        listings.listing,
        name="listing",
        permission=P.MEMBER_EDIT,
        methods=("GET", "POST"),
    ),
    route(
        "listings/reports/<slug:report_id>/close/",
        listings.report_close,
        name="report_close",
        permission=P.MEMBER_EDIT,
        methods=("POST",),
    ),
]
