"""Start-up checks: default deny is structural, not a habit."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

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
