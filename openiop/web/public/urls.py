"""Routes open to everyone, and the demo's doors."""

from openiop.apps.core.routes import PUBLIC, SIGNED_IN, route
from openiop.web.public import doors

urlpatterns = [
    route("", doors.home, name="home", permission=PUBLIC),
    route("healthz", doors.healthz, name="healthz", permission=PUBLIC),
    route("demo/", doors.demo, name="demo", permission=PUBLIC, methods=("GET", "POST")),
    route(
        "organization/",
        doors.choose_organization,
        name="choose_organization",
        permission=SIGNED_IN,
        methods=("POST",),
    ),
]
