"""What other areas show on the client page: tabs beside the summary, and cards on it.

An area adds a line here: a tab names its route (`/staff/clients/<client_id>/...`), a card is a function
of the request and the client that returns a template with its values, or None for nothing to show.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core.actor import Actor
from openiop.web.requests import ActorRequest

if TYPE_CHECKING:
    from openiop.apps.clients.models import Client


@dataclass(frozen=True, slots=True)
class Tab:
    """One part of the record: its route, its words, the permission it needs."""

    route: str
    label: str | Promise
    permission: Permission


@dataclass(frozen=True, slots=True)
class TabLink:
    """A tab as the page draws it."""

    url: str
    label: str | Promise
    current: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A card of another area on the summary."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)


TABS: tuple[Tab, ...] = (
    Tab("client", _("Summary"), Permission.CLIENT_VIEW),
    Tab("client_past", _("Past"), Permission.ASSESSMENT_VIEW),
    Tab("client_level", _("Level of care"), Permission.ASSESSMENT_VIEW),
    Tab("client_consents", _("Consents"), Permission.CONSENT_VIEW),
    Tab("client_order", _("Order"), Permission.ORDER_VIEW),
    Tab("client_week", _("Week"), Permission.SCHEDULE_VIEW),
    Tab("client_hours", _("Hours"), Permission.HOURS_VIEW),
    Tab("client_history", _("History"), Permission.HISTORY_VIEW),
)

SECTIONS: tuple[str, ...] = (
    "openiop.web.staff.client_cards.course_card",
    "openiop.web.staff.client_cards.glance_card",
)
"""Functions by their dotted names, in the order of the page: `card(request, client) -> Section | None`."""


def tabs_for(by: Actor, client: Client, current: str) -> list[TabLink]:
    """The tabs the actor may open; a route that does not exist shows no tab."""
    found = []
    for tab in TABS:
        if not by.may(tab.permission):
            continue
        try:
            url = reverse(tab.route, kwargs={"client_id": client.public_id})
        except NoReverseMatch:
            continue
        found.append(TabLink(url, tab.label, current=tab.route == current))
    return found


def sections_for(request: ActorRequest, client: Client) -> list[Section]:
    """The cards of other areas that have something to show."""
    found = (import_string(name)(request, client) for name in SECTIONS)
    return [section for section in found if section is not None]
