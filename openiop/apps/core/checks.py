"""Start-up checks: default deny is structural, not a habit."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register

from openiop.apps.core.routes import all_routes


@register()
def every_route_names_its_permission(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """Refuse to start while any route carries no permission label."""
    return [
        Error(
            f"Route '{route.name}' ({route.pattern}) has no permission label.",
            hint="Declare it with openiop.apps.core.routes.route(..., permission=...).",
            id="openiop.E001",
        )
        for route in all_routes()
        if route.permission is None
    ]


@register(Tags.security, deploy=True)
def mails_have_a_sender(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """Warn where mails would come from an address that nobody has: most servers refuse those."""
    if not settings.HAS_MAIL or settings.DEFAULT_FROM_EMAIL != settings.NO_SENDER:
        return []
    return [
        checks.Warning(
            f"Mails would come from {settings.NO_SENDER}.",
            hint="Add the sender to OPENIOP_EMAIL_URL: ?_default_from_email=openiop@iop.example.org",
            id="openiop.W001",
        )
    ]


@register(Tags.security, deploy=True)
def somebody_can_call(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """Warn where the server answers to no name but this machine's own."""
    if set(settings.ALLOWED_HOSTS) - {"localhost", "127.0.0.1", "[::1]", "testserver"}:
        return []
    return [
        checks.Warning(
            "The server answers to this machine only.",
            hint="Name the address people use: OPENIOP_HOSTS=iop.example.org",
            id="openiop.W002",
        )
    ]
