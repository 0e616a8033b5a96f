"""What every page's frame needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from openiop.apps.accounts.selectors import shell_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the actor, the organisation and the demo flag for the templates' frame."""
    actor = getattr(request, "actor", None)
    return {
        "actor": actor,
        "is_demo": settings.IS_DEMO,
        "shell": shell_of(actor) if actor else None,
        "theme": request.COOKIES.get("theme", "")
        if request.COOKIES.get("theme") in {"light", "dark"}
        else "",
    }
