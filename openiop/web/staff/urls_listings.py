"""Routes of the organization's programs in the public directory."""

from openiop.apps.accounts.permissions import Permission as P
from openiop.apps.core.routes import route
from openiop.web.staff import claims, listings

EDIT = P.LISTING_EDIT
BOTH = ("GET", "POST")

urlpatterns = [
    route("listings/", listings.listings, name="listings", permission=EDIT),
    route("listings/claim/", claims.search, name="listing_search", permission=EDIT, methods=BOTH),
    route("listings/<slug:facility_id>/", claims.say, name="listing_say", permission=EDIT, methods=BOTH),
    route(
        "listings/<slug:facility_id>/claim/",
        claims.claim,
        name="listing_claim",
        permission=EDIT,
        methods=BOTH,
    ),
    route(
        "listings/<slug:facility_id>/release/",
        claims.release,
        name="listing_release",
        permission=EDIT,
        methods=BOTH,
    ),
    route(
        "listings/<slug:facility_id>/confirm/",
        listings.listing_confirm,
        name="listing_confirm",
        permission=EDIT,
        methods=("POST",),
    ),
    route(
        "listings/at/<slug:site_id>/<slug:track>/",
        listings.listing,
        name="listing",
        permission=EDIT,
        methods=BOTH,
    ),
    route(
        "listings/reports/<slug:report_id>/close/",
        listings.report_close,
        name="report_close",
        permission=EDIT,
        methods=("POST",),
    ),
]
