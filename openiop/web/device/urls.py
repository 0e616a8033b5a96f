"""Routes of a device that was handed over. No role may open them; only such a session may."""

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core.routes import route
from openiop.web.device import pages

HERE, BOTH = Permission.SIGN_HERE, ("GET", "POST")

urlpatterns = [
    route("", pages.start, name="device", permission=HERE),
    route("back/", pages.give_back, name="device_back", permission=HERE, methods=BOTH),
    route("end/", pages.end, name="device_end", permission=HERE, methods=("POST",)),
    route("<slug:consent_id>/", pages.form, name="device_form", permission=HERE, methods=BOTH),
]
