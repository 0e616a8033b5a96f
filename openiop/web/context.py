"""What every page's frame needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject

from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.selectors import Visit, shell_of
from openiop.apps.core import clock
from openiop.apps.core.actor import Actor
from openiop.web.display import display_of
from openiop.web.nav import NavItem, items_for, portal_items_for
from openiop.web.sessions import seconds_left

ON_A_PHONE = 4
"""How many entries stand in the bar at the thumb; the others are behind More."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the navigation as the page draws it."""

    url: str
    label: str | Promise
    icon: str
    current: bool


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the actor, the organisation, the navigation and the display choices for the templates' frame.

    What needs rows is lazy: a fragment that draws no frame asks the database nothing.
    """
    actor: Actor | None = getattr(request, "actor", None)
    frame: dict[str, Any] = {
        "actor": actor,
        "is_demo": settings.IS_DEMO,
        "shell": None,
        **display_of(request),
    }
    if actor is not None:
        entries = _entries(items_for(actor), request)
        visit: Visit = request.visit  # type: ignore[attr-defined]
        frame |= {
            "shell": _shell_once(request, actor, visit),
            "visit": visit,
            "stay_seconds": seconds_left(request, visit, clock.now()),
            "nav_first": entries[:ON_A_PHONE],
            "nav_rest": entries[ON_A_PHONE:],
            "portal_nav": _entries(portal_items_for(actor), request),
            "may_search": actor.may(Permission.CLIENT_VIEW),
        }
    return frame


def _shell_once(request: HttpRequest, actor: Actor, visit: Visit) -> SimpleLazyObject:
    """Return the frame's rows; a page that draws a second template asks for them once."""
    kept: SimpleLazyObject | None = getattr(request, "shell", None)
    if kept is None:
        kept = SimpleLazyObject(lambda: shell_of(actor, visit.organization, at=clock.now()))
        request.shell = kept  # type: ignore[attr-defined]
    return kept


def _entries(items: list[NavItem], request: HttpRequest) -> list[Entry]:
    """Turn the entries into links, leaving out what this installation has no page for."""
    match = request.resolver_match
    name = (match.view_name if match else "") or ""
    entries = []
    for item in items:
        try:
            url = reverse(item.route)
        except NoReverseMatch:
            continue
        current = any(name == own or name.startswith(f"{own}_") for own in (item.route, *item.covers))
        entries.append(Entry(url, item.label, item.icon, current))
    return entries
